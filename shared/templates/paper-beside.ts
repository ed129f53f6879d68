/** The paper beside a study: what it found, its numbers as tables, and whether a study's own conclusions say the same. Pure. */
import { concludedComparisons, type Conclusion } from '../results/conclusion.ts';
import type { StudyResults } from '../results/results.ts';
import { pairColumn } from '../results/tables/comparisons-table.ts';
import type { PlannedStudy } from '../results/tables/paper-table.ts';
import { MODEL_NAMES, type ModelId } from '../study/models.ts';
import { number, text } from '../tables/cells.ts';
import { buildTable, named, ungrouped, type Table } from '../tables/table.ts';
import { formatSigned } from '../words/numbers.ts';
import {
  FIGURE_4_CONV1,
  TABLE_1,
  TABLE_1_TOP_5,
  TABLE_2,
  TABLE_3,
  TABLE_4,
  TABLE_5,
  type Printed,
} from './paper-numbers.ts';
import type { TemplateId } from './template-ids.ts';
import { paperRows } from './template-results.ts';

const CURVES = 'The paper shows curves without printed numbers.';

/** What the paper found, a sentence or two. */
export const PAPER_FOUND: Readonly<Record<TemplateId, string>> = {
  'table-1':
    'Transfer changed the AUC by at most 0.3 points, and networks with a twentieth of the parameters came within one point of ResNet-50.',
  'table-2': 'No model gained on every finding: some differences favour transfer, some random weights.',
  'table-3':
    'With 5,000 images ResNet-50 gained 2.4 points from transfer, CBR models 0.1 to 0.3. The first layer alone brought ResNet-50 0.7.',
  'table-4':
    'The gain of ResNet-50 shrank from 1.5 points at 10,000 images to 0.1 at 100,000. Mean-var weights, which hold no learned feature, brought 1.1 of the 1.5.',
  similarity:
    'Two networks from the same pretrained weights stayed more alike than two from random ones, most of all in the first stages.',
  filters: 'In large networks the first filters hardly moved from where they started; in small ones they moved more.',
  'mean-var': `Mean-var weights sped training up: part of what transfer brings is the scale of the weights. ${CURVES}`,
  'transfusion-depth': `Reuse of the lowest layers brought most of the speed. ${CURVES}`,
  'slim-gabor': `A slimmer top, or synthetic filters in the first layer, kept much of the speed of transfer. ${CURVES}`,
  ...{ 'frozen-features': CURVES, 'batch-norm': CURVES, 'sampling-shuffled': CURVES },
};

const printedCell = (printed: Printed | undefined) =>
  printed === undefined ? '' : text(printed.sd === null ? String(printed.mean) : `${printed.mean} ± ${printed.sd}`);

const TABLES: Readonly<Partial<Record<TemplateId, () => Table[]>>> = {
  'table-1': () => [pairsTable('Table 1: AUC in %', TABLE_1, true)],
  'table-2': () =>
    Object.entries(TABLE_2).map(([finding, models]) => pairsTable(`Table 2: ${finding}, AUC in %`, models)),
  'table-3': () => [pairsTable('Table 3: AUC in %, 5,000 images', TABLE_3)],
  'table-4': () => [sizesTable()],
  similarity: () => [similarityNumbers()],
};

/** The numbers that the paper prints for a template; none for curves. */
export const paperTables = (template: TemplateId): Table[] => TABLES[template]?.() ?? [];

function pairsTable(caption: string, models: typeof TABLE_1, topFive = false): Table {
  type Row = { model: ModelId } & Record<'random' | 'transfer', Printed>;
  const rows = Object.entries(models).map(([model, pair]) => ({ model: model as ModelId, ...pair }));
  return buildTable<Row>({
    caption,
    groups: ungrouped(rows),
    columns: [
      named('Model', ({ model }) => MODEL_NAMES[model], false),
      named('Random', ({ random }) => printedCell(random)),
      named('Transfer', ({ transfer }) => printedCell(transfer)),
      {
        ...{ key: 'top5', head: 'ImageNet top-5', unit: '%', number: true, when: topFive },
        cell: ({ model }) => printedCell(TABLE_1_TOP_5[model]),
      },
    ],
  });
}

