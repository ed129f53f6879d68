/** Counts of figures and of tables go on from one section to the next. */
export function startNumbering({ figures, tables } = { figures: 0, tables: 0 }) {
  return { figure: () => ++figures, table: () => ++tables };
}

export type Numbering = ReturnType<typeof startNumbering>;
