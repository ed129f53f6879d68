/** `stats roc FILE`: what each column of scores is worth against the labels. */
import type { Command } from 'commander';
import { count, estimate, number, range, share } from '../../../shared/tables/cells.ts';
import { buildTable, ungrouped, type Table } from '../../../shared/tables/table.ts';
import { tablesText } from '../../../shared/tables/text-face.ts';
import type { BootstrapEstimate } from '../../analysis/bootstrap/interval.ts';
import { planAuc, planAveragePrecision, withoutDraws, type BootstrapPlan } from '../../analysis/bootstrap/plan.ts';
import { estimateAuc } from '../../analysis/statistics/auc.ts';
import { averagePrecision, brier, prCurve, rocCurve } from '../../analysis/statistics/curves.ts';
import {
  interpolatedSensitivity,
  sensitivityAtSpecificity,
  specificityAtSensitivity,
  youden,
} from '../../analysis/statistics/operating-points.ts';
import type { CliContext } from '../context.ts';
import { ANALYTIC_UNITS, basisNotes, describeBasis } from './basis.ts';
import {
  asksForBootstrap,
  planForData,
  readParts,
  withBootstrap,
  type BootstrapOptions,
  type Part,
} from './bootstrap.ts';
import { calibrationOf, calibrationTable, decisionCurves, decisionTable, parseRange } from './calibration.ts';
import { readStatsFile, withColumns } from './options.ts';
import type { StatsData } from './scores-table.ts';
import { subgroupsOf, subgroupTable } from './subgroups.ts';
import {
  chooseOnValidation,
  operatingPointTable,
  pointsOf,
  withThresholds,
  type ThresholdOptions,
} from './thresholds.ts';

export interface RocOptions extends ThresholdOptions, BootstrapOptions {
  curves?: boolean;
  calibration?: boolean;
  decisionCurve?: { from: number; to: number };
}

const TARGETS = ['0.95', '0.9', '0.8'];

export function registerRoc(stats: Command, context: CliContext): void {
  const command = stats.command('roc <file>');
  command.description(
    'AUC with 95 % interval, average precision, Brier; on request bootstrap, calibration, thresholds',
  );
  withThresholds(withBootstrap(withColumns(command)))
    .option('--calibration', 'Brier scores, calibration intercept and slope, calibration errors, reliability curve')
    .option('--decision-curve <from:to>', 'net benefit over this range of thresholds', parseRange)
    .option('--subgroup <column...>', 'AUC and error rates in the subgroups that these columns name')
    .option('--curves', 'add the ROC and precision-recall curves (with --json)')
    .action(async (file: string, options: RocOptions) => {
      const data = readStatsFile(file, options);
      const result = describeScores(data, options.curves === true);
      const plan = planForData(data, options);
      const { decisionCurve: curve, prevalence = null } = options;
      const frozen = chooseOnValidation(data, options);
      const parts = {
        bootstrap: asksForBootstrap(options, result) ? drawnAucs(data, plan, options) : null,
        calibration: options.calibration === true ? calibrationOf(data, plan) : null,
        decisionCurve: curve === undefined ? null : decisionCurves(data, curve),
        operatingPoints:
          frozen === null
            ? null
            : pointsOf({ data, plan, frozen, prevalence, clustered: result.intervalKind === 'delong-clustered' }),
        subgroups: data.groups.length === 0 ? null : subgroupsOf(data, plan, frozen),
      };
      const { values, notes } = await readParts({ context, data, options, plan, parts });
      const { bootstrap, calibration, decisionCurve, operatingPoints, subgroups } = values;
      context.out.result({ ...result, ...values }, () =>
        tablesText([
          rocTable(result, bootstrap, notes),
          calibration && calibrationTable(calibration, data.patients !== null),
          decisionCurve && decisionTable(decisionCurve),
          operatingPoints && operatingPointTable(operatingPoints, prevalence),
          ...(subgroups ?? []).map((found) => subgroupTable(found, frozen !== null)),
        ]),
      );
    });
}

/** AUC and average precision with bootstrap intervals. */
interface DrawnAucs {
  scores: { score: string; auc: BootstrapEstimate; averagePrecision: BootstrapEstimate }[];
}

function drawnAucs(data: StatsData, plan: BootstrapPlan, options: BootstrapOptions): Part<DrawnAucs> {
  const { labels } = data;
  const readers = data.scores.map(({ name, values: scores }) => ({
    name,
    auc: planAuc(plan, { labels, scores }),
    precision: planAveragePrecision(plan, { labels, scores }),
  }));
  return {
    needsDraws: true,
    read: (draws) => ({
      draws: plan.draws,
      seed: options.seed,
      units: data.patients === null ? 'rows' : 'patients',
      stratified: options.unstratified !== true,
      scores: readers.map(({ name, auc, precision }) => ({
        score: name,
        auc: withoutDraws(auc(draws)),
        averagePrecision: withoutDraws(precision(draws)),
      })),
    }),
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

const NO_BRIER = 'Scores leave the range 0 to 1 (divide percentages by 100).';

function rocTable(result: ReturnType<typeof describeScores>, drawn: DrawnAucs | undefined, notes: string[]): Table {
  type Score = (typeof result.scores)[number];
  const drawnOf = ({ score }: Score) => drawn?.scores.find((found) => found.score === score);
  return buildTable<Score>({
    caption: 'Scores against the labels',
    notes: [...basisNotes(result, drawn !== undefined), ...notes],
    groups: ungrouped(result.scores),
    columns: [
      { key: 'score', head: 'Score', cell: ({ score }) => score },
      { key: 'auc', head: 'AUC', number: true, cell: ({ auc, why }) => share(auc, why ?? undefined) },
      {
        ...{ key: 'bootstrap', head: '95 % CI', unit: 'bootstrap', number: true, when: drawn !== undefined },
        cell: (score) => range(drawnOf(score)?.auc, { note: drawnOf(score)?.auc.why ?? undefined }),
      },
      {
        ...{ key: 'se', head: 'SE', unit: 'bootstrap', number: true, when: drawn !== undefined },
        cell: (score) => number(drawnOf(score)?.auc.se, 4),
      },
      {
        ...{ key: 'skipped', head: 'Skipped', unit: 'draws', number: true, when: drawn !== undefined },
        cell: (score) => count(drawnOf(score)?.auc.skipped),
      },
      {
        ...{ key: 'analytic', head: '95 % CI', unit: ANALYTIC_UNITS[result.intervalKind], number: true },
        cell: (score) => range(score),
      },
      {
        ...{ key: 'ap', head: 'AP', number: true },
        cell: (score) =>
          drawn === undefined ? share(score.averagePrecision) : estimate(drawnOf(score)?.averagePrecision),
      },
      {
        ...{ key: 'brier', head: 'Brier', number: true },
        cell: ({ brier: found }) => share(found, found === null ? NO_BRIER : undefined),
      },
      { key: 'youden', head: 'Youden', number: true, cell: ({ youden: best }) => share(best?.index) },
      {
        ...{ key: 'sensitivity', head: 'Sensitivity', unit: 'at 95 % spec.', number: true },
        cell: ({ sensitivityAtSpecificity: at }) => share(at['0.95']),
      },
      {
        ...{ key: 'specificity', head: 'Specificity', unit: 'at 95 % sens.', number: true },
        cell: ({ specificityAtSensitivity: at }) => share(at['0.95']),
      },
    ],
  });
}
