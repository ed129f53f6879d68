/**
 * Operating points, calibration, recalibration, decision curves and subgroups of a study's finished runs for one endpoint. A threshold
 * and a calibration belong to a trained network, so that all is of single runs first; means over the runs of an arm have intervals over
 * seeds and patients.
 */
import type { Endpoint } from '../../../shared/dataset/dataset.ts';
import {
  DEFAULT_DECISION_RANGE,
  RATE_NAMES,
  type ArmDetails,
  type ArmMean,
  type CalibrationMeans,
  type DecisionRange,
  type ProbabilityKind,
  type StudyDetails,
  type ThresholdKind,
  type ThresholdRuleName,
} from '../../../shared/results/study-details.ts';
import { alignRuns } from './aligned-runs.ts';
import { ArmMeans, type RunNumber } from './arm-means.ts';
import { DEFAULT_DRAWS, type BootstrapDraws, type BootstrapJob } from '../bootstrap/job.ts';
import { createBootstrapPlan, knownItems, type RankedInput } from '../bootstrap/plan.ts';
import { indexPatients } from '../bootstrap/sampling.ts';
import { decisionCurve, decisionThresholds } from '../calibration/decision-curve.ts';
import { endpointLabel, endpointScore } from './endpoints.ts';
import type { ImageAttributes } from './image-attributes.ts';
import { countClasses } from '../statistics/labels.ts';
import { BOOTSTRAP_SEED } from './study-bootstrap.ts';
import { compareCalls } from './study-calls.ts';
import { planRunDetails, type CalibrationNumbers, type DetailedRun, type RunNumbers } from './study-run-details.ts';
import { planStudySubgroups } from './study-subgroups.ts';
import { LEAST_IN_CLASS } from '../statistics/subgroups.ts';

export type { ImageAttributes } from './image-attributes.ts';
export type { DetailedRun } from './study-run-details.ts';

export interface StudyDetailsInput {
  studyId: string;
  endpoint: Endpoint;
  rule: ThresholdRuleName;
  /** Number of grades where the outputs are grades, else null. */
  grades: number | null;
  /** Default none. */
  prevalence?: number | null;
  range?: DecisionRange;
  probabilities?: ProbabilityKind;
  thresholds?: ThresholdKind;
  runs: readonly DetailedRun[];
  /** Arms that are compared, A against B. */
  pairs: readonly { armA: string; armB: string }[];
  /** By image id. */
  attributes: ReadonlyMap<string, ImageAttributes>;
}

/** Null without a finished run. */
export function planStudyDetails(
  input: StudyDetailsInput,
  { draws = DEFAULT_DRAWS, seed = BOOTSTRAP_SEED }: { draws?: number; seed?: number } = {},
): { job: BootstrapJob; read: (draws: BootstrapDraws) => StudyDetails } | null {
  const { endpoint, rule, prevalence = null, range = DEFAULT_DECISION_RANGE, probabilities = 'as-trained' } = input;
  const { thresholds: thresholdKind = 'frozen' } = input;
  const { rowsByRun, common } = alignRuns(input.runs.map(({ runId, test }) => ({ runId, predictions: test })));
  if (common.length === 0) return null;
  const labels = common.map((row) => endpointLabel(endpoint, row.labels));
  const patients = indexPatients(common.map((row) => row.patient));
  const validation = thresholdKind === 'frozen' ? null : validationItems(endpoint, input.runs);
  const plan = createBootstrapPlan({
    ...{ seed, draws, patients, labels: [labels] },
    ...(validation === null ? {} : { validation }),
  });
  const clustered = patients.count < common.length;
  const thresholds = decisionThresholds(range);
  const arms = [...Map.groupBy(input.runs, ({ armId }) => armId)].map(([armId, runs]) => ({
    armId,
    runs: runs.map((run) => {
      const rows = rowsByRun.get(run.runId) ?? [];
      const { grades } = input;
      const onValidation = validation?.of(run) ?? null;
      const settings = { prevalence, grades, thresholds, probabilities, clustered, onValidation };
      return { run, ...planRunDetails(plan, { endpoint, run, rows, labels, ...settings }) };
    }),
  }));
  const calling = arms.map(({ armId, runs }) => ({
    armId,
    runs: runs.map(({ run, scores, chosen }) => {
      const found = chosen.find((item) => item.rule === rule);
      return { armId, seed: run.seed, scores, threshold: found?.threshold, whyNoThreshold: found?.why ?? null };
    }),
  }));
  const armIds = arms.map(({ armId }) => armId);
  const pairs = input.pairs.filter(({ armA, armB }) => armIds.includes(armA) && armIds.includes(armB));
  const readSubgroups = planStudySubgroups(plan, {
    ...{ pairs, labels },
    arms: calling,
    items: common,
    attributes: input.attributes,
  });
  const calls = compareCalls({
    ...{ pairs, labels },
    runs: calling.flatMap(({ runs }) => runs),
    patients: patients.ofItems,
  });
  const known = knownItems({ labels, scores: labels.map(() => 0) });
  const { positives, negatives } = countClasses(known.labels, known.scores);
  return {
    job: plan.job(),
    read(drawn) {
      const means = new ArmMeans(
        arms.map(({ runs }) => runs.length),
        { draws, seed },
      );
      const read = arms.map(({ runs }) => runs.map((run) => run.read(drawn)));
      return {
        ...{ studyId: input.studyId, endpointId: endpoint.id, rule, prevalence },
        thresholds: thresholdKind,
        intervalKind: clustered || validation !== null ? 'cluster-bootstrap' : 'wilson',
        ...{ positives, negatives, draws, seed, calls },
        runs: read.flatMap((runs) => runs.map(({ details }) => details)),
        arms: read.map((runs, arm) =>
          armDetails({
            ...{ means, arm, prevalence, armId: armIds[arm] as string },
            runs: runs.map(({ numbers }) => numbers),
          }),
        ),
        decision: {
          ...{ range, probabilities, thresholds },
          all: decisionCurve(known.labels, known.scores, thresholds).points.map(({ all }) => all),
        },
        subgroups: readSubgroups(drawn, means),
        leastInClass: LEAST_IN_CLASS,
      };
    },
  };
}

