import type { Table } from '../../../shared/tables/table.ts';
import { tableNotes } from '../../../shared/tables/words.ts';
import { endSentence } from '../../../shared/words/sentences.ts';

/** Counts of figures and of tables go on from one section to the next; within a section no note of a table is said twice. */
export function startNumbering({ figures, tables } = { figures: 0, tables: 0 }) {
  const said = new Set<string>();
  return {
    figure: () => ++figures,
    table: () => ++tables,
    startSection: () => said.clear(),
    /** The caption of a table with those of its notes that have not been said; now they have. */
    sentences: (table: Table) =>
      [table.caption, ...tableNotes(table).filter((note) => !said.has(note) && said.add(note))]
        .map(endSentence)
        .join(' '),
  };
}

export type Numbering = ReturnType<typeof startNumbering>;
