/**
 * One bootstrap for many statistics: each statistic adds what it needs of a draw and keeps a reader, all draws are computed once, and
 * the readers turn them into intervals. So every model and every statistic sees the same draws of patients.
 *
 *   const plan = createBootstrapPlan({ seed: 1, patients, labels: [labels] });
 *   const readA = planAuc(plan, { labels, scores: a });
 *   const draws = await runBootstrap({ job: plan.job() });      // or bootstrapHere(plan.job())
 *   readA(draws)                                                // value, interval, standard error, skipped draws
 */
import { auc } from '../statistics/auc.ts';
import { averagePrecision } from '../statistics/curves.ts';
import { countClasses, whyUndefined } from '../statistics/labels.ts';
import { scoreInterval, type Bounds, type BootstrapEstimate } from './interval.ts';
import { DEFAULT_DRAWS, type BootstrapDraws, type BootstrapJob, type RankedColumn } from './job.ts';
import { chosenColumn, type ChosenColumn } from './chosen-thresholds.ts';
import { rankScores, type RankedScores } from './ranked.ts';
import { planSampling, type PatientIndex, type Strata } from './sampling.ts';
import type { ThresholdRule } from '../statistics/thresholds.ts';

/** Reads one rank statistic of every draw; NaN where it is undefined. */
export type ColumnReader = (draws: BootstrapDraws) => Float64Array;
/** Reads sum number `index` (of those added together) of every draw. */
export type SumsReader = (draws: BootstrapDraws, index: number) => Float64Array;

export interface RankedInput {
  /** 1, 0, or null for unknown; items with null take no part. */
  labels: ArrayLike<number | null>;
  scores: ArrayLike<number>;
  /** Items that take part; default all with a label. */
  keep?: (item: number) => boolean;
}

/**
 * `labels`: the lists that make the strata (patients with and without any positive), one value per item of `patients`. `validation`: the
 * items on which thresholds are chosen, where draws choose them anew.
 */
export function createBootstrapPlan(params: {
  seed: number;
  patients: PatientIndex;
  labels: readonly ArrayLike<number | null>[];
  draws?: number;
  strata?: Strata;
  validation?: { patients: PatientIndex; labels: ArrayLike<number | null> };
}) {
  const { patients, validation, draws = DEFAULT_DRAWS } = params;
  const sampling = planSampling(params);
  const columns: RankedColumn[] = [];
  const chosen: ChosenColumn[] = [];
  const blocks: { byPatient: Float64Array; count: number }[] = [];
  const sumCount = (): number => blocks.reduce((sum, block) => sum + block.count, 0);
  return {
    patients,
    draws,
    addColumn(statistic: RankedColumn['statistic'], input: RankedInput): ColumnReader {
      const index = columns.length;
      columns.push({ statistic, scores: rankKnown(input, patients) });
      return (result) => result.column(index);
    },
    /** Counts on `test` at a threshold that every draw chooses anew on `onValidation`, an input of the plan's validation items. */
    addChosen(rule: ThresholdRule, sides: { onValidation: RankedInput; test: RankedInput }): SumsReader {
      if (validation === undefined) throw new RangeError('Expected a plan with validation items.');
      const index = chosen.length;
      const side = (input: RankedInput, of: PatientIndex) => ({
        ranked: rankKnown(input, of),
        scores: knownItems(input).scores,
      });
      chosen.push(chosenColumn(rule, side(sides.onValidation, validation.patients), side(sides.test, patients)));
      return (result, cell) => result.chosen(index, cell);
    },
    /** `byPatient`: patients x count, row-major: what one taking of a patient adds to each sum. */
    addSums(byPatient: Float64Array, count: number): SumsReader {
      if (byPatient.length !== patients.count * count) throw new RangeError('Expected patients x count sums.');
      const first = sumCount();
      blocks.push({ byPatient, count });
      return (result, index) => result.sum(first + index);
    },
    job(): BootstrapJob {
      const count = sumCount();
      const byPatient = new Float64Array(patients.count * count);
      for (let patient = 0, to = 0; patient < patients.count; patient++) {
        for (const block of blocks) {
          const from = patient * block.count;
          byPatient.set(block.byPatient.subarray(from, from + block.count), to);
          to += block.count;
        }
      }
      const job: BootstrapJob = { sampling, draws, columns, sums: { count, byPatient } };
      if (validation === undefined) return job;
      const { seed } = params;
      const stream = 'bootstrap-validation-patients';
      const ofValidation = planSampling({ seed, stream, patients: validation.patients, labels: [validation.labels] });
      return { ...job, chosen: { sampling: ofValidation, columns: chosen } };
    },
  };
}

