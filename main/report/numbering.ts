/** Running numbers of figures and tables. */
export interface Numbering {
  figure(): number;
  table(): number;
}

/** Counts go on from those that have been given before. */
export function startNumbering({ figures, tables } = { figures: 0, tables: 0 }): Numbering {
  return { figure: () => ++figures, table: () => ++tables };
}
