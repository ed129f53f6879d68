/** `stats compare FILE`: every two columns of scores against each other, on the same rows. */
import { Option, type Command } from 'commander';
import { AppError } from '../../../shared/system/errors.ts';
import { formatNumber, formatP, formatRange, formatSigned } from '../../../shared/words/numbers.ts';
import type { BootstrapPlan } from '../../analysis/bootstrap/plan.ts';
import { comparePaired } from '../../analysis/statistics/comparison.ts';
import type { Adjustment } from '../../analysis/statistics/multiplicity.ts';
import { whyUndefined } from '../../analysis/statistics/labels.ts';
import { placements, type Placements } from '../../analysis/statistics/placements.ts';
import { buildClusters } from '../../analysis/statistics/variance.ts';
import type { CliContext } from '../context.ts';
import { formatTable } from '../output/output.ts';
import { ANALYTIC_HEADS, basisText, describeBasis } from './basis.ts';
import {
  adjustedSection,
  ADJUSTMENTS,
  bootstrapDifferences,
  callsSection,
  marginSection,
  type BootstrapDifference,
  type ScorePair,
} from './compare-sections.ts';
import type { StatsData } from './scores-table.ts';
import { numberBetween, readStatsFile, withColumns } from './options.ts';
import {
  asksForBootstrap,
  drawsText,
  planForData,
  readSections,
  withBootstrap,
  withDefaultBootstrap,
  type BootstrapOptions,
  type Section,
} from './sections.ts';
import { chooseOnValidation, withThresholds, type ThresholdOptions } from './thresholds.ts';
import { compareTables, unpairedText } from './unpaired.ts';

interface CompareOptions extends ThresholdOptions, BootstrapOptions {
  margin?: number;
  adjust?: Adjustment;
  other?: string;
  otherLabel?: string;
  otherPatient?: string;
}

export function registerCompare(stats: Command, context: CliContext): void {
  const command = stats.command('compare <file>');
  command.description('paired comparison of every two score columns; on request bootstrap, margin, adjusted p-values');
  withThresholds(withBootstrap(withColumns(command)))
    .option('--margin <delta>', 'test non-inferiority and equivalence with this margin of AUC', numberBetween(0, 1))
    .addOption(
      new Option('--adjust <method>', 'adjust p-values over all comparisons of the table').choices(ADJUSTMENTS),
    )
    .addOption(
      new Option(
        '--other <file>',
        'compare with a table of other patients instead: unpaired, columns by name',
      ).conflicts(['margin', 'adjust', 'bootstrap', 'validation', 'rule', 'prevalence']),
    )
    .option('--other-label <file>', 'labels of an --other .npy file')
    .option('--other-patient <file>', 'patients of an --other .npy file')
    .action(async (file: string, given: CompareOptions) => {
      const data = readStatsFile(file, given);
      if (given.other !== undefined) {
        const tables = compareTables(data, readStatsFile(given.other, otherColumns(given)));
        return context.out.result(tables, () => unpairedText(tables));
      }
      const result = compareScores(data);
      const options = withDefaultBootstrap(given, result);
      const plan = planForData(data, options);
      const sections = compareSections({ data, plan, options, pairs: result.comparisons });
      const { values, texts } = await readSections({ context, plan, sections });
      context.out.result({ ...result, ...values }, () =>
        [
          compareText({
            result,
            warn: options.adjust === undefined,
            drawn: values['bootstrap'] as BootstrapDifference[] | undefined,
          }),
          ...texts.map((text) => text()),
        ].join('\n\n'),
      );
    });
}

/** The columns of the other table: those of FILE, but a .npy file has labels and patients of its own. */
function otherColumns(given: CompareOptions): CompareOptions {
  const { otherLabel, otherPatient } = given;
  return {
    ...given,
    ...(otherLabel === undefined ? {} : { label: otherLabel }),
    ...(otherPatient === undefined ? {} : { patient: otherPatient }),
  };
}

/** The sections that the options ask for, in the order in which they are printed. */
function compareSections(params: {
  data: StatsData;
  plan: BootstrapPlan;
  options: CompareOptions;
  pairs: readonly ScorePair[];
}): Section[] {
  const { data, plan, options, pairs } = params;
  const margin = options.margin ?? null;
  const frozen = chooseOnValidation(data, options);
  const about = drawsText(data, options, plan);
  return [
    ...(margin === null ? [] : [marginSection(pairs, margin)]),
    ...(!asksForBootstrap(options) ? [] : [bootstrapDifferences({ data, plan, pairs, margin, about })]),
    ...(options.adjust === undefined ? [] : [adjustedSection(pairs, options.adjust)]),
    ...(frozen === null ? [] : [callsSection(data, pairs, frozen)]),
  ];
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

function drawnCells(row: BootstrapDifference | undefined): string[] {
  if (row === undefined || row.low === null) return ['–', '–'];
  return [formatRange(row.low, row.high, formatSigned), formatP(row.p)];
}

function compareText({
  result,
  warn,
  drawn,
}: {
  result: ReturnType<typeof compareScores>;
  warn: boolean;
  drawn: BootstrapDifference[] | undefined;
}): string {
  const table = formatTable({
    header: [
      ...['A', 'B', 'AUC A', 'AUC B', 'A - B', ...(drawn === undefined ? [] : ['95% bootstrap', 'p'])],
      ...[ANALYTIC_HEADS[result.intervalKind], 'z', 'p'],
    ],
    rows: result.comparisons.map((c, index) => [
      c.a,
      c.b,
      formatNumber(c.aucA),
      formatNumber(c.aucB),
      formatSigned(c.difference),
      ...(drawn === undefined ? [] : drawnCells(drawn[index])),
      formatRange(c.low, c.high, formatSigned),
      formatNumber(c.z),
      formatP(c.p),
    ]),
    rightAligned: [2, 3, 4, 5, 6, 7, 8, 9],
  });
  const notes = result.comparisons.flatMap((c) => (c.why === null ? [] : [`${c.a} against ${c.b}: ${c.why}`]));
  if (result.comparisons.length > 1 && warn)
    notes.push('P-values are two-sided and not adjusted for the number of comparisons (--adjust holm).');
  return [basisText(result, drawn !== undefined), '', table, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}
