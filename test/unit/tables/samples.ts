/** Every builder of tables with tables that it makes of made-up results. A new builder is added here. */
import { resampledArm, type StudyResults } from '../../../shared/results/results.ts';
import type { FailureAnalysis } from '../../../main/analysis/mistakes/failures.ts';
import {
  everyRunTable,
  sharedMistakesTable,
  subgroupMistakesTable,
} from '../../../main/report/sections/mistakes-tables.ts';
import { crossTabulation } from '../../../shared/results/details-tables/calls.ts';
import { detailsTables } from '../../../shared/results/details-tables/details-tables.ts';
import type { StudyDetails } from '../../../shared/results/study-details.ts';
import { armsTable } from '../../../shared/results/tables/arms-table.ts';
import { comparisonsTable } from '../../../shared/results/tables/comparisons-table.ts';
import { marginTable, modelsTable } from '../../../shared/results/tables/margin-tables.ts';
import { stepRunsTable, stepsOfResults, stepsTable } from '../../../shared/results/tables/steps-table.ts';
import { agreementTable, paperTables } from '../../../shared/templates/paper-beside.ts';
import { STUDY_TEMPLATES } from '../../../shared/templates/templates.ts';
import { paperTable } from '../../../shared/results/tables/paper-table.ts';
import { speedTable } from '../../../shared/results/tables/speed-table.ts';
import type { Table } from '../../../shared/tables/table.ts';
import { everyCell } from './every-cell.ts';
import { judgeMargin } from '../../../main/analysis/study/study-margins.ts';
import { madeUpDetails } from '../report/made-up-details.ts';
import { marksTable, withoutMarkedTable } from '../../../main/report/sections/image-marks-section.ts';
import { exportedFilesTable } from '../../../shared/system/exported-files-table.ts';
import { markedImagesTable, mistakenImagesTable } from '../../../shared/mistakes/image-tables.ts';
import { describeModels } from '../../../main/engine/models/catalogue.ts';
import { confusionTable, scoreBandsTable } from '../../../shared/mistakes/confusion-table.ts';
import type { MistakenImage, Mistakes } from '../../../shared/mistakes/mistakes.ts';
import { madeUpFailures } from '../report/made-up-failures.ts';
import { SPLITS, type DatasetDetail, type ImportPreview } from '../../../shared/dataset/dataset.ts';
import {
  columnRolesTable,
  datasetsTable,
  flowTable,
  labelsTable,
  labelValuesTable,
  problemsTable,
  setsTable,
} from '../../../shared/dataset/dataset-tables.ts';
import { describeParts } from '../../../shared/dataset/patient-characteristics.ts';
import { figureTable } from '../../../shared/figures/figure-table.ts';
import { weightMovementPanels } from '../../../shared/figures/weight-movement-panels.ts';
import { scatterFigure } from '../../../shared/figures/similarity-figures.ts';
import { scatterPanels, stagePanels } from '../../../shared/figures/similarity-panels.ts';
import { rSquaredTable, sampledTable, scatterTable, stageTable } from '../../../shared/similarity/similarity-tables.ts';
import { layersTable, weightMovementTable, weightMovementTableOfAll } from '../../../shared/weights/weights-tables.ts';
import { armOriginsTable, originsTable, runsTable, timingTable } from '../../../shared/run/run-tables.ts';
import type { RunSummary } from '../../../shared/run/run.ts';
import {
  architecturesTable,
  modelChoiceTable,
  plannedArmsTable,
  studiesTable,
} from '../../../shared/study/study-tables.ts';
import type { StudyEstimate, StudySummary } from '../../../shared/study/study.ts';
import type { TensorOrigin } from '../../../shared/weights/tensor-origins.ts';
import { matchTable, weightSetsTable, weightStagesTable } from '../../../shared/weights/weight-set-tables.ts';
import { madeUpReport } from '../report/made-up-report.ts';

const report = madeUpReport({ inits: ['random', { transfer: 'natural-phantoms' }] });
const twoModels = madeUpReport({ models: ['cbr-tiny', 'cbr-small'], train_sizes: [100, 'all'], template: 'table-1' });

/** With an interval of both kinds, an arm without a run, and one with a single run. */
function withGaps(results: StudyResults): StudyResults {
  const arms = results.arms.map((arm, index) => {
    if (index > 1) return arm;
    const kept = index === 0 ? 0 : 1;
    return {
      ...arm,
      ...{ runsFinished: kept, medianStepsToThreshold: null, stepsToThreshold: arm.stepsToThreshold.slice(0, kept) },
      ...(kept === 0 ? { meanSeconds: null, meanStepMs: null } : {}),
      endpoints: kept === 0 ? [] : arm.endpoints.map((found) => ({ ...found, sd: null, runs: found.runs.slice(0, 1) })),
    };
  });
  return { ...results, arms };
}

