/** Decision curve analysis (Vickers and Elkin, Medical Decision Making 2006;26:565-574). Needs calibrated probabilities. */
import type { BootstrapDraws } from '../bootstrap/job.ts';
import type { Bounds } from '../bootstrap/interval.ts';
import { knownItems, patientsOfClasses, type BootstrapPlan } from '../bootstrap/plan.ts';
import { sumByPatient } from '../bootstrap/patient-sums.ts';
import { whyNoProbabilities } from './calibration.ts';
import { countClasses, whyUndefined, type BinaryLabels } from '../statistics/labels.ts';

export interface DecisionPoint {
  /** The probability at which a patient and a clinician would just act. */
  threshold: number;
  /** Net benefit of acting at p >= threshold, in true positives per patient: gain - cost. */
  model: number;
  gain: number;
  cost: number;
  /** Net benefit of acting on everybody; acting on nobody is 0. */
  all: number;
}

export interface DecisionCurve {
  points: DecisionPoint[];
  prevalence: number | null;
  why: string | null;
}

/**
 * NB(t) = TP/N - FP/N t/(1-t);  everybody: pi - (1 - pi) t/(1-t).  Thresholds are the range that matters clinically and have no
 * default. No points where a class is missing or scores are no probabilities.
 * @throws RangeError where a threshold is not within (0, 1).
 */
export function decisionCurve(
  labels: BinaryLabels,
  scores: ArrayLike<number>,
  thresholds: readonly number[],
): DecisionCurve {
  const counts = countClasses(labels, scores);
  const why = whyUndefined(counts) ?? whyNoProbabilities(scores);
  if (why !== null) return { points: [], prevalence: null, why };
  const total = labels.length;
  const prevalence = counts.positives / total;
  const points = thresholds.map((threshold) => {
    if (!(threshold > 0 && threshold < 1)) throw new RangeError(`Expected a threshold in (0, 1), got ${threshold}.`);
    const odds = threshold / (1 - threshold);
    let tp = 0;
    let fp = 0;
    for (let i = 0; i < total; i++) {
      if ((scores[i] as number) < threshold) continue;
      if (labels[i] === 1) tp++;
      else fp++;
    }
    const [gain, cost] = [tp / total, (fp / total) * odds];
    return { threshold, model: gain - cost, gain, cost, all: prevalence - (1 - prevalence) * odds };
  });
  return { points, prevalence, why: null };
}

/** Of one threshold in every draw of patients. */
export interface DrawnBenefit {
  gain: Float64Array;
  cost: Float64Array;
}

/**
 * The same with gain and cost of every draw of patients, by threshold: their intervals make that of the net benefit. The number of
 * patients is fixed and their images are not, so N is that of the draw.
 */
export function planDecisionCurve(
  plan: BootstrapPlan,
  params: { labels: ArrayLike<number | null>; scores: ArrayLike<number>; thresholds: readonly number[] },
): {
  curve: DecisionCurve;
  perDraw: (draws: BootstrapDraws) => DrawnBenefit[];
  bounds: (threshold: number) => { gain: Bounds; cost: Bounds };
} {
  const { labels, scores, thresholds } = params;
  const known = knownItems({ labels, scores });
  const curve = decisionCurve(known.labels, known.scores, thresholds);
  const [negative, positive] = patientsOfClasses(plan.patients, params);
  const prevalence = curve.prevalence ?? NaN;
  const odds = (threshold: number): number => threshold / (1 - threshold);
  const bounds = (threshold: number): { gain: Bounds; cost: Bounds } => ({
    gain: { lowest: 0, highest: prevalence, cases: positive },
    cost: { lowest: 0, highest: (1 - prevalence) * odds(threshold), cases: negative },
  });
  if (curve.why !== null) return { curve, perDraw: () => [], bounds };
  const count = 2 * thresholds.length + 1;
  const byPatient = sumByPatient(plan.patients, count, (item, add) => {
    const label = labels[item];
    if (label === null || label === undefined) return;
    add(count - 1, 1);
    thresholds.forEach((threshold, index) => {
      if ((scores[item] as number) >= threshold) add(2 * index + 1 - label, label === 1 ? 1 : odds(threshold));
    });
  });
  const read = plan.addSums(byPatient, count);
  return {
    curve,
    bounds,
    perDraw(draws) {
      const items = read(draws, count - 1);
      const share = (index: number): Float64Array =>
        read(draws, index).map((sum, draw) => sum / (items[draw] as number));
      return thresholds.map((_, index) => ({ gain: share(2 * index), cost: share(2 * index + 1) }));
    },
  };
}

/**
 * Thresholds of a decision curve from `from` to `to`: both ends, and the multiples of the finest round step between them that makes at
 * most 50 points.
 */
export function decisionThresholds({ from, to }: { from: number; to: number }): number[] {
  const step = [0.001, 0.002, 0.005, 0.01, 0.02].find((candidate) => (to - from) / candidate <= 49) ?? 0.02;
  const between = Array.from({ length: Math.ceil(1 / step) }, (_, i) => Number(((i + 1) * step).toFixed(3)));
  return [from, ...between.filter((value) => value > from + 1e-9 && value < to - 1e-9), to];
}

/** `from` to `to` in `steps` equal steps, both ends included. */
export function thresholdRange(from: number, to: number, steps: number): number[] {
  return Array.from({ length: steps + 1 }, (_, i) => from + ((to - from) * i) / steps);
}