/** The validation images that any run scored, and the scores of a run on them. */
function validationItems(endpoint: Endpoint, runs: readonly DetailedRun[]) {
  const rows = [...new Map(runs.flatMap((run) => run.validation).map((row) => [row.imageId, row])).values()];
  const labels = rows.map((row) => endpointLabel(endpoint, row.labels));
  return {
    patients: indexPatients(rows.map((row) => row.patient)),
    labels,
    of(run: DetailedRun): RankedInput {
      const scored = new Map(run.validation.map((row) => [row.imageId, endpointScore(endpoint, row.probabilities)]));
      const scores = rows.map((row) => scored.get(row.imageId) ?? NaN);
      return { labels, scores, keep: (item) => !Number.isNaN(scores[item]) };
    },
  };
}

type Benefit = RunNumbers['netBenefit'][number];

function armDetails(params: {
  means: ArmMeans;
  arm: number;
  armId: string;
  prevalence: number | null;
  runs: readonly RunNumbers[];
}): ArmDetails {
  const { means, arm, armId, prevalence, runs } = params;
  const mean = (of: (run: RunNumbers) => RunNumber): ArmMean => means.of(arm, runs.map(of)).mean;
  const calibration = (of: (run: RunNumbers) => CalibrationNumbers): CalibrationMeans => ({
    brier: mean((run) => of(run).brier),
    scaledBrier: mean((run) => of(run).scaledBrier),
    intercept: mean((run) => of(run).intercept),
    slope: mean((run) => of(run).slope),
    ece: mean((run) => of(run).ece),
  });
  const [first] = runs;
  if (first === undefined) throw new RangeError('Expected an arm with a run.');
  const whyNoCurve = runs.find((run) => run.whyNoCurve !== null)?.whyNoCurve ?? null;
  return {
    armId,
    seeds: runs.length,
    ...calibration((run) => run.calibration),
    averagePrecision: mean((run) => run.averagePrecision),
    kappa: first.kappa === null ? null : mean((run) => run.kappa as RunNumber),
    rules: first.rules.map(({ rule }, at) => {
      const rate = (name: keyof RunNumbers['rules'][number]['rates']): ArmMean =>
        mean((run) => (run.rules[at] as RunNumbers['rules'][number]).rates[name]);
      return {
        rule,
        rates: Object.fromEntries(RATE_NAMES.map((name) => [name, rate(name)])) as ArmDetails['rules'][number]['rates'],
        atPrevalence: prevalence === null ? null : { ppv: rate('ppvAt'), npv: rate('npvAt') },
      };
    }),
    recalibration: first.recalibration.map(({ method }, at) => ({
      method,
      after: calibration((run) => (run.recalibration[at] as RunNumbers['recalibration'][number]).after),
      brierChange: mean((run) => (run.recalibration[at] as RunNumbers['recalibration'][number]).brierChange),
    })),
    netBenefit:
      whyNoCurve === null
        ? first.netBenefit.map((_, at) =>
            means.ofDifference(
              arm,
              runs.map((run) => run.netBenefit[at] as Benefit),
            ),
          )
        : [],
    whyNoCurve,
  };
}
