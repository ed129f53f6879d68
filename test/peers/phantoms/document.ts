/** The study on phantoms as a section of docs/phantoms.md: what was measured, and each finding of the paper beside it. */
import type { ArmComparison, ArmResult, StudyResults } from '../../../shared/results/results.ts';
import type { SeedsRow, StageEstimate, StudySimilarity } from '../../../shared/similarity/similarity.ts';
import {
  countOf,
  DASH,
  formatEstimate,
  formatNumber,
  formatRatio,
  formatSigned,
} from '../../../shared/words/numbers.ts';
import { table } from '../training/document.ts';

interface Arm extends Omit<ArmResult, 'endpoints' | 'initLabel'> {
  init: Init;
  auc: Pick<ArmResult['endpoints'][number], 'mean' | 'sd' | 'low' | 'high'>;
  seeds: { seed: number; auc: number | null }[];
}

type Init = 'random' | 'transfer' | 'mean-var' | 'gabor';
type Stages = Record<string, Pick<StageEstimate, 'stage' | 'mean' | 'sd'>[]>;

/** `docs/phantom-study.json`: all that the section is made from. */
export interface StudyRecord {
  test: StudyResults['test'];
  thresholdAuc: number;
  arms: Arm[];
  /** AUC of A minus that of B, with a 95 % interval over patients. */
  byStart: ArmComparison[];
  byModel: ArmComparison[];
  /** CCA similarity by arm and stage: of runs with their own start, and of the trained runs of an arm with each other. */
  beforeAfter: Stages;
  betweenSeeds: Stages;
}

const initOf = (label: string): Init =>
  (/^(transfer|mean-var|gabor)/i.exec(label)?.[0].toLowerCase() ?? 'random') as Init;

export function studyRecord(results: StudyResults, similarity: StudySimilarity): StudyRecord {
  const headline = results.endpoints.find((endpoint) => endpoint.headline)?.id;
  const ofHeadline = (rows: readonly ArmComparison[]) => rows.filter(({ endpointId }) => endpointId === headline);
  const stages = (rows: readonly Pick<SeedsRow, 'armId' | 'stages'>[]): Stages =>
    Object.fromEntries(
      rows.map((row) => [row.armId, row.stages.map(({ stage, mean, sd }) => ({ stage, mean, sd }))] as const),
    );
  return {
    test: results.test,
    thresholdAuc: results.thresholdAuc,
    arms: results.arms.map(({ endpoints, initLabel, ...arm }) => {
      const found = endpoints.find(({ endpointId }) => endpointId === headline);
      const { mean = null, sd = null, low = null, high = null, runs = [] } = found ?? {};
      const seeds = runs.map(({ seed, auc }) => ({ seed, auc }));
      return { ...arm, init: initOf(initLabel), auc: { mean, sd, low, high }, seeds };
    }),
    byStart: ofHeadline(results.comparisons),
    byModel: ofHeadline(results.modelComparisons),
    beforeAfter: stages(similarity.beforeAfter),
    betweenSeeds: stages(similarity.seeds),
  };
}

/** One measurement that bears on a finding. `side`: to which side of `nothing` its interval lies; null: it holds nothing, or there is none. */
interface Contrast {
  what: string;
  text: string;
  side: 'above' | 'below' | null;
}

interface Finding {
  paper: string;
  /** What the paper would have every contrast be. */
  expected: Contrast['side'];
  contrasts: (record: StudyRecord) => Contrast[];
}

function sideOf(low: number | null, high: number | null, nothing: number): Contrast['side'] {
  if (low !== null && low > nothing) return 'above';
  return high !== null && high < nothing ? 'below' : null;
}

const describe = ({ modelName, trainSize }: Arm): string => `${modelName}, ${countOf(Number(trainSize), 'image')}`;

