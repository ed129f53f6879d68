/**
 * Operating points. Thresholds are the distinct scores and +infinity; an item is called positive at score >= threshold.
 * Whether a target is met is decided on whole counts, targets being read to six decimals: at 95 % specificity of 20
 * negatives one false positive is allowed, whatever floating point makes of 1 - 0.95.
 */
import { thresholdCounts, type ThresholdCounts } from './curves.ts';
import type { BinaryLabels } from './labels.ts';

const SCALE = 1e6;

/** Largest sensitivity among thresholds with specificity >= target (0 where only +infinity qualifies); null where a class is missing. */
export function sensitivityAtSpecificity(
  labels: BinaryLabels,
  scores: ArrayLike<number>,
  target: number,
): number | null {
  const counts = defined(labels, scores);
  if (counts === null) return null;
  const allowed = allowedParts(target) * counts.negatives;
  let best = 0;
  for (let k = 0; k < counts.thresholds.length; k++) {
    if (SCALE * (counts.falsePositives[k] as number) > allowed) break;
    best = counts.truePositives[k] as number;
  }
  return best / counts.positives;
}

/** Largest specificity among thresholds with sensitivity >= target; null where a class is missing. */
export function specificityAtSensitivity(
  labels: BinaryLabels,
  scores: ArrayLike<number>,
  target: number,
): number | null {
  const counts = defined(labels, scores);
  if (counts === null) return null;
  const needed = (SCALE - allowedParts(target)) * counts.positives;
  if (needed <= 0) return 1;
  // The last threshold calls every item positive, so one is always found.
  const k = counts.truePositives.findIndex((tp) => SCALE * tp >= needed);
  return (counts.negatives - (counts.falsePositives[k] as number)) / counts.negatives;
}

/**
 * Sensitivity at a specificity by linear interpolation along the ROC curve: a different definition, which may lie
 * between two thresholds. On a vertical part of the curve its upper end counts. Null where a class is missing.
 */
export function interpolatedSensitivity(
  labels: BinaryLabels,
  scores: ArrayLike<number>,
  target: number,
): number | null {
  const counts = defined(labels, scores);
  if (counts === null) return null;
  const falsePositives = (allowedParts(target) * counts.negatives) / SCALE;
  let fromFp = 0;
  let fromTp = 0;
  for (let k = 0; k < counts.thresholds.length; k++) {
    const fp = counts.falsePositives[k] as number;
    const tp = counts.truePositives[k] as number;
    if (fp > falsePositives) {
      return (fromTp + ((tp - fromTp) * (falsePositives - fromFp)) / (fp - fromFp)) / counts.positives;
    }
    fromFp = fp;
    fromTp = tp;
  }
  return 1;
}

/** Largest sensitivity + specificity - 1 over all thresholds, with the threshold (null = +infinity); null where a class is missing. */
export function youden(
  labels: BinaryLabels,
  scores: ArrayLike<number>,
): { index: number; threshold: number | null } | null {
  const counts = defined(labels, scores);
  if (counts === null) return null;
  let best = 0;
  let threshold: number | null = null;
  for (let k = 0; k < counts.thresholds.length; k++) {
    const value =
      (counts.truePositives[k] as number) * counts.negatives - (counts.falsePositives[k] as number) * counts.positives;
    if (value > best) {
      best = value;
      threshold = counts.thresholds[k] as number;
    }
  }
  return { index: best / (counts.positives * counts.negatives), threshold };
}

function defined(labels: BinaryLabels, scores: ArrayLike<number>): ThresholdCounts | null {
  const counts = thresholdCounts(labels, scores);
  return counts.positives === 0 || counts.negatives === 0 ? null : counts;
}

/** Whether count/total >= target, decided on whole counts. */
export function meetsTarget(count: number, total: number, target: number): boolean {
  return SCALE * count >= (SCALE - allowedParts(target)) * total;
}

/** 1 - target in millionths. */
function allowedParts(target: number): number {
  if (!(target >= 0 && target <= 1)) throw new RangeError(`Expected a target between 0 and 1, got ${target}.`);
  return SCALE - Math.round(target * SCALE);
}
