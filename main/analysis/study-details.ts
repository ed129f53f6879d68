/**
 * Operating points, calibration and subgroups of a study's finished runs for one endpoint. Everything is of single runs, since a threshold
 * and a calibration belong to a trained network; subgroups are means over seeds, with intervals over seeds and patients.
 */
import type { Endpoint } from '../../shared/dataset.ts';
import type { Prediction } from '../../shared/run.ts';
import type {
  DetailEstimate,
  OperatingPoint,
  RunDetails,
  StudyDetails,
  SubgroupDetails,
  ThresholdRuleName,
} from '../../shared/study-details.ts';
import { alignRuns } from './aligned-runs.ts';
import { auc } from './auc.ts';
import { hierarchicalDraws } from './bootstrap/combine.ts';
import { percentileInterval } from './bootstrap/interval.ts';
import { DEFAULT_DRAWS, type BootstrapDraws, type BootstrapJob } from './bootstrap/job.ts';
import { createBootstrapPlan, knownItems, planAveragePrecision, type BootstrapPlan } from './bootstrap/plan.ts';
import { indexPatients, type PatientIndex } from './bootstrap/sampling.ts';
import { calibrate, planBrier } from './calibration.ts';
import { confusionAt, confusionRates, planConfusionRates, type ConfusionRates } from './confusion.ts';
import { endpointLabel, endpointScore } from './endpoints.ts';
import { gradeOfLabels, gradeOfProbabilities, planKappa } from './kappa.ts';
import { countClasses } from './labels.ts';
import { reliability } from './reliability.ts';
import { BOOTSTRAP_SEED } from './study-bootstrap.ts';
import { LEAST_IN_CLASS } from './subgroups.ts';
import { chooseThreshold, parseThresholdRule } from './thresholds.ts';

export interface DetailedRun {
  runId: string;
  armId: string;
  seed: number;
  validation: readonly Prediction[];
  test: readonly Prediction[];
}

/** What is known of an image beside its labels; null where it is not. */
export interface ImageFacts {
  sex: string | null;
  /** Years. */
  age: number | null;
  view: string | null;
  site: string | null;
  eye: string | null;
}

export interface StudyDetailsInput {
  studyId: string;
  endpoint: Endpoint;
  rule: ThresholdRuleName;
  /** Number of grades where the outputs are grades, else null. */
  grades: number | null;
  runs: readonly DetailedRun[];
  /** By image id. */
  facts: ReadonlyMap<string, ImageFacts>;
}

type Reader<T> = (draws: BootstrapDraws) => T;

/** Null without a finished run. */
export function planStudyDetails(
  input: StudyDetailsInput,
  { draws = DEFAULT_DRAWS, seed = BOOTSTRAP_SEED }: { draws?: number; seed?: number } = {},
): { job: BootstrapJob; read: Reader<StudyDetails> } | null {
  const { rowsByRun, common } = alignRuns(input.runs.map(({ runId, test }) => ({ runId, predictions: test })));
  if (common.length === 0) return null;
  const labels = common.map((row) => endpointLabel(input.endpoint, row.labels));
  const patients = indexPatients(common.map((row) => row.patient));
  const plan = createBootstrapPlan({ seed, draws, patients, labels: [labels] });
  const clustered = patients.count < common.length;
  const runs = input.runs.map((run) => ({ run, rows: rowsByRun.get(run.runId) ?? [] }));
  const readRuns = runs.map(({ run, rows }) => planRun(plan, { input, run, rows, labels, clustered }));
  const readSubgroups = planStudySubgroups(plan, { input, runs, common, labels, seed });
  const { positives, negatives } = countKnown(labels);
  return {
    job: plan.job(),
    read: (drawn) => ({
      studyId: input.studyId,
      endpointId: input.endpoint.id,
      rule: input.rule,
      intervalKind: clustered ? 'cluster-bootstrap' : 'wilson',
      ...{ positives, negatives, draws, seed },
      runs: readRuns.map((read) => read(drawn)),
      subgroups: readSubgroups(drawn),
      leastInClass: LEAST_IN_CLASS,
    }),
  };
}

