/** The results of a study from what its runs stored. Pure: the service brings the rows. */
import { groupArms } from '../../../shared/study/arms.ts';
import type { Endpoint } from '../../../shared/dataset/dataset.ts';
import type { DeclaredMargin } from '../../../shared/study/margin.ts';
import type {
  ArmComparison,
  ArmEndpointResult,
  ArmResult,
  RunAuc,
  StudyResults,
} from '../../../shared/results/results.ts';
import type { Prediction, RunResult } from '../../../shared/run/run.ts';
import { armSteps, type ArmSteps } from '../../../shared/results/arm-steps.ts';
import { observedOf } from '../../../shared/results/threshold-steps.ts';
import { alignRuns } from './aligned-runs.ts';
import { intervalOf } from '../statistics/auc-interval.ts';
import { comparePaired, meanOverSeeds } from '../statistics/comparison.ts';
import { countClasses, whyUndefined, type ClassCounts } from '../statistics/labels.ts';
import { endpointLabel, endpointScore } from './endpoints.ts';
import { placements, type Placements } from '../statistics/placements.ts';
import { judgeMargin } from './study-margins.ts';
import { buildClusters, type Clusters } from '../statistics/variance.ts';

/** A run that has finished, with its predictions of the test split. */
export interface FinishedRun {
  runId: string;
  armId: string;
  seed: number;
  result: RunResult;
  /** Test split only. */
  predictions: readonly Prediction[];
}

/** `runsTotal`: runs of the arm in any state. */
export type ArmFacts = Pick<
  ArmResult,
  'armId' | 'model' | 'modelName' | 'initLabel' | 'trainSize' | 'parameters' | 'paperParameters' | 'runsTotal'
>;

export interface StudyResultsInput {
  studyId: string;
  studyName: string;
  synthetic: boolean;
  thresholdAuc: number;
  endpoints: readonly Endpoint[];
  /** In the order of the tables. */
  arms: readonly ArmFacts[];
  /** Ordered by seed within an arm. */
  runs: readonly FinishedRun[];
  /** The declared margin; absent or null where none was. */
  margin?: DeclaredMargin | null;
  /** The dataset's test images, for the counts while no run has finished. */
  testImages: readonly Pick<Prediction, 'patient' | 'labels'>[];
}

/** Everything of one endpoint that all arms share, and each run's placement values. */
interface EndpointData {
  endpoint: Endpoint;
  counts: ClassCounts;
  unknown: number;
  why: string | null;
  clusters: Clusters | null;
  byRun: Map<string, Placements>;
}

/**
 * AUCs, means over seeds, intervals and paired comparisons on the test images that every finished run scored. Intervals are
 * clustered by patient whenever these images outnumber their patients.
 */
export function computeStudyResults(input: StudyResultsInput): StudyResults {
  const { rowsByRun, common, leftOut } = alignRuns(input.runs);
  const items = input.runs.length === 0 ? input.testImages : common;
  const patients = new Set(items.map((item) => item.patient)).size;
  const clustered = items.length > patients;
  const data = input.endpoints.map((endpoint) => endpointData({ endpoint, items, clustered, rowsByRun }));
  const steps = stepsOfArms(input);
  const arms = input.arms.map((arm) => armResult({ arm, allRuns: input.runs, data, steps }));
  const headlines = data.filter(({ endpoint }) => endpoint.headline);
  const compared = {
    arms,
    comparisons: headlines.flatMap((item) => compareArms(input, item, referencePairs(input.arms))),
    modelComparisons: headlines.flatMap((item) => compareArms(input, item, modelPairs(input.arms))),
  };
  return {
    studyId: input.studyId,
    studyName: input.studyName,
    synthetic: input.synthetic,
    intervalKind: clustered ? 'delong-clustered' : 'delong',
    thresholdAuc: input.thresholdAuc,
    test: { images: items.length, patients, leftOut },
    endpoints: data.map(({ endpoint, counts, unknown }) => ({
      id: endpoint.id,
      name: endpoint.name,
      headline: endpoint.headline,
      ...counts,
      unknown,
    })),
    ...compared,
    margin: input.margin == null ? null : judgeMargin(compared, input.margin),
    bootstrap: null,
  };
}

function endpointData(params: {
  endpoint: Endpoint;
  items: readonly Pick<Prediction, 'patient' | 'labels'>[];
  clustered: boolean;
  rowsByRun: Map<string, Prediction[]>;
}): EndpointData {
  const { endpoint, items, clustered, rowsByRun } = params;
  const allLabels = items.map((item) => endpointLabel(endpoint, item.labels));
  const labels = allLabels.filter((label) => label !== null);
  const patients = items.filter((_, i) => allLabels[i] !== null).map((item) => item.patient);
  const counts = countClasses(labels, labels);
  const byRun = new Map<string, Placements>();
  for (const [runId, rows] of rowsByRun) {
    const scores = rows
      .filter((_, i) => allLabels[i] !== null)
      .map((row) => endpointScore(endpoint, row.probabilities));
    const part = placements(labels, scores);
    if (part !== null) byRun.set(runId, part);
  }
  return {
    endpoint,
    counts,
    unknown: items.length - labels.length,
    why: whyUndefined(counts),
    clusters: clustered ? buildClusters(labels, patients) : null,
    byRun,
  };
}

