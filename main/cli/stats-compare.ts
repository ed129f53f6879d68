/** `stats compare FILE.csv`: every two columns of scores against each other, on the same rows. */
import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import { formatAuc, formatP } from '../../shared/format.ts';
import { comparePaired } from '../analysis/comparison.ts';
import { whyUndefined } from '../analysis/labels.ts';
import { placements, type Placements } from '../analysis/placements.ts';
import { buildClusters } from '../analysis/variance.ts';
import type { CliContext } from './context.ts';
import { formatTable } from './output.ts';
import { basisText, describeBasis } from './stats-basis.ts';
import { readStatsCsv, type StatsData } from './stats-csv.ts';
import { withColumns, type ColumnOptions } from './stats-options.ts';

export function registerCompare(stats: Command, context: CliContext): void {
  withColumns(stats.command('compare <file>').description('paired comparison of every two score columns')).action(
    (file: string, options: ColumnOptions) => {
      const data = readStatsCsv(file, options);
      const result = compareScores(data);
      context.out.result(result, () => compareText(result));
    },
  );
}

/** Every pair of score columns. @throws AppError `bad-input` with one score column only, or where a class is missing. */
export function compareScores(data: StatsData) {
  const basis = describeBasis(data);
  if (data.scores.length < 2) {
    throw new AppError('bad-input', 'Expected at least two columns of scores to compare, found one.', {
      action: 'Add a second model’s scores as a column, or use `stats roc`.',
    });
  }
  const missing = whyUndefined(basis);
  if (missing !== null) throw new AppError('bad-input', `Nothing to compare. ${missing}`);
  const clusters =
    basis.intervalKind === 'delong-clustered' && data.patients !== null
      ? buildClusters(data.labels, data.patients)
      : null;
  const parts = data.scores.map(({ name, values }) => ({ name, part: placements(data.labels, values) as Placements }));
  return {
    ...basis,
    comparisons: parts.flatMap((a, i) =>
      parts.slice(i + 1).map((b) => ({
        a: a.name,
        b: b.name,
        aucA: a.part.auc,
        aucB: b.part.auc,
        ...comparePaired([a.part], [b.part], clusters),
      })),
    ),
  };
}

function compareText(result: ReturnType<typeof compareScores>): string {
  const signed = (value: number | null): string =>
    value === null ? '–' : `${value > 0 ? '+' : ''}${value.toFixed(3)}`;
  const table = formatTable({
    header: ['A', 'B', 'AUC A', 'AUC B', 'A - B', '95% interval', 'z', 'p'],
    rows: result.comparisons.map((c) => [
      c.a,
      c.b,
      formatAuc(c.aucA),
      formatAuc(c.aucB),
      signed(c.difference),
      c.low === null ? '–' : `${signed(c.low)} to ${signed(c.high)}`,
      c.z === null ? '–' : c.z.toFixed(3),
      formatP(c.p),
    ]),
    rightAligned: [2, 3, 4, 5, 6, 7],
  });
  const notes = result.comparisons.flatMap((c) => (c.why === null ? [] : [`${c.a} against ${c.b}: ${c.why}`]));
  if (result.comparisons.length > 1)
    notes.push('P-values are two-sided and not adjusted for the number of comparisons.');
  return [basisText(result), '', table, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}