function withBootstrap(results: StudyResults): StudyResults {
  const headline = results.endpoints.filter((endpoint) => endpoint.headline);
  return {
    ...results,
    bootstrap: {
      ...{ draws: 2000, seed: 1 },
      arms: results.arms.flatMap(({ armId }) =>
        headline.map(({ id }, index) => ({ armId, endpointId: id, low: 0.61 + index / 100, high: 0.89, why: null })),
      ),
      comparisons: results.comparisons.map(({ armA, armB, endpointId, difference: d }) => ({
        ...{ armA, armB, endpointId, low: d - 0.05, high: d + 0.05, why: null, p: 0.2 },
      })),
    },
  };
}

/** The first arm against the last, as if the last were the largest model. */
function withModels(results: StudyResults): StudyResults {
  const [small, large] = [results.arms[0], results.arms.at(-1)];
  const arms = results.arms.map((arm) => (arm === large ? { ...arm, parameters: 3_000_001 } : arm));
  const pair = { endpointId: 'referable', armA: small?.armId ?? '', armB: large?.armId ?? '', difference: -0.0123 };
  return {
    ...{ ...results, arms },
    modelComparisons: [{ ...pair, se: 0.01, low: -0.032, high: 0.007, z: -1.2, p: 0.22, why: null }],
  };
}

function withMargin(results: StudyResults): StudyResults {
  const reason = 'A loss of two points would change no decision.';
  const declared = { delta: 0.02, reason, declaredAt: '2025-01-02T10:00:00.000Z', earlierStudies: 1 };
  return { ...results, margin: judgeMargin(results, declared) };
}

export const RESULTS: readonly StudyResults[] = [
  report.results,
  withBootstrap(report.results),
  withMargin(withBootstrap(withModels(twoModels.results))),
  withGaps(twoModels.results),
];

/** With a prevalence that was asked for, recalibrated probabilities, grades, and a rule that gave one run no threshold. */
const DETAILS: readonly StudyDetails[] = [
  madeUpDetails,
  {
    ...madeUpDetails,
    ...{ prevalence: 0.07, rule: 'youden', intervalKind: 'wilson' },
    decision: { ...madeUpDetails.decision, probabilities: 'platt' },
    arms: madeUpDetails.arms.map((arm) => ({
      ...arm,
      ...{
        kappa: { ...arm.brier, value: 0.412 },
        netBenefit: [],
        whyNoCurve: 'A run has no probabilities of this kind',
      },
      rules: arm.rules.map((found) => ({
        ...found,
        atPrevalence: {
          ppv: { ...arm.brier, value: 0.234 },
          npv: { ...arm.brier, value: null, why: 'No true negative' },
        },
      })),
    })),
    runs: madeUpDetails.runs.map((run, index) =>
      index > 0 ? run : { ...run, points: [{ rule: 'youden', point: null, why: 'No positive validation image' }] },
    ),
  },
];

const WITHOUT_THRESHOLD = {
  ...{ threshold: null, validation: null, counts: null, why: 'No threshold can be chosen on validation' },
};
const FAILURES: readonly FailureAnalysis[] = madeUpFailures.endpoints.flatMap((found) => [
  found,
  {
    ...found,
    overlap: null,
    runs: found.runs.map((run, index) => (index > 0 ? run : { ...run, ...WITHOUT_THRESHOLD })),
  },
]);

const AUC = { mean: 0.8, low: 0.7, high: 0.9, why: null, images: 192, positives: 38, negatives: 154 };
const MISTAKES: Mistakes = {
  ...{
    studyId: 's',
    datasetId: 'd',
    armId: 'a',
    endpoint: { id: 'e', name: 'Endpoint' },
    runs: [{ runId: 'r', seed: 0 }],
  },
  ...{ threshold: 0.2, rule: 'youden', why: null, bands: [], unknown: 0, auc: AUC, aucWithoutMarked: null, marked: 0 },
  validation: { sensitivity: 0.92, specificity: 0.81, positives: 12, negatives: 40 },
  counts: { tp: 30, fn: 8, fp: 40, tn: 1114 },
};

