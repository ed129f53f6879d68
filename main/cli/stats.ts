/** `stats roc FILE.csv` and `stats compare FILE.csv`: the statistics of this program on the user's own numbers. */
import type { Command } from 'commander';
import { formatAuc, formatCount, formatInterval, formatP } from '../../shared/format.ts';
import { AppError } from '../../shared/errors.ts';
import { estimateAuc } from '../analysis/auc.ts';
import { comparePaired } from '../analysis/comparison.ts';
import { averagePrecision, brier, prCurve, rocCurve } from '../analysis/curves.ts';
import { whyUndefined } from '../analysis/labels.ts';
import {
  interpolatedSensitivity,
  sensitivityAtSpecificity,
  specificityAtSensitivity,
  youden,
} from '../analysis/operating-points.ts';
import { placements, type Placements } from '../analysis/placements.ts';
import { buildClusters } from '../analysis/variance.ts';
import type { CliContext } from './context.ts';
import { formatTable } from './output.ts';
import { readStatsCsv, type StatsData } from './stats-csv.ts';

interface StatsOptions {
  label?: string;
  score?: string[];
  patient?: string | false;
  positive?: string;
  skipMissing?: boolean;
  curves?: boolean;
}

const TARGETS = ['0.95', '0.9', '0.8'];

export function register(program: Command, context: CliContext): void {
  const stats = program.command('stats').description('AUC, intervals and tests for your own labels and scores (CSV)');
  const withColumns = (command: Command): Command =>
    command
      .option(
        '--label <column>',
        'column with 1 (positive) and 0 (default: label, y, y_true, truth, target or outcome)',
      )
      .option('--score <column...>', 'columns with scores (default: every other column of numbers)')
      .option('--patient <column>', 'column that names the patient; several rows per patient make clustered intervals')
      .option('--no-patient', 'ignore a column called patient')
      .option('--positive <value>', 'label value that means positive (default: 1)')
      .option('--skip-missing', 'leave out rows with an empty score');
  withColumns(
    stats.command('roc <file>').description('AUC with 95% interval, average precision, Brier, operating points'),
  )
    .option('--curves', 'add the ROC and precision-recall curves (with --json)')
    .action((file: string, options: StatsOptions) => {
      const data = readStatsCsv(file, options);
      const result = describeScores(data, options.curves === true);
      context.out.result(result, () => rocText(result));
    });
  withColumns(stats.command('compare <file>').description('paired comparison of every two score columns')).action(
    (file: string, options: StatsOptions) => {
      const data = readStatsCsv(file, options);
      const result = compareScores(data);
      context.out.result(result, () => compareText(result));
    },
  );
}

interface Basis {
  items: number;
  positives: number;
  negatives: number;
  patients: number | null;
  leftOut: StatsData['leftOut'];
  /** Clustered where a patient column is given and rows outnumber patients. */
  intervalKind: 'delong' | 'delong-clustered';
}

function describeBasis(data: StatsData): Basis {
  const positives = data.labels.reduce((sum, label) => sum + label, 0);
  const patients = data.patients === null ? null : new Set(data.patients).size;
  return {
    items: data.labels.length,
    positives,
    negatives: data.labels.length - positives,
    patients,
    leftOut: data.leftOut,
    intervalKind: patients !== null && patients < data.labels.length ? 'delong-clustered' : 'delong',
  };
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

function basisText(basis: Basis): string {
  const { noLabel, noScore } = basis.leftOut;
  return [
    `${formatCount(basis.items)} rows: ${formatCount(basis.positives)} positive, ${formatCount(basis.negatives)} negative${basis.patients === null ? '' : `; ${formatCount(basis.patients)} patients`}.`,
    basis.intervalKind === 'delong-clustered'
      ? 'Intervals: 95%, DeLong clustered by patient (Obuchowski 1997).'
      : 'Intervals: 95%, DeLong.',
    noLabel > 0 ? `${formatCount(noLabel)} rows without a label were left out.` : '',
    noScore > 0 ? `${formatCount(noScore)} rows without a score were left out.` : '',
  ]
    .filter((line) => line !== '')
    .join('\n');
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