function armResult(params: {
  arm: ArmFacts;
  allRuns: readonly FinishedRun[];
  data: readonly EndpointData[];
  steps: ReadonlyMap<string, ArmSteps>;
}): ArmResult {
  const { arm, allRuns, data, steps } = params;
  const runs = allRuns.filter((run) => run.armId === arm.armId);
  const { runsTotal, ...facts } = arm;
  const { median = null, ratio = null } = steps.get(arm.armId) ?? {};
  return {
    ...facts,
    runsTotal,
    runsFinished: runs.length,
    endpoints: data.map((item) => armEndpoint(runs, item)),
    stepsToThreshold: runs.map(stepsOfRun),
    medianStepsToThreshold: median,
    stepsRatio: ratio,
    meanSeconds: meanOf(runs.map((run) => run.result.seconds)),
    meanStepMs: meanOf(runs.map((run) => run.result.meanStepMs)),
  };
}

/** The validation split is scored at the end of a run, wherever that is: a run that never got there is censored at its last step. */
function stepsOfRun({ runId, seed, result }: FinishedRun): ArmResult['stepsToThreshold'][number] {
  return { runId, seed, steps: result.stepsToThreshold, until: result.steps };
}

/** Steps to the threshold of every arm with a finished run, against the first arm of its model and size. */
function stepsOfArms({ arms, runs }: StudyResultsInput): Map<string, ArmSteps> {
  const found = groupArms(arms).flatMap((group) =>
    armSteps(
      group.arms.map(({ armId }) => ({
        armId,
        runs: observedOf(runs.filter((run) => run.armId === armId).map(stepsOfRun)),
      })),
    ),
  );
  return new Map(found.map((arm) => [arm.armId, arm]));
}

function armEndpoint(
  runs: readonly FinishedRun[],
  { endpoint, counts, why, clusters, byRun }: EndpointData,
): ArmEndpointResult {
  const parts = runs.flatMap((run) => byRun.get(run.runId) ?? []);
  const mean = meanOverSeeds(parts, clusters);
  return {
    endpointId: endpoint.id,
    mean: mean?.mean ?? null,
    sd: mean?.sd ?? null,
    low: mean?.low ?? null,
    high: mean?.high ?? null,
    why: mean === null ? (runs.length === 0 ? 'No run of this arm has finished.' : why) : mean.why,
    runs: runs.map((run): RunAuc => {
      const part = byRun.get(run.runId);
      const estimate =
        part === undefined
          ? { auc: null, se: null, low: null, high: null, why }
          : { auc: part.auc, ...intervalOf(part, clusters) };
      return { runId: run.runId, seed: run.seed, ...estimate, ...counts };
    }),
  };
}

type ArmPair<T = ArmFacts> = { a: T; b: T };

/** Every arm of one model and size against the first of them. */
export function referencePairs<T extends Pick<ArmFacts, 'model' | 'trainSize'>>(arms: readonly T[]): ArmPair<T>[] {
  return groupArms(arms).flatMap(({ arms: [reference, ...others] }) =>
    reference === undefined ? [] : others.map((a) => ({ a, b: reference })),
  );
}

/**
 * Every smaller model against the largest that starts the same way on as many images. Weight sets belong to a model, so `transfer(A)`
 * of one and `transfer(B)` of another start the same way, unless a model has several such arms.
 */
function modelPairs(arms: readonly ArmFacts[]): ArmPair[] {
  const plain = (arm: ArmFacts): string => `${arm.initLabel.replace(/\([^)]*\)/, '')}/${arm.trainSize}`;
  const groups = Map.groupBy(arms, (arm) => {
    const alone = arms.filter((other) => other.model === arm.model && plain(other) === plain(arm)).length === 1;
    return alone ? plain(arm) : `${arm.initLabel}/${arm.trainSize}`;
  });
  return [...groups.values()].flatMap((group) => {
    const largest = group.reduce((best, arm) => (arm.parameters > best.parameters ? arm : best));
    return group.filter((arm) => arm.parameters < largest.parameters).map((a) => ({ a, b: largest }));
  });
}

/** Pairs of which both arms have a finished run with an AUC. */
function compareArms(
  input: StudyResultsInput,
  { endpoint, clusters, byRun }: EndpointData,
  pairs: readonly ArmPair[],
): ArmComparison[] {
  const partsOf = (arm: ArmFacts): Placements[] =>
    input.runs.filter((run) => run.armId === arm.armId).flatMap((run) => byRun.get(run.runId) ?? []);
  return pairs.flatMap(({ a, b }): ArmComparison[] => {
    const [partsA, partsB] = [partsOf(a), partsOf(b)];
    if (partsA.length === 0 || partsB.length === 0) return [];
    return [{ endpointId: endpoint.id, armA: a.armId, armB: b.armId, ...comparePaired(partsA, partsB, clusters) }];
  });
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
