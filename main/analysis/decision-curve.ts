/** Decision curve analysis (Vickers and Elkin, Medical Decision Making 2006;26:565-574). Needs calibrated probabilities. */
import { whyNoProbabilities } from './calibration.ts';
import { countClasses, whyUndefined, type BinaryLabels } from './labels.ts';

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

/** `from` to `to` in `steps` equal steps, both ends included. */
export function thresholdRange(from: number, to: number, steps: number): number[] {
  return Array.from({ length: steps + 1 }, (_, i) => from + ((to - from) * i) / steps);
}
