import { describe, expect, it } from 'vitest';
import { missing, share, text } from '../../../shared/tables/cells.ts';
import { filterRows, sortRows } from '../../../shared/tables/layout.ts';
import type { Row } from '../../../shared/tables/table.ts';

const rowOf = (id: string, auc: number | null): Row => ({
  id,
  cells: [text(id), auc === null ? missing('no run has finished') : share(auc)],
});
const GROUPS = [
  { title: 'CBR-Tiny', rows: [rowOf('random', 0.8), rowOf('gabor', null), rowOf('transfer', 0.9)] },
  { title: 'CBR-Small', rows: [rowOf('random', 0.7), rowOf('gabor', 0.85)] },
];
const shown = (wanted: string): string[] =>
  filterRows(GROUPS, wanted).flatMap(({ title, rows }) => rows.map(({ id }) => `${title} ${id}`));

describe('rows of a long table', () => {
  it('are chosen by words, also of their group; commas part wishes', () => {
    expect(shown('')).toHaveLength(5);
    expect(shown('tiny')).toEqual(['CBR-Tiny random', 'CBR-Tiny gabor', 'CBR-Tiny transfer']);
    expect(shown('GABOR small, transfer')).toEqual(['CBR-Tiny transfer', 'CBR-Small gabor']);
    expect(shown('shuffled')).toEqual([]);
  });

  it('are sorted by a column with missing cells last in both directions', () => {
    const rows = GROUPS[0]?.rows ?? [];
    expect(sortRows(rows, 1, 'ascending').map(({ id }) => id)).toEqual(['random', 'transfer', 'gabor']);
    expect(sortRows(rows, 1, 'descending').map(({ id }) => id)).toEqual(['transfer', 'random', 'gabor']);
    expect(sortRows(rows, 0, 'ascending').map(({ id }) => id)).toEqual(['gabor', 'random', 'transfer']);
  });
});
