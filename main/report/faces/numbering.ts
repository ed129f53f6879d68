/** Counts of figures and of tables go on from one section to the next; within a section no note of a table is said twice. */
export function startNumbering({ figures, tables } = { figures: 0, tables: 0 }) {
  const said = new Set<string>();
  return {
    figure: () => ++figures,
    table: () => ++tables,
    startSection: () => said.clear(),
    /** Those that have not been said; now they have. */
    fresh: (notes: readonly string[]) => notes.filter((note) => !said.has(note) && said.add(note)),
  };
}

export type Numbering = ReturnType<typeof startNumbering>;