function rankKnown({ labels, scores, keep }: RankedInput, patients: PatientIndex): RankedScores {
  const known = (item: number): boolean => labels[item] !== null && (keep === undefined || keep(item));
  return rankScores({ labels, scores, patientOf: patients.ofItems, keep: known });
}

export type BootstrapPlan = ReturnType<typeof createBootstrapPlan>;

/** A statistic of the data, with its draws and interval. */
export interface DrawnEstimate extends BootstrapEstimate {
  /** One value per draw; NaN where undefined. Differences and means are taken draw by draw. */
  perDraw: Float64Array;
  bounds?: Bounds;
}

/** The estimate without its draws, for results that are stored or shown. */
export function withoutDraws({ value, low, high, why, se, draws, skipped }: BootstrapEstimate): BootstrapEstimate {
  return { value, low, high, why, se, draws, skipped };
}

/** AUC with its interval from draws of patients. */
export function planAuc(plan: BootstrapPlan, input: RankedInput): (draws: BootstrapDraws) => DrawnEstimate {
  return planRanked(plan, 'auc', input, auc);
}

/** Average precision with its interval from draws of patients. */
export function planAveragePrecision(
  plan: BootstrapPlan,
  input: RankedInput,
): (draws: BootstrapDraws) => DrawnEstimate {
  return planRanked(plan, 'average-precision', input, averagePrecision);
}

function planRanked(
  plan: BootstrapPlan,
  statistic: RankedColumn['statistic'],
  input: RankedInput,
  compute: (labels: number[], scores: number[]) => number | null,
): (draws: BootstrapDraws) => DrawnEstimate {
  const read = plan.addColumn(statistic, input);
  const { labels, scores } = knownItems(input);
  const value = compute(labels, scores);
  const why = whyUndefined(countClasses(labels, scores)) ?? tooFewPatients(plan.patients, input);
  const bounds = shareBounds(plan.patients, input);
  return (draws) => {
    const perDraw = read(draws);
    return { ...withReason(scoreInterval(value, perDraw, bounds), why), perDraw, bounds };
  };
}

/** The estimate without its interval, where there is a reason why it cannot have one. */
export function withReason<T extends BootstrapEstimate>(estimate: T, why: string | null): T {
  return why === null ? estimate : { ...estimate, low: null, high: null, se: null, why };
}

/** Labels and scores of the items that take part. */
export function knownItems({ labels, scores, keep }: RankedInput): { labels: number[]; scores: number[] } {
  const known = { labels: [] as number[], scores: [] as number[] };
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (label === null || label === undefined || (keep !== undefined && !keep(i))) continue;
    known.labels.push(label);
    known.scores.push(scores[i] as number);
  }
  return known;
}

/** Why no interval can be had, as with the analytic variance: a class held by one patient never varies between draws. */
export function tooFewPatients(patients: PatientIndex, input: Omit<RankedInput, 'scores'>): string | null {
  return Math.min(...patientsOfClasses(patients, input)) < 2
    ? 'Interval not estimable: it needs at least two patients with a positive and two with a negative item.'
    : null;
}

/** Of a statistic between 0 and 1 that rests on both classes. */
export function shareBounds(patients: PatientIndex, input: Omit<RankedInput, 'scores'>): Bounds {
  return { lowest: 0, highest: 1, cases: Math.min(...patientsOfClasses(patients, input)) };
}

/** Patients with a negative item that takes part, and with a positive one. */
export function patientsOfClasses(
  patients: PatientIndex,
  { labels, keep }: Omit<RankedInput, 'scores'>,
): [negative: number, positive: number] {
  const holders = [new Set<number>(), new Set<number>()];
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (label === null || label === undefined || (keep !== undefined && !keep(i))) continue;
    holders[label]?.add(patients.ofItems[i] as number);
  }
  return holders.map((set) => set.size) as [number, number];
}
