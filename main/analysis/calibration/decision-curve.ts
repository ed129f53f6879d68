/** Decision curve analysis (Vickers and Elkin, Medical Decision Making 2006;26:565-574). Needs calibrated probabilities. */
import type { BootstrapDraws } from '../bootstrap/job.ts';
import { knownItems, type BootstrapPlan } from '../bootstrap/plan.ts';
import { sumByPatient } from '../bootstrap/patient-sums.ts';
import { whyNoProbabilities } from './calibration.ts';
import { countClasses, whyUndefined, type BinaryLabels } from '../statistics/labels.ts';

export interface DecisionPoint {
  /** The probability at which a patient and a clinician would just act. */
  threshold: number;
  /** Net benefit of acting at p >= threshold, in true positives per patient. */
  model: number;
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
    return { threshold, model: tp / total - (fp / total) * odds, all: prevalence - (1 - prevalence) * odds };
  });
  return { points, prevalence, why: null };
}

/**
 * The same with the net benefit of every draw of patients, by threshold. The number of patients is fixed and their images are not, so N
 * is that of the draw.
 */
export function planDecisionCurve(
  plan: BootstrapPlan,
  params: { labels: ArrayLike<number | null>; scores: ArrayLike<number>; thresholds: readonly number[] },
): { curve: DecisionCurve; perDraw: (draws: BootstrapDraws) => Float64Array[] } {
  const { labels, scores, thresholds } = params;
  const known = knownItems({ labels, scores });
  const curve = decisionCurve(known.labels, known.scores, thresholds);
  if (curve.why !== null) return { curve, perDraw: () => [] };
  const byPatient = sumByPatient(plan.patients, thresholds.length + 1, (item, add) => {
    const label = labels[item];
    if (label === null || label === undefined) return;
    add(thresholds.length, 1);
    thresholds.forEach((threshold, index) => {
      if ((scores[item] as number) >= threshold) add(index, label === 1 ? 1 : -threshold / (1 - threshold));
    });
  });
  const read = plan.addSums(byPatient, thresholds.length + 1);
  return {
    curve,
    perDraw(draws) {
      const items = read(draws, thresholds.length);
      return thresholds.map((_, index) => {
        const sums = read(draws, index);
        return sums.map((sum, draw) => sum / (items[draw] as number));
      });
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
