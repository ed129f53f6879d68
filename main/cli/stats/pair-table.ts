/** Tables of A minus B: columns of scores on the same rows, of two tables, or ways to train over repeats. */
import { difference, number, pValue, range, share } from '../../../shared/tables/cells.ts';
import { buildTable, ungrouped, type ColumnOf, type Table } from '../../../shared/tables/table.ts';

export interface Pair {
  a: string;
  b: string;
}

export const pairName = ({ a, b }: Pair): string => `${a} against ${b}`;

/** A test of a difference. */
interface TestedPair extends Pair {
  difference: number | null;
  low: number | null;
  high: number | null;
  p: number | null;
  why: string | null;
  /** The test statistic. */
  z?: number | null;
  t?: number | null;
  df?: number | null;
}

export function pairColumns(units: { a?: string; b?: string } = {}): ColumnOf<Pair>[] {
  return (['a', 'b'] as const).map((key) => ({
    ...{ key, head: key.toUpperCase(), cell: (pair: Pair) => pair[key] },
    ...(units[key] === undefined ? {} : { unit: units[key] }),
  }));
}

export function aucColumns(): ColumnOf<{ aucA: number | null; aucB: number | null }>[] {
  return [
    { key: 'auc_a', head: 'AUC', unit: 'A', number: true, cell: ({ aucA }) => share(aucA) },
    { key: 'auc_b', head: 'AUC', unit: 'B', number: true, cell: ({ aucB }) => share(aucB) },
  ];
}

export function pairTable<Row extends TestedPair>(params: {
  caption: string;
  notes: readonly string[];
  rows: readonly Row[];
  /** What tells A and B apart beyond their names. */
  units?: { a: string; b: string };
  /** Of the interval. */
  unit?: string;
  /** Before the difference, behind it, and after its p-value. */
  before: readonly ColumnOf<Row>[];
  beside?: readonly ColumnOf<Row>[];
  after?: readonly ColumnOf<Row>[];
}): Table {
  const { caption, notes, rows, units, unit, before, beside = [], after = [] } = params;
  const statistics = (['z', 't', 'df'] as const).filter((key) => rows.some((row) => key in row));
  return buildTable<Row>({
    caption,
    notes,
    groups: ungrouped(rows),
    columns: [
      ...pairColumns(units),
      ...before,
      {
        ...{ key: 'difference', head: 'A − B', number: true },
        cell: (row) => difference(row.difference, row.why ?? undefined),
      },
      ...beside,
      {
        ...{ key: 'interval', head: '95 % CI', number: true, ...(unit === undefined ? {} : { unit }) },
        cell: (row) => range(row, { signed: true }),
      },
      ...statistics.map((key) => ({
        ...{ key, head: key, number: true },
        cell: (row: Row) => number(row[key], key === 'df' ? 1 : 3),
      })),
      { key: 'p', head: 'p', number: true, cell: ({ p }) => pValue(p) },
      ...after,
    ],
  });
}

/** @param advice how to adjust */
export function unadjustedNote(comparisons: readonly unknown[], advice = ''): string[] {
  return comparisons.length < 2
    ? []
    : [`P-values are two-sided and not adjusted for the number of comparisons${advice}.`];
}
