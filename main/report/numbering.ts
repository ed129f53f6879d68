/** Counts go on from those that have been given before. */
export function startNumbering({ figures, tables } = { figures: 0, tables: 0 }) {
  return { figure: () => ++figures, table: () => ++tables };
}

export type Numbering = ReturnType<typeof startNumbering>;
