/** `stats compare FILE --other FILE`: scores of one set of patients against scores of another. */
import { AppError } from '../../../shared/system/errors.ts';
import { formatCount, formatNumber, formatP, formatRange, formatSigned } from '../../../shared/words/numbers.ts';
import { estimateAuc } from '../../analysis/statistics/auc.ts';
import { whyUndefined } from '../../analysis/statistics/labels.ts';
import { compareUnpaired } from '../../analysis/statistics/unpaired.ts';
import { formatTable } from '../output/output.ts';
import { basisText, describeBasis } from './basis.ts';
import type { StatsData } from './scores-table.ts';
import { withNotes } from './notes.ts';

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

export function unpairedText({ first, second, sharedPatients, comparisons }: ReturnType<typeof compareTables>): string {
  const table = formatTable({
    header: ['A (FILE)', 'B (other)', 'AUC A', 'AUC B', 'A - B', '95% interval', 't', 'df', 'p'],
    rows: comparisons.map((row) => [
      row.a,
      row.b,
      formatNumber(row.aucA),
      formatNumber(row.aucB),
      formatSigned(row.difference),
      formatRange(row.low, row.high, formatSigned),
      formatNumber(row.t),
      formatNumber(row.df, 1),
      formatP(row.p),
    ]),
    rightAligned: [2, 3, 4, 5, 6, 7, 8],
  });
  const notes = [
    ...comparisons.flatMap(({ a, b, why }) => (why === null ? [] : [`${a} against ${b}: ${why}`])),
    ...(sharedPatients === 0
      ? []
      : [
          `${formatCount(sharedPatients)} patient names stand in both tables. If they are the same people, this test does not hold: put the scores side by side in one table for the paired one.`,
        ]),
    ...(comparisons.length > 1 ? ['P-values are two-sided and not adjusted for the number of comparisons.'] : []),
  ];
  const about = 'Unpaired DeLong, t with Satterthwaite’s degrees of freedom: the rows are of different patients.';
  return withNotes(
    `FILE: ${basisText(first, false)}\n\nOther: ${basisText(second, false)}\n\n${about}\n\n${table}`,
    notes,
  );
}