const MISTAKEN_IMAGES: readonly MistakenImage[] = [
  {
    ...{ id: 'img-1', cell: 'fp', label: 0, labels: [0], score: 0.912, patient: 1203, eye: 'left', view: null },
    ...{ seeds: [0.9, 0.924].map((score, seed) => ({ seed, score })), mark: null },
  },
  {
    ...{ id: 'img-2', cell: null, label: 1, labels: [1], score: 0.1, patient: 7, eye: null, view: null, seeds: [] },
    mark: { imageId: 'img-2', reason: 'Not gradable', markedAt: '2025-01-02T09:00:00.000Z' },
  },
];

const PANELS = report.similarity === null ? [] : stagePanels(report.similarity, report.study.arms);
const SCATTERS = report.similarity === null ? [] : scatterPanels(report.similarity, report.study.arms);
const MOVEMENT = weightMovementPanels(report.movement, report.study.arms);

const RUNS: readonly RunSummary[] = report.runs.map((each, index) => ({
  ...each,
  ...(index === 0 ? { state: 'failed' as const, result: null, attempts: 3 } : {}),
}));

const TENSORS: readonly TensorOrigin[] = [
  { name: 'conv1/kernel', stage: 'block1', shape: [5, 5, 3, 32], origin: 'copied', frozen: true },
  { name: 'conv1/bias', stage: 'block1', shape: [32], origin: 'random', frozen: true },
  { name: 'head/kernel', stage: 'head', shape: [256, 1], origin: 'random', frozen: false },
];

const STUDIES: readonly StudySummary[] = [
  null,
  { kind: 'open' as const, largest: 'gabor against random: +0.090 (−0.057 to +0.237)' },
].map((headline, index) => ({
  ...{
    id: `s${index}`,
    name: `Study ${index}`,
    datasetId: 'd',
    datasetName: 'Eyes',
    modality: 'fundus' as const,
    synthetic: true,
    bundle: null,
    template: null,
  },
  ...{ state: 'running' as const, createdAt: '2025-01-02T10:00:00.000Z', headline },
  runs: { total: 6, succeeded: 2, failed: index, running: 1, queued: 2, other: 0 },
}));

const ESTIMATE: StudyEstimate = {
  arms: report.study.arms.map(({ id }) => ({ armId: id, secondsPerStep: 0.1, stepsPerRun: 1200, secondsPerRun: 130 })),
  ...{ totalSeconds: 999, atMost: true, cacheSeconds: 9, peakMemoryBytes: 1, availableMemoryBytes: 2, diskBytes: 3 },
  ...{ storedActivationsBytes: 0, availableDiskBytes: 4, warnings: [] },
};

const PATIENTS = describeParts(
  Array.from({ length: 60 }, (_, patient) => ({
    ...{ patient, split: SPLITS[patient % 3] ?? 'test', sex: patient % 2 === 0 ? 'F' : 'M', age: 40 + (patient % 30) },
  })),
);

function withUnknown(dataset: DatasetDetail): DatasetDetail {
  const splits = dataset.splits.map((split) => ({
    ...split,
    outputs: split.outputs.map((counts, index) => ({ ...counts, unknown: 3 + index })),
  }));
  return { ...dataset, splits };
}

const labelCounts = ({ splits }: DatasetDetail): ImportPreview['counts'] => ({
  ...{ imagesFound: 960, rows: 966, usable: 950, patients: 480 },
  outputs: splits[0]?.outputs ?? [],
});

const endpointTables = (build: (results: StudyResults, endpointId: string) => Table | null): Table[] =>
  RESULTS.flatMap((results) => results.endpoints.flatMap(({ id }) => build(results, id) ?? []));

