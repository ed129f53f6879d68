/** Running numbers of figures and tables. */
export interface Numbering {
  figure(): number;
  table(): number;
}

/** @param used how many of each have been given before */
export function startNumbering(used: { figures: number; tables: number }): Numbering {
  let { figures, tables } = used;
  return { figure: () => ++figures, table: () => ++tables };
}