function differences(
  record: StudyRecord,
  rows: 'byStart' | 'byModel',
  isWanted: (a: Arm, b: Arm) => boolean,
): Contrast[] {
  return record[rows].flatMap(({ armA, armB, difference, low, high }) => {
    const [a, b] = [armA, armB].map((id) => record.arms.find(({ armId }) => armId === id) as Arm) as [Arm, Arm];
    if (!isWanted(a, b)) return [];
    const against = rows === 'byStart' ? `${a.init} − ${b.init}` : `− ${b.modelName}`;
    const text = formatEstimate({ value: difference, low, high }, formatSigned);
    return [{ what: `${describe(a)}: ${against}`, text, side: sideOf(low, high, 0) }];
  });
}

function stepsOf(record: StudyRecord, init: Init): Contrast[] {
  return record.arms.flatMap((arm) => {
    const { stepsRatio: found } = arm;
    if (arm.init !== init || found === null) return [];
    const limit = found.limit === null ? DASH : `${found.limit.side} ${formatRatio(found.limit.value)}`;
    const text = found.ratio === null ? limit : formatEstimate({ ...found, value: found.ratio }, formatRatio);
    return [{ what: describe(arm), text, side: sideOf(found.low, found.high, 1) }];
  });
}

/** Of the first stage, transfer minus random: beside the variation between runs, as the app compares similarities. */
function changeOfFirstStage(record: StudyRecord): Contrast[] {
  return record.arms.flatMap((arm) => {
    const random = record.arms.find(
      (other) => other.init === 'random' && other.model === arm.model && other.trainSize === arm.trainSize,
    );
    const [own, other] = [arm, random].map((of) => record.beforeAfter[of?.armId ?? '']?.[0]);
    if (arm.init !== 'transfer' || own === undefined || other === undefined) return [];
    const difference = own.mean - other.mean;
    const isKnown = own.sd !== null && other.sd !== null && Math.abs(difference) > 2 * Math.max(own.sd, other.sd);
    const side = isKnown ? (difference > 0 ? 'above' : 'below') : null;
    return [{ what: describe(arm), text: formatSigned(difference), side } as const];
  });
}

const FINDINGS: readonly Finding[] = [
  {
    paper: 'With all data, transfer changes the AUC little (Tables 1 and 2)',
    expected: null,
    contrasts: (record) => differences(record, 'byStart', (a) => a.init === 'transfer' && a.trainSize === 1000),
  },
  {
    paper: 'With few images, transfer raises the AUC of the large model (Table 4)',
    expected: 'above',
    contrasts: (record) =>
      differences(record, 'byStart', (a) => a.init === 'transfer' && a.trainSize === 100 && /resnet/.test(a.model)),
  },
  {
    paper: 'With few images, transfer changes the AUC of small models little (Section 3)',
    expected: null,
    contrasts: (record) =>
      differences(record, 'byStart', (a) => a.init === 'transfer' && a.trainSize === 100 && !/resnet/.test(a.model)),
  },
  {
    paper: 'Small models do as well as ResNet-50, from random starts and all data (Tables 1 and 2)',
    expected: null,
    contrasts: (record) => differences(record, 'byModel', (a) => a.init === 'random' && a.trainSize === 1000),
  },
  {
    paper: 'Transfer needs fewer steps than a random start: ratio below 1 (Section 5)',
    expected: 'below',
    contrasts: (record) => stepsOf(record, 'transfer'),
  },
  {
    paper: 'So does a start with only the mean and variance of the pretrained weights (Section 5)',
    expected: 'below',
    contrasts: (record) => stepsOf(record, 'mean-var'),
  },
  {
    paper: 'So do synthetic Gabor filters in the first layer (Section 5)',
    expected: 'below',
    contrasts: (record) => stepsOf(record, 'gabor'),
  },
  {
    paper:
      'A transferred first layer changes less in training than a random one: CCA with its start is higher (Section 4)',
    expected: 'above',
    contrasts: changeOfFirstStage,
  },
];

