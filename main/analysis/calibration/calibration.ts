/** Calibration of the positive-class probability: do 80 of 100 images with p = 0.8 have the finding? (Changing it: recalibration.ts.) */
import { planRatio, type RatioReader } from '../bootstrap/ratio.ts';
import { knownItems, shareBounds, type BootstrapPlan } from '../bootstrap/plan.ts';
import type { PatientIndex } from '../bootstrap/sampling.ts';
import { brier } from '../statistics/curves.ts';
import { undefinedEstimate, type Estimate } from '../statistics/estimate.ts';
import { countClasses, whyUndefined, type BinaryLabels } from '../statistics/labels.ts';
import { fitLogistic, isSeparated, type LogisticFit } from './logistic.ts';
import { Z95 } from '../statistics/normal.ts';

/** Probabilities are brought into [CLIP, 1 - CLIP] before the logit, as the training loss does. */
export const LOGIT_CLIP = 1e-7;

/** Why these scores are no probabilities, or null where they are. */
export function whyNoProbabilities(scores: ArrayLike<number>): string | null {
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] as number;
    if (!(score >= 0 && score <= 1)) return 'Undefined: scores leave the range 0 to 1, so they are no probabilities.';
  }
  return null;
}

/**
 * Scaled Brier score 1 - B/(pi (1 - pi)): 1 is perfect, 0 is as good as giving everybody the prevalence pi, negative is worse.
 * Null where a class is missing or scores are no probabilities.
 */
export function scaledBrier(labels: BinaryLabels, scores: ArrayLike<number>): number | null {
  const score = brier(labels, scores);
  const { positives, negatives } = countClasses(labels, scores);
  if (score === null || positives === 0 || negatives === 0) return null;
  const prevalence = positives / (positives + negatives);
  return 1 - score / (prevalence * (1 - prevalence));
}

/** Brier score and scaled Brier score with intervals from draws of patients. */
export function planBrier(
  plan: BootstrapPlan,
  params: { labels: ArrayLike<number | null>; scores: ArrayLike<number> },
): { brier: RatioReader; scaled: RatioReader } {
  const { labels, scores } = params;
  const known = (item: number): number | null => labels[item] ?? null;
  const why = whyNoProbabilities(scores);
  const read = planRatio(plan, {
    count: 3,
    add: (item, to) => {
      const label = known(item);
      if (label === null) return;
      to(0, 1);
      to(1, label);
      to(2, ((scores[item] as number) - label) ** 2);
    },
  });
  const orNone = (value: number): number => (why === null ? value : NaN);
  const scaledOf = ([n, positives, squares]: readonly number[]): number => {
    const prevalence = (positives as number) / (n as number);
    const scaled = 1 - (squares as number) / (n as number) / (prevalence * (1 - prevalence));
    return orNone(prevalence === 0 || prevalence === 1 ? NaN : scaled);
  };
  const bounds = shareBounds(plan.patients, { labels });
  const all = knownItems(params).labels;
  const lowest = scaledOf([all.length, all.reduce((sum, label) => sum + label, 0), all.length]);
  return {
    brier: read(
      ([n, , squares]) => orNone((squares as number) / (n as number)),
      why ?? 'Undefined: there is no labelled item.',
      bounds,
    ),
    scaled: read(scaledOf, why ?? 'Undefined: a class is missing.', { ...bounds, lowest }),
  };
}

export interface Calibration {
  /** Calibration-in-the-large: intercept of a logistic model with logit(p) as offset. 0 is ideal, below 0 the model overestimates. */
  intercept: Estimate & { se: number | null };
  /** Coefficient of logit(p). 1 is ideal, below 1 predictions are too extreme. */
  slope: Estimate & {
    se: number | null;
    /** Of the fit: logit(p) is centred there, and the intercept belongs to that centre. Null without a slope. */
    start: { centre: number; intercept: number } | null;
  };
  /** Items whose probability had to be clipped before the logit. */
  clipped: number;
}

/**
 * Calibration intercept and slope (Cox 1958; Van Calster et al., BMC Medicine 2019;17:230) with normal 95 % intervals, from the
 * information matrix, or from patients' scores (sandwich) where `patients` is given. Where the classes are separated the slope has no finite
 * value: that is said, and nothing is invented.
 */
export function calibrate(
  labels: BinaryLabels,
  scores: ArrayLike<number>,
  patients: PatientIndex | null = null,
): Calibration {
  const none = (why: string): Calibration['slope'] => ({ ...undefinedEstimate(why), se: null, start: null });
  const missing = whyNoProbabilities(scores) ?? whyUndefined(countClasses(labels, scores));
  if (missing !== null)
    return { intercept: { ...undefinedEstimate(missing), se: null }, slope: none(missing), clipped: 0 };
  const { logits, clipped } = logitsOf(scores);
  const inTheLarge = fitLogistic({ labels, x: null, offset: logits, patients });
  const intercept =
    inTheLarge === null
      ? { ...undefinedEstimate('Undefined: the fit found no finite intercept.'), se: null }
      : waldOf(inTheLarge, 0);
  return { intercept, slope: slopeOf(labels, logits, patients, none), clipped };
}

function slopeOf(
  labels: BinaryLabels,
  logits: Float64Array,
  patients: PatientIndex | null,
  none: (why: string) => Calibration['slope'],
): Calibration['slope'] {
  if (logits.every((value) => value === logits[0])) return none('Undefined: every item has the same probability.');
  if (isSeparated(labels, logits)) {
    return none('Undefined: the probabilities separate the classes, so no finite slope fits best.');
  }
  // The slope does not depend on where x is centred, its numerical accuracy does.
  const mean = logits.reduce((sum, value) => sum + value, 0) / logits.length;
  const fit = fitLogistic({ labels, x: logits.map((value) => value - mean), offset: null, patients });
  if (fit === null) return none('Undefined: the fit found no finite slope.');
  return { ...waldOf(fit, 1), start: { centre: mean, intercept: fit.coefficients[0] as number } };
}

function waldOf({ coefficients, covariance }: LogisticFit, index: number): Calibration['intercept'] {
  const value = coefficients[index] as number;
  const se = Math.sqrt(covariance[index]?.[index] as number);
  if (!Number.isFinite(se)) {
    return { value, se: null, low: null, high: null, why: 'Interval not estimable: it needs at least two patients.' };
  }
  return { value, se, low: value - Z95 * se, high: value + Z95 * se, why: null };
}

export function logitsOf(scores: ArrayLike<number>): { logits: Float64Array; clipped: number } {
  let clipped = 0;
  const logits = Float64Array.from({ length: scores.length }, (_, i) => {
    const score = scores[i] as number;
    const p = Math.min(1 - LOGIT_CLIP, Math.max(LOGIT_CLIP, score));
    if (p !== score) clipped++;
    return Math.log(p / (1 - p));
  });
  return { logits, clipped };
}
