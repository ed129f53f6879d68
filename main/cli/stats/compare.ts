/** `stats compare FILE`: every two columns of scores against each other, on the same rows. */
import { Option, type Command } from 'commander';
import { AppError } from '../../../shared/system/errors.ts';
import { number, pValue, range } from '../../../shared/tables/cells.ts';
import type { Table } from '../../../shared/tables/table.ts';
import { tablesText, tableText } from '../../../shared/tables/text-face.ts';
import { comparePaired } from '../../analysis/statistics/comparison.ts';
import { whyUndefined } from '../../analysis/statistics/labels.ts';
import { adjustFamily, type Adjustment, type AdjustedTest } from '../../analysis/statistics/multiplicity.ts';
import { placements, type Placements } from '../../analysis/statistics/placements.ts';
import { buildClusters } from '../../analysis/statistics/variance.ts';
import type { CliContext } from '../context.ts';
import { ANALYTIC_UNITS, basisNotes, describeBasis } from './basis.ts';
import { asksForBootstrap, planForData, readParts, withBootstrap, type BootstrapOptions } from './bootstrap.ts';
import {
  callsOf,
  callTable,
  drawnDifferences,
  marginTable,
  marginTests,
  type DrawnDifference,
} from './compare-parts.ts';
import { numberBetween, readStatsFile, withColumns } from './options.ts';
import { aucColumns, pairName, pairTable, unadjustedNote } from './pair-table.ts';
import type { StatsData } from './scores-table.ts';
import { chooseOnValidation, withThresholds, type ThresholdOptions } from './thresholds.ts';
import { compareTables, unpairedTable } from './unpaired.ts';

interface CompareOptions extends ThresholdOptions, BootstrapOptions {
  margin?: number;
  adjust?: Adjustment;
  other?: string;
  otherLabel?: string;
  otherPatient?: string;
}

const ADJUSTMENTS: Record<Adjustment, string> = { holm: 'Holm', 'benjamini-hochberg': 'Benjamini and Hochberg' };

export function registerCompare(stats: Command, context: CliContext): void {
  const command = stats.command('compare <file>');
  command.description('paired comparison of every two score columns; on request bootstrap, margin, adjusted p-values');
  withThresholds(withBootstrap(withColumns(command)))
    .option('--margin <delta>', 'test non-inferiority and equivalence with this margin of AUC', numberBetween(0, 1))
    .addOption(
      new Option('--adjust <method>', 'adjust p-values over all comparisons of the table').choices(
        Object.keys(ADJUSTMENTS),
      ),
    )
    .addOption(
      new Option(
        '--other <file>',
        'compare with a table of other patients instead: unpaired, columns by name',
      ).conflicts(['margin', 'adjust', 'bootstrap', 'validation', 'rule', 'prevalence']),
    )
    .option('--other-label <file>', 'labels of an --other .npy file')
    .option('--other-patient <file>', 'patients of an --other .npy file')
    .action(async (file: string, options: CompareOptions) => {
      const data = readStatsFile(file, options);
      if (options.other !== undefined) {
        const tables = compareTables(data, readStatsFile(options.other, otherColumns(options)));
        return context.out.result(tables, () => tableText(unpairedTable(tables)));
      }
      const result = compareScores(data);
      const { comparisons: pairs } = result;
      const { margin = null, adjust: method } = options;
      const plan = planForData(data, options);
      const frozen = chooseOnValidation(data, options);
      const parts = {
        margin: margin === null ? null : marginTests(pairs, margin),
        bootstrap: asksForBootstrap(options, result) ? drawnDifferences({ data, plan, pairs, margin }) : null,
        adjusted: method === undefined ? null : { needsDraws: false, read: () => adjustPairs(pairs, method) },
        calls: frozen === null ? null : callsOf(data, pairs, frozen),
      };
      const { values, notes } = await readParts({ context, data, options, plan, parts });
      context.out.result({ ...result, ...values }, () =>
        tablesText([
          compareTable({ result, drawn: values.bootstrap, adjusted: values.adjusted, notes }),
          values.margin && marginTable(values.margin, values.bootstrap),
          values.calls && callTable(values.calls, data.patients === null ? 'rows' : 'patients'),
        ]),
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

type Comparison = ReturnType<typeof compareScores>['comparisons'][number];

/** P-values over all pairs of the table, which are the family; in their order. */
function adjustPairs(pairs: readonly Comparison[], method: Adjustment): { method: Adjustment; tests: AdjustedTest[] } {
  const tests = pairs.map((pair) => ({ id: pairName(pair), p: pair.p }));
  return { method, tests: adjustFamily({ declared: tests.map(({ id }) => id), tests, method }) };
}

function compareTable(params: {
  result: ReturnType<typeof compareScores>;
  drawn: readonly DrawnDifference[] | undefined;
  adjusted: ReturnType<typeof adjustPairs> | undefined;
  notes: readonly string[];
}): Table {
  const { result, drawn, adjusted, notes } = params;
  const drawnOf = ({ a, b }: Comparison) => drawn?.find((found) => found.a === a && found.b === b);
  const when = drawn !== undefined;
  return pairTable<Comparison>({
    caption: 'Scores against each other, on the same rows',
    notes: [
      ...basisNotes(result, when),
      ...notes,
      ...(adjusted === undefined
        ? unadjustedNote(result.comparisons, ' (--adjust holm)')
        : [`Adjusted over all comparisons of the table by ${ADJUSTMENTS[adjusted.method]}.`]),
    ],
    rows: result.comparisons,
    unit: ANALYTIC_UNITS[result.intervalKind],
    before: aucColumns(),
    beside: [
      {
        ...{ key: 'bootstrap', head: '95 % CI', unit: 'bootstrap', number: true, when },
        cell: (row) => range(drawnOf(row), { signed: true, note: drawnOf(row)?.why ?? undefined }),
      },
      { key: 'se', head: 'SE', unit: 'bootstrap', number: true, when, cell: (row) => number(drawnOf(row)?.se, 4) },
      { key: 'p_bootstrap', head: 'p', unit: 'bootstrap', number: true, when, cell: (row) => pValue(drawnOf(row)?.p) },
    ],
    after: [
      {
        ...{ key: 'p_adjusted', head: 'p', unit: 'adjusted', number: true, when: adjusted !== undefined },
        cell: (row) => pValue(adjusted?.tests.find(({ id }) => id === pairName(row))?.adjusted),
      },
    ],
  });
}