function sizesTable(): Table {
  const rows = Object.entries(TABLE_4).map(([images, printed]) => ({ images: Number(images), ...printed }));
  return buildTable<(typeof rows)[number]>({
    caption: 'Table 4: ResNet-50, AUC in %',
    groups: ungrouped(rows),
    columns: [
      named('Images', ({ images }) => number(images, 0)),
      named('Random', ({ random }) => printedCell(random)),
      named('Mean-var', (row) => printedCell(row['mean-var'])),
      named('Transfer', ({ transfer }) => printedCell(transfer)),
    ],
  });
}

function similarityNumbers(): Table {
  const rows = Object.entries(TABLE_5).flatMap(([model, { stages, pretrained, random }]) =>
    stages.map((stage, i) => ({ model: model as ModelId, stage, pretrained: pretrained[i], random: random[i] })),
  );
  return buildTable<(typeof rows)[number]>({
    caption: 'Table 5: CCA similarity of two trained networks',
    notes: [
      'The published code of SVCCA passes its threshold as epsilon in one function, so absolute values may not compare.',
      `Figure 4 gives R squared of ${FIGURE_4_CONV1.join(' and ')} for conv1 of ResNet-50.`,
    ],
    groups: ungrouped(rows),
    columns: [
      named('Model', ({ model }) => MODEL_NAMES[model], false),
      named('Stage', ({ stage }) => stage, false),
      named('Same pretrained weights', (row) => number(row.pretrained, 3)),
      named('Random weights', (row) => number(row.random, 3)),
    ],
  });
}

type Direction = 'higher' | 'lower' | 'no clear difference' | 'open';

/** Too small to matter counts as none. */
const DIRECTIONS: Readonly<Record<Conclusion, Direction>> = {
  ...{ better: 'higher', worse: 'lower', 'clearly worse': 'lower' },
  ...{ 'slightly better': 'no clear difference', 'slightly worse': 'no clear difference' },
  ...{ equivalent: 'no clear difference', 'not worse': 'open', 'cannot tell': 'open', untested: 'open' },
};

/** The paper's difference counts where it is more than twice its standard error, as far as it prints SDs; without them from one point on. */
function paperDirection(difference: number, sds: readonly (number | null)[]): Direction {
  const known = sds.flatMap((sd) => sd ?? []);
  const least = known.length === 2 ? 2 * Math.hypot(...known) : 0.01;
  return Math.abs(difference) < least ? 'no clear difference' : difference > 0 ? 'higher' : 'lower';
}

/** Whether the conclusions of a study agree with the paper's, comparison by comparison; null where the paper prints nothing to compare. */
export function agreementTable(results: StudyResults, planned: PlannedStudy): Table | null {
  const rows = concludedComparisons(results).flatMap((comparison) => {
    const printed = paperRows({ ...planned, results, endpointId: comparison.endpointId });
    const [a, b] = [comparison.armA, comparison.armB].map((id) => printed.find(({ arm }) => arm.armId === id)?.paper);
    if (a === undefined || b === undefined) return [];
    const difference = a.auc - b.auc;
    const theirs = paperDirection(difference, [a.sd, b.sd]);
    const own = DIRECTIONS[comparison.conclusion];
    return [{ ...comparison, paper: difference, theirs, own }];
  });
  if (rows.length === 0) return null;
  return buildTable<(typeof rows)[number]>({
    caption: 'Beside the paper',
    notes: ['Conclusions are compared, never numbers: patients, cameras and labels are others.'],
    groups: ungrouped(rows),
    columns: [
      pairColumn(results),
      { key: 'paper', head: 'Paper', cell: ({ paper, theirs }) => `${formatSigned(paper)}: ${theirs}` },
      {
        key: 'own',
        head: 'Your data',
        cell: ({ own, words }) => text(own === 'open' ? 'these data cannot tell' : own, { note: words }),
      },
      {
        ...{ key: 'agree', head: 'Agree?' },
        cell: ({ own, theirs }) =>
          own === 'open'
            ? text('Open', { tone: 'quiet' })
            : own === theirs
              ? text('Yes', { tone: 'info' })
              : text('No', { tone: 'warn' }),
      },
    ],
  });
}