function planRun(
  plan: BootstrapPlan,
  params: {
    input: StudyDetailsInput;
    run: DetailedRun;
    rows: readonly Prediction[];
    labels: readonly (number | null)[];
    clustered: boolean;
  },
): Reader<RunDetails> {
  const { input, run, rows, labels, clustered } = params;
  const { runId, armId, seed } = run;
  const scores = rows.map((row) => endpointScore(input.endpoint, row.probabilities));
  const known = knownItems({ labels, scores });
  const knownPatients = clustered ? patientsOfKnown(plan.patients, labels) : null;
  const readPoint = planPoint(plan, { input, run, labels, scores, clustered });
  const readPrecision = planAveragePrecision(plan, { labels, scores });
  const readBrier = planBrier(plan, { labels, scores });
  const readKappa =
    input.grades === null
      ? null
      : planKappa(plan, {
          truth: rows.map((row) => gradeOfLabels(row.labels)),
          predicted: rows.map((row) => gradeOfProbabilities(row.probabilities)),
          grades: input.grades,
        });
  const calibration = calibrate(known.labels, known.scores, knownPatients);
  const curve = reliability(known.labels, known.scores, { binning: 'equal-mass' });
  return (draws) => ({
    ...{ runId, armId, seed },
    ...readPoint(draws),
    averagePrecision: plain(readPrecision(draws)),
    brier: plain(readBrier.brier(draws)),
    scaledBrier: plain(readBrier.scaled(draws)),
    intercept: plain(calibration.intercept),
    slope: plain(calibration.slope),
    ece: curve.ece,
    kappa: readKappa === null ? null : plain(readKappa(draws)),
    reliability: curve.curve.map(({ items, meanProbability, observed }) => ({
      ...{ items, meanProbability, observed: observed.value ?? 0, low: observed.low ?? 0, high: observed.high ?? 1 },
    })),
  });
}

/** The threshold from the run's validation images, frozen, on the test images. */
function planPoint(
  plan: BootstrapPlan,
  params: {
    input: StudyDetailsInput;
    run: DetailedRun;
    labels: readonly (number | null)[];
    scores: readonly number[];
    clustered: boolean;
  },
): Reader<Pick<RunDetails, 'point' | 'whyNoPoint'>> {
  const { input, run, labels, scores, clustered } = params;
  const validation = knownItems({
    labels: run.validation.map((row) => endpointLabel(input.endpoint, row.labels)),
    scores: run.validation.map((row) => endpointScore(input.endpoint, row.probabilities)),
  });
  const chosen = chooseThreshold(validation.labels, validation.scores, parseThresholdRule(input.rule));
  if (!chosen.defined) return () => ({ point: null, whyNoPoint: chosen.why });
  const { threshold } = chosen;
  const { sensitivity, specificity } = chosen.validation;
  const point = (rates: ConfusionRates): OperatingPoint => ({
    threshold,
    validation: { sensitivity, specificity },
    counts: rates.counts,
    rates: {
      sensitivity: plain(rates.sensitivity),
      specificity: plain(rates.specificity),
      ppv: plain(rates.ppv),
      npv: plain(rates.npv),
      lrPositive: plain(rates.lrPositive),
      lrNegative: plain(rates.lrNegative),
    },
  });
  if (clustered) {
    const read = planConfusionRates(plan, { labels, scores, threshold });
    return (draws) => ({ point: point(read(draws)), whyNoPoint: null });
  }
  const known = knownItems({ labels, scores });
  const rates = confusionRates(confusionAt(known.labels, known.scores, threshold));
  return () => ({ point: point(rates), whyNoPoint: null });
}

