/** `stats compare FILE --other FILE`: scores of one set of patients against scores of another. */
import { AppError } from '../../../shared/system/errors.ts';
import type { Table } from '../../../shared/tables/table.ts';
import { countOf } from '../../../shared/words/numbers.ts';
import { estimateAuc } from '../../analysis/statistics/auc.ts';
import { whyUndefined } from '../../analysis/statistics/labels.ts';
import { compareUnpaired } from '../../analysis/statistics/unpaired.ts';
import { basisNotes, describeBasis } from './basis.ts';
import type { StatsData } from './scores-table.ts';
import { aucColumns, pairTable, unadjustedNote } from './pair-table.ts';

/**
 * Each score column against the one of the same name in the other table, or, where both tables have a single one, against that.
 * @throws AppError `bad-input` where no column has a counterpart, or a table lacks a class
 */
export function compareTables(first: StatsData, second: StatsData) {
  const [one, two] = [describeBasis(first), describeBasis(second)];
  for (const [name, basis] of [
    ['FILE', one],
    ['the other table', two],
  ] as const) {
    const missing = whyUndefined(basis);
    if (missing !== null) throw new AppError('bad-input', `Nothing to compare in ${name}. ${missing}`);
  }
  const others = new Set(second.patients);
  const shared = [...new Set(first.patients)].filter((patient) => others.has(patient)).length;
  return {
    first: one,
    second: two,
    /** Names of patients that stand in both tables. */
    sharedPatients: shared,
    comparisons: counterparts(first, second).map(({ a, b }) => {
      const [left, right] = [side(first, a.values), side(second, b.values)];
      return { a: a.name, b: b.name, aucA: left.auc, aucB: right.auc, ...compareUnpaired(left, right) };
    }),
  };
}

type Scores = StatsData['scores'][number];

function counterparts(first: StatsData, second: StatsData): { a: Scores; b: Scores }[] {
  const [a, b] = [first.scores[0], second.scores[0]];
  if (first.scores.length === 1 && second.scores.length === 1 && a && b) return [{ a, b }];
  const pairs = first.scores.flatMap((column) => {
    const found = second.scores.find(({ name }) => name === column.name);
    return found === undefined ? [] : [{ a: column, b: found }];
  });
  if (pairs.length > 0) return pairs;
  const names = (data: StatsData): string => data.scores.map(({ name }) => `"${name}"`).join(', ');
  throw new AppError(
    'bad-input',
    `Expected a column of scores with the same name in both tables, found ${names(first)} and ${names(second)}.`,
    { action: 'Rename one, or name a single column of each table with --score.' },
  );
}

/** AUC, standard error and independent units: rows, or patients where rows outnumber them. */
function side(data: StatsData, values: Float64Array) {
  const { intervalKind, patients, items } = describeBasis(data);
  const clusters = intervalKind === 'delong-clustered' ? (data.patients ?? undefined) : undefined;
  return { ...estimateAuc(data.labels, values, clusters), units: clusters === undefined ? items : (patients ?? items) };
}

export function unpairedTable({ first, second, sharedPatients, comparisons }: ReturnType<typeof compareTables>): Table {
  return pairTable({
    caption: 'Scores of two tables, unpaired',
    notes: [
      `FILE: ${basisNotes(first, false).join(' ')}`,
      `Other: ${basisNotes(second, false).join(' ')}`,
      'Unpaired DeLong, t with Satterthwaite’s degrees of freedom: the rows are of different patients.',
      ...(sharedPatients === 0
        ? []
        : [
            `${countOf(sharedPatients, 'patient name stands', 'patient names stand')} in both tables. If they are the same people, this test does not hold: put the scores side by side in one table for the paired one.`,
          ]),
      ...unadjustedNote(comparisons),
    ],
    rows: comparisons,
    units: { a: 'FILE', b: 'other' },
    before: aucColumns(),
  });
}
