/** `stats roc FILE`: what each column of scores is worth against the labels. */
import type { Command } from 'commander';
import { formatEstimate, formatNumber, formatRange } from '../../../shared/words/numbers.ts';
import { estimateAuc } from '../../analysis/statistics/auc.ts';
import { averagePrecision, brier, prCurve, rocCurve } from '../../analysis/statistics/curves.ts';
import {
  interpolatedSensitivity,
  sensitivityAtSpecificity,
  specificityAtSensitivity,
  youden,
} from '../../analysis/statistics/operating-points.ts';
import type { BootstrapEstimate } from '../../analysis/bootstrap/interval.ts';
import { planAuc, planAveragePrecision, withoutDraws, type BootstrapPlan } from '../../analysis/bootstrap/plan.ts';
import type { CliContext } from '../context.ts';
import { formatTable } from '../output/output.ts';
import { ANALYTIC_HEADS, basisText, describeBasis } from './basis.ts';
import { calibrationSection, decisionSection, parseRange } from './calibration.ts';
import type { StatsData } from './scores-table.ts';
import { notesOf, withNotes } from './notes.ts';
import { readStatsFile, withColumns } from './options.ts';
import {
  asksForBootstrap,
  drawsNote,
  drawsText,
  planForData,
  readSections,
  section,
  withBootstrap,
  withDefaultBootstrap,
  type BootstrapOptions,
  type Section,
} from './sections.ts';
import { subgroupSection } from './subgroups.ts';
import { chooseOnValidation, thresholdSection, withThresholds, type ThresholdOptions } from './thresholds.ts';

export interface RocOptions extends ThresholdOptions, BootstrapOptions {
  curves?: boolean;
  calibration?: boolean;
  decisionCurve?: { from: number; to: number };
}

const TARGETS = ['0.95', '0.9', '0.8'];

export function registerRoc(stats: Command, context: CliContext): void {
  const command = stats.command('roc <file>');
  command.description('AUC with 95% interval, average precision, Brier; on request bootstrap, calibration, thresholds');
  withThresholds(withBootstrap(withColumns(command)))
    .option('--calibration', 'Brier scores, calibration intercept and slope, calibration errors, reliability curve')
    .option('--decision-curve <from:to>', 'net benefit over this range of thresholds', parseRange)
    .option('--subgroup <column...>', 'AUC and error rates in the subgroups that these columns name')
    .option('--curves', 'add the ROC and precision-recall curves (with --json)')
    .action(async (file: string, given: RocOptions) => {
      const data = readStatsFile(file, given);
      const result = describeScores(data, given.curves === true);
      const options = withDefaultBootstrap(given, result);
      const plan = planForData(data, options);
      const sections = rocSections(data, plan, options);
      const { values, texts } = await readSections({ context, plan, sections });
      context.out.result({ ...result, ...values }, () =>
        [
          rocText(result, values['bootstrap'] as Bootstrapped | undefined),
          ...texts.map((text) => text()),
          ...drawsNote({ data, options, plan, sections }),
        ].join('\n\n'),
      );
    });
}

/** The sections that the options ask for, in the order in which they are printed. */
function rocSections(data: StatsData, plan: BootstrapPlan, options: RocOptions): Section[] {
  const sections: Section[] = [];
  const frozen = chooseOnValidation(data, options);
  const clustered = describeBasis(data).intervalKind === 'delong-clustered';
  if (asksForBootstrap(options)) sections.push(bootstrapSection(data, plan, options));
  if (options.calibration === true) sections.push(calibrationSection(data, plan));
  if (options.decisionCurve !== undefined) sections.push(decisionSection(data, options.decisionCurve));
  if (frozen !== null) {
    sections.push(thresholdSection({ data, plan, frozen, prevalence: options.prevalence ?? null, clustered }));
  }
  if (data.groups.length > 0) {
    // The first rule's threshold, chosen on all validation rows.
    const thresholds =
      frozen?.byScore.map(([first]) => (first?.defined === true ? first.threshold : undefined)) ?? null;
    sections.push(subgroupSection({ data, plan, thresholds }));
  }
  return sections;
}

/** What {@link bootstrapSection} adds to the result. */
interface Bootstrapped {
  scores: { score: string; auc: BootstrapEstimate }[];
}

function bootstrapSection(data: StatsData, plan: BootstrapPlan, options: BootstrapOptions): Section {
  const parts = data.scores.map(({ name, values }) => ({
    name,
    auc: planAuc(plan, { labels: data.labels, scores: values }),
    precision: planAveragePrecision(plan, { labels: data.labels, scores: values }),
  }));
  return section({
    key: 'bootstrap',
    needsDraws: true,
    read: (draws) => ({
      draws: plan.draws,
      seed: options.seed,
      units: data.patients === null ? 'rows' : 'patients',
      stratified: options.unstratified !== true,
      scores: parts.map((part) => ({
        score: part.name,
        auc: withoutDraws(part.auc(draws)),
        averagePrecision: withoutDraws(part.precision(draws)),
      })),
    }),
    text: ({ scores }) => {
      const table = formatTable({
        header: ['score', 'AUC', 'SE', 'average precision', 'skipped draws'],
        rows: scores.map(({ score, auc, averagePrecision: ap }) => [
          score,
          formatEstimate(auc),
          formatNumber(auc.se, 4),
          formatEstimate(ap),
          String(auc.skipped),
        ]),
        rightAligned: [4],
      });
      const notes = scores.flatMap(({ score, auc, averagePrecision: ap }) =>
        notesOf([
          [`${score}, AUC`, auc],
          [`${score}, average precision`, ap],
        ]),
      );
      return withNotes(`${drawsText(data, options, plan)}\n\n${table}`, notes);
    },
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

function drawnInterval({ scores }: Bootstrapped, name: string): string {
  const found = scores.find(({ score }) => score === name)?.auc;
  return formatRange(found?.low, found?.high);
}

function rocText(result: ReturnType<typeof describeScores>, drawn: Bootstrapped | undefined): string {
  const number = (value: number | null | undefined): string => formatNumber(value ?? null);
  const table = formatTable({
    header: [
      ...['score', 'AUC', ...(drawn === undefined ? [] : ['95% bootstrap']), ANALYTIC_HEADS[result.intervalKind]],
      ...['AP', 'Brier', 'Youden', 'sens@95%spec', 'spec@95%sens'],
    ],
    rows: result.scores.map((score) => [
      score.score,
      number(score.auc),
      ...(drawn === undefined ? [] : [drawnInterval(drawn, score.score)]),
      formatRange(score.low, score.high),
      number(score.averagePrecision),
      number(score.brier),
      number(score.youden?.index),
      number(score.sensitivityAtSpecificity['0.95']),
      number(score.specificityAtSensitivity['0.95']),
    ]),
    rightAligned: [1, 2, 3, 4, 5, 6, 7, 8],
  });
  const notes = result.scores.flatMap((score) => [
    ...(score.why === null ? [] : [`${score.score}: ${score.why}`]),
    ...(score.brier === null
      ? [`${score.score}: no Brier score, because scores leave the range 0 to 1 (divide percentages by 100).`]
      : []),
  ]);
  return [basisText(result, drawn !== undefined), '', table, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}