/** Ten years a band: enough to see a trend, few enough to fill. */
function ageBand(age: number | null): string | null {
  if (age === null || !Number.isFinite(age) || age < 0) return null;
  if (age < 20) return 'under 20';
  if (age >= 80) return '80 and over';
  const from = Math.floor(age / 10) * 10;
  return `${from} to ${from + 9}`;
}

const VARIABLES: { name: string; of: (facts: ImageFacts) => string | null }[] = [
  { name: 'Sex', of: ({ sex }) => sex },
  { name: 'Age', of: ({ age }) => ageBand(age) },
  { name: 'View', of: ({ view }) => view },
  { name: 'Site', of: ({ site }) => site },
  { name: 'Eye', of: ({ eye }) => eye },
];

function planStudySubgroups(
  plan: BootstrapPlan,
  params: {
    input: StudyDetailsInput;
    runs: readonly { run: DetailedRun; rows: readonly Prediction[] }[];
    common: readonly Prediction[];
    labels: readonly (number | null)[];
    seed: number;
  },
): Reader<SubgroupDetails[]> {
  const { input, runs, common, labels, seed } = params;
  const armIds = [...new Set(runs.map(({ run }) => run.armId))];
  const readers = VARIABLES.flatMap(({ name: variable, of }) => {
    const groups = common.map((row) => {
      const facts = input.facts.get(row.imageId);
      return facts === undefined ? null : of(facts);
    });
    const names = [...new Set(groups.filter((group) => group !== null))].sort((a, b) =>
      a.localeCompare(b, 'en', { numeric: true }),
    );
    // One group is no subgroup.
    if (names.length < 2) return [];
    return names.map((name): Reader<SubgroupDetails> => {
      const keep = (item: number): boolean => groups[item] === name;
      const counts = countKnown(labels, keep);
      const patients = new Set(common.filter((_, i) => keep(i) && labels[i] !== null).map((row) => row.patient)).size;
      const facts = { variable, name, items: counts.positives + counts.negatives, ...counts, patients };
      if (counts.positives < LEAST_IN_CLASS || counts.negatives < LEAST_IN_CLASS) {
        const why = `Not shown: ${LEAST_IN_CLASS} positive and ${LEAST_IN_CLASS} negative images are needed.`;
        return () => ({ ...facts, why, arms: [] });
      }
      const arms = armIds.map((armId) =>
        runs
          .filter(({ run }) => run.armId === armId)
          .map(({ rows }) => {
            const scores = rows.map((row) => endpointScore(input.endpoint, row.probabilities));
            const inside = knownItems({ labels, scores, keep });
            return { value: auc(inside.labels, inside.scores), read: plan.addColumn('auc', { labels, scores, keep }) };
          }),
      );
      return (draws) => {
        const drawn = hierarchicalDraws(
          arms.map((seeds) => seeds.map(({ read }) => read(draws))),
          { seed, pairing: 'independent' },
        );
        return {
          ...facts,
          why: null,
          arms: armIds.map((armId, index) => {
            const values = (arms[index] ?? []).map(({ value }) => value ?? NaN);
            const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
            const interval = percentileInterval(Number.isNaN(mean) ? null : mean, drawn[index] ?? []);
            return { armId, ...plain(interval) };
          }),
        };
      };
    });
  });
  return (draws) => readers.map((read) => read(draws));
}

function countKnown(
  labels: readonly (number | null)[],
  keep: (item: number) => boolean = () => true,
): { positives: number; negatives: number } {
  const known = labels.filter((label, item) => label !== null && keep(item)) as number[];
  const { positives, negatives } = countClasses(known, known);
  return { positives, negatives };
}

function patientsOfKnown(patients: PatientIndex, labels: readonly (number | null)[]): PatientIndex {
  return indexPatients([...patients.ofItems].filter((_, item) => labels[item] !== null));
}

function plain({ value, low, high, why }: DetailEstimate): DetailEstimate {
  return { value, low, high, why };
}