export const BUILDERS: Readonly<Record<string, readonly Table[]>> = {
  'cells of every kind': [everyCell],
  datasets: [datasetsTable([report.dataset], { ids: true }), datasetsTable([report.dataset])],
  sets: [setsTable(report.dataset, PATIENTS), setsTable(withUnknown(report.dataset))],
  labels: [labelsTable({ target: report.dataset.target, counts: labelCounts(withUnknown(report.dataset)) })],
  'values of labels': [
    labelValuesTable([
      { value: '', rows: 3, meaning: 'no label' },
      { value: 'DR', rows: 17, meaning: 'grade 1' },
    ]),
  ],
  'roles of columns': [columnRolesTable([{ column: 'level', role: 'label', reason: 'Whole numbers from 0 to 4.' }])],
  'data flow': [flowTable(report.dataset.flow)],
  'import problems': [problemsTable(report.dataset) ?? everyCell],
  'similarity by stage': PANELS.map(stageTable),
  'pairs of runs': SCATTERS.map(scatterTable),
  'R squared': SCATTERS.map(rSquaredTable),
  'draws of similarity': report.similarity === null ? [] : [sampledTable(report.similarity)],
  'movement of weights': [...MOVEMENT.map(weightMovementTable), weightMovementTableOfAll(MOVEMENT)],
  layers: report.weightRuns.map(layersTable),
  'numbers of a figure': SCATTERS.map((panel) => figureTable(scatterFigure(panel)) ?? everyCell),
  studies: [studiesTable(STUDIES)],
  'planned arms': [plannedArmsTable(report.study.arms, 2, null), plannedArmsTable(report.study.arms, 2, ESTIMATE)],
  runs: [true, false].map((whole) => runsTable({ runs: RUNS, arms: report.results.arms, whole })),
  timing: [timingTable(RUNS, report.results.arms) ?? everyCell],
  'origins of weights': [originsTable(TENSORS)],
  'origins by arm': [armOriginsTable(report.origins, report.results.arms) ?? everyCell],
  'weight sets': [weightSetsTable(report.weights)],
  'stages of weights': [
    weightStagesTable({
      stages: [{ stage: 'block1', tensors: [{ name: 'conv1/kernel', shape: [5, 5, 3, 32] }], values: 2432 }],
    }),
  ],
  'matched tensors': [
    matchTable({
      tensors: [
        { name: 'conv1/kernel', stage: 'block1', shape: [5, 5, 3, 32], from: 'layer1.0.weight' },
        { name: 'conv1/bias', stage: 'block1', shape: [32], from: null },
      ],
    }),
  ],
  arms: endpointTables(armsTable),
  speed: RESULTS.map(speedTable),
  comparisons: endpointTables(comparisonsTable),
  models: endpointTables((results, id) => modelsTable(results, [id])),
  margin: [
    ...endpointTables((results, id) => marginTable(results, [id])),
    ...RESULTS.flatMap(
      (results) =>
        marginTable(
          results,
          results.endpoints.map(({ id }) => id),
        ) ?? [],
    ),
  ],
  steps: RESULTS.flatMap((results) => stepsTable(stepsOfResults(results)) ?? []),
  'steps of runs': RESULTS.map((results) => stepRunsTable(stepsOfResults(results))),
  'paper, printed': STUDY_TEMPLATES.flatMap(({ id }) => paperTables(id)),
  'paper, agreement': RESULTS.flatMap(
    (results) => agreementTable(results, { ...twoModels.study, modality: 'fundus' }) ?? [],
  ),
  paper: endpointTables((results, id) => paperTable(results, id, { ...twoModels.study, modality: 'fundus' })),
  'details of a study': DETAILS.flatMap((details) => detailsTables({ details, arms: report.results.arms })),
  'mistakes of a study': FAILURES.flatMap((found) =>
    [
      crossTabulation(found, report.results.arms),
      sharedMistakesTable(found, report.results.arms),
      found.overlap && everyRunTable(found.overlap),
      subgroupMistakesTable(found, report.results.arms),
    ].filter((table) => table !== null),
  ),
  'marks of a study': [marksTable(madeUpFailures), withoutMarkedTable(madeUpFailures, report.results) as Table],
  'exported files': [exportedFilesTable([{ name: 'report.html', bytes: 123_456, href: '/api/reports/a/report.html' }])],
  'marks of a dataset': [markedImagesTable(madeUpFailures.marks, { patients: true })],
  'mistaken images': [mistakenImagesTable(MISTAKEN_IMAGES, 1234)],
  confusion: [0.2134, null].map((threshold) => confusionTable({ ...MISTAKES, threshold }) as Table),
  'scores of test images': [
    scoreBandsTable({ ...MISTAKES, bands: [{ low: 0.9, high: 1, positives: 7, negatives: 1 }] }),
  ],
  'models to choose from': [64, 224].flatMap((size) => {
    const models = describeModels({ outputs: 5, size, batch: 8 });
    const secondsOf = ({ id }: { id: string }) => (id === 'cbr-tiny' ? 90 : null);
    return [modelChoiceTable({ models, chosen: ['cbr-tiny'], size, secondsOf }), architecturesTable(models)];
  }),
};

// A sample that lacks what it should show would prove nothing.
if (RESULTS.every((results) => resampledArm(results, results.arms[0]?.armId ?? '', 'referable') === null)) {
  throw new Error('No sample has a bootstrap interval.');
}