/** What the intervals say, one by one; of no difference they can only say that none was seen. */
function verdict(expected: Contrast['side'], contrasts: readonly Contrast[]): string {
  const all = contrasts.length;
  if (all === 0) return 'No finished runs yet.';
  const differing = contrasts.filter(({ side }) => side !== null).length;
  if (expected === null && differing > 0) return `Not so in ${differing} of ${all}: there is a difference.`;
  if (expected === null) return `No difference seen in ${all} of ${all}; the interval shows how large one may be.`;
  const agreeing = contrasts.filter(({ side }) => side === expected).length;
  const opposite = differing - agreeing;
  const rest = [
    ...(opposite === 0 ? [] : [`the opposite in ${opposite}`]),
    ...(differing === all ? [] : [`${all - differing} cannot tell`]),
  ];
  return `${[`Seen in ${agreeing} of ${all}`, ...rest].join('; ')}.`;
}

function findingsTable(record: StudyRecord): string {
  const rows = FINDINGS.map(({ paper, expected, contrasts }) => {
    const found = contrasts(record);
    return [paper, found.map(({ what, text }) => `${what}: ${text}`).join('<br>'), `**${verdict(expected, found)}**`];
  });
  return table(['the paper', 'here', 'so'], rows, 3);
}

function resultsTable({ arms }: StudyRecord): string {
  const rows = arms
    .filter(({ runsFinished }) => runsFinished > 0)
    .map((arm) => [
      describe(arm),
      arm.init,
      String(arm.runsFinished),
      formatEstimate({ ...arm.auc, value: arm.auc.mean }),
      formatNumber(arm.auc.sd),
      arm.seeds.map(({ auc }) => formatNumber(auc)).join(' '),
      formatNumber(arm.medianStepsToThreshold, 0),
    ]);
  const header = ['model, training images', 'start', 'seeds', 'AUC (95 % interval)', 'SD', 'each seed', 'steps'];
  return table(header, rows, 2);
}

function similarityTable({ arms }: StudyRecord, similarity: Stages): string {
  const most = Math.max(...Object.values(similarity).map((stages) => stages.length), 0);
  const rows = arms.flatMap((arm) => {
    const stages = similarity[arm.armId];
    if (stages === undefined) return [];
    const cells = Array.from({ length: most }, (_, i) => formatNumber(stages[i]?.mean));
    return [[describe(arm), arm.init, ...cells]];
  });
  const header = ['model, training images', 'start', ...Array.from({ length: most }, (_, i) => `stage ${i + 1}`)];
  return rows.length === 0 ? 'No pair of finished runs yet.' : table(header, rows, 2);
}

export function studySection(record: StudyRecord): string {
  const { test, thresholdAuc, arms } = record;
  const [finished, total] = (['runsFinished', 'runsTotal'] as const).map((key) =>
    arms.reduce((sum, arm) => sum + arm[key], 0),
  ) as [number, number];
  const state =
    finished === total
      ? `All ${countOf(total, 'run')} finished.`
      : `**${finished} of ${total} runs had finished** when this was written; an arm without a row has none. Started again, the script goes on with the rest.`;
  return [
    `${state} Referable disease, ${countOf(test.images, 'test image')} of ${countOf(test.patients, 'patient')}; steps: median until the validation AUC is ${formatNumber(thresholdAuc, 2)}, a dash where at least half of the runs never reached it.`,
    resultsTable(record),
    "### The paper's findings on these data",
    'AUC differences with 95 % intervals over patients; ratios of steps with intervals over seeds, which one seed does not have. Several intervals are looked at, and none is adjusted for that.',
    findingsTable(record),
    '### CCA similarity of each network with its own start, by stage',
    similarityTable(record, record.beforeAfter),
    '### CCA similarity between trained networks of different seeds, by stage',
    similarityTable(record, record.betweenSeeds),
  ].join('\n\n');
}
