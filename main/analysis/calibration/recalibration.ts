/**
 * Recalibration (model updating): probabilities are mapped through logit p -> a + b logit p, fitted on validation predictions only, and
 * applied unchanged to test predictions. The map rises, so that the AUC stays as it is. Platt scaling: a and b by maximum likelihood
 * (Platt 1999, on the logit and without his smoothed targets; Cox's logistic recalibration). Temperature: a = 0, b = 1/T (Guo et al.,
 * ICML 2017).
 */
import { expit } from '../statistics/distributions.ts';
import type { RecalibrationMethod } from '../../../shared/results/study-details.ts';
import { logitsOf, whyNoProbabilities } from './calibration.ts';
import { countClasses, whyUndefined, type BinaryLabels } from '../statistics/labels.ts';
import { fitLogistic, isSeparated } from './logistic.ts';

export interface RecalibrationMap {
  intercept: number;
  /** Above 0. */
  slope: number;
}

export type FittedRecalibration =
  { fitted: RecalibrationMap & { positives: number; negatives: number }; why: null } | { fitted: null; why: string };

/** `labels` and `scores` of validation images whose label is known. */
export function fitRecalibration(
  method: RecalibrationMethod,
  labels: BinaryLabels,
  scores: ArrayLike<number>,
): FittedRecalibration {
  const none = (why: string): FittedRecalibration => ({ fitted: null, why: `Not fitted on validation. ${why}` });
  const counts = countClasses(labels, scores);
  const missing = whyNoProbabilities(scores) ?? whyUndefined(counts);
  if (missing !== null) return none(missing);
  const x = logitsOf(scores).logits;
  if (x.every((value) => value === x[0])) return none('Every image has the same probability.');
  if (method === 'platt' ? isSeparated(labels, x) : isSplitAtZero(labels, x)) {
    return none('The probabilities separate the classes there, so no finite map fits best.');
  }
  const map = method === 'platt' ? fitPlatt(labels, x) : fitTemperature(labels, x);
  if (map === null) return none('The fit found no finite map.');
  if (!(map.slope > 0)) {
    return none(
      'Positive images have no higher probabilities than negative ones there, so a fitted map would not rise.',
    );
  }
  return { fitted: { ...map, ...counts }, why: null };
}

function fitPlatt(labels: BinaryLabels, x: Float64Array): RecalibrationMap | null {
  // Centred for numerical accuracy only.
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const fit = fitLogistic({ labels, x: x.map((value) => value - mean), offset: null, patients: null });
  if (fit === null) return null;
  const [centred, slope] = fit.coefficients as [number, number];
  return { intercept: centred - slope * mean, slope };
}

function fitTemperature(labels: BinaryLabels, x: Float64Array): RecalibrationMap | null {
  const fit = fitLogistic({ labels, x, offset: null, intercept: false, patients: null });
  return fit === null ? null : { intercept: 0, slope: fit.coefficients[0] as number };
}

/** Whether 0 parts the classes (touching allowed), so that the coefficient of x alone has no finite maximum. */
function isSplitAtZero(labels: BinaryLabels, x: Float64Array): boolean {
  const side = (i: number): number => (labels[i] === 1 ? 1 : -1) * (x[i] as number);
  return x.every((_, i) => side(i) >= 0) || x.every((_, i) => side(i) <= 0);
}

/** Probabilities after the map. */
export function applyRecalibration({ intercept, slope }: RecalibrationMap, scores: ArrayLike<number>): number[] {
  return Array.from(logitsOf(scores).logits, (logit) => expit(intercept + slope * logit));
}
