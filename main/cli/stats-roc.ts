/** `stats roc FILE.csv`: what each column of scores is worth against the labels. */
import type { Command } from 'commander';
import { formatAuc, formatInterval } from '../../shared/format.ts';
import { estimateAuc } from '../analysis/auc.ts';
import { averagePrecision, brier, prCurve, rocCurve } from '../analysis/curves.ts';
import {
  interpolatedSensitivity,
  sensitivityAtSpecificity,
  specificityAtSensitivity,
  youden,
} from '../analysis/operating-points.ts';
import type { CliContext } from './context.ts';
import { formatTable } from './output.ts';
import { basisText, describeBasis } from './stats-basis.ts';
import { readStatsCsv, type StatsData } from './stats-csv.ts';
import { withColumns, type ColumnOptions } from './stats-options.ts';

interface RocOptions extends ColumnOptions {
  curves?: boolean;
}

const TARGETS = ['0.95', '0.9', '0.8'];

export function registerRoc(stats: Command, context: CliContext): void {
  withColumns(
    stats.command('roc <file>').description('AUC with 95% interval, average precision, Brier, operating points'),
  )
    .option('--curves', 'add the ROC and precision-recall curves (with --json)')
    .action((file: string, options: RocOptions) => {
      const data = readStatsCsv(file, options);
      const result = describeScores(data, options.curves === true);
      context.out.result(result, () => rocText(result));
    });
}

export function describeScores(data: StatsData, curves: boolean) {
  const basis = describeBasis(data);
  const clusters = basis.intervalKind === 'delong-clustered' ? (data.patients ?? undefined) : undefined;
  const at = (read: (target: number) => number | null) =>
    Object.fromEntries(TARGETS.map((target) => [target, read(Number(target))]));
  return {
    ...basis,
    scores: data.scores.map(({ name, values }) => {
      const { auc, se, low, high, why } = estimateAuc(data.labels, values, clusters);
      return {
        score: name,
        ...{ auc, se, low, high, why },
        averagePrecision: averagePrecision(data.labels, values),
        brier: brier(data.labels, values),
        youden: youden(data.labels, values),
        sensitivityAtSpecificity: at((target) => sensitivityAtSpecificity(data.labels, values, target)),
        specificityAtSensitivity: at((target) => specificityAtSensitivity(data.labels, values, target)),
        sensitivityAtSpecificityInterpolated: at((target) => interpolatedSensitivity(data.labels, values, target)),
        ...(curves ? { roc: rocCurve(data.labels, values), pr: prCurve(data.labels, values) } : {}),
      };
    }),
  };
}

function rocText(result: ReturnType<typeof describeScores>): string {
  const number = (value: number | null | undefined): string => formatAuc(value ?? null);
  const table = formatTable({
    header: ['score', 'AUC', '95% interval', 'AP', 'Brier', 'Youden', 'sens@95%spec', 'spec@95%sens'],
    rows: result.scores.map((score) => [
      score.score,
      number(score.auc),
      formatInterval(score.low, score.high) || '–',
      number(score.averagePrecision),
      number(score.brier),
      number(score.youden?.index),
      number(score.sensitivityAtSpecificity['0.95']),
      number(score.specificityAtSensitivity['0.95']),
    ]),
    rightAligned: [1, 2, 3, 4, 5, 6, 7],
  });
  const notes = result.scores.flatMap((score) => [
    ...(score.why === null ? [] : [`${score.score}: ${score.why}`]),
    ...(score.brier === null ? [`${score.score}: no Brier score, because scores leave the range 0 to 1.`] : []),
  ]);
  return [basisText(result), '', table, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}
