/** ROC and precision-recall curves and their summaries. Tied scores are one threshold; an item is positive at score >= threshold. */
import { countClasses, type BinaryLabels } from './labels.ts';
import { ascendingOrder } from './order.ts';

/** Cumulative counts at each distinct score, descending. */
export interface ThresholdCounts {
  /** Distinct scores, highest first. */
  thresholds: Float64Array;
  /** Positives and negatives with score >= threshold. */
  truePositives: Uint32Array;
  falsePositives: Uint32Array;
  positives: number;
  negatives: number;
}

export function thresholdCounts(labels: BinaryLabels, scores: ArrayLike<number>): ThresholdCounts {
  const { positives, negatives } = countClasses(labels, scores);
  const order = ascendingOrder(scores);
  const thresholds = new Float64Array(scores.length);
  const truePositives = new Uint32Array(scores.length);
  const falsePositives = new Uint32Array(scores.length);
  let count = 0;
  let tp = 0;
  let fp = 0;
  for (let k = order.length - 1; k >= 0; k--) {
    const item = order[k] as number;
    if (labels[item] === 1) tp++;
    else fp++;
    const score = scores[item] as number;
    if (k > 0 && scores[order[k - 1] as number] === score) continue;
    thresholds[count] = score;
    truePositives[count] = tp;
    falsePositives[count] = fp;
    count++;
  }
  return {
    thresholds: thresholds.slice(0, count),
    truePositives: truePositives.slice(0, count),
    falsePositives: falsePositives.slice(0, count),
    positives,
    negatives,
  };
}

export interface RocCurve {
  /** Descending; the first, null, means +infinity. */
  threshold: (number | null)[];
  fpr: number[];
  tpr: number[];
}

/** All distinct thresholds, none dropped; null where a class is missing. */
export function rocCurve(labels: BinaryLabels, scores: ArrayLike<number>): RocCurve | null {
  const counts = thresholdCounts(labels, scores);
  if (counts.positives === 0 || counts.negatives === 0) return null;
  return {
    threshold: [null, ...counts.thresholds],
    fpr: [0, ...Array.from(counts.falsePositives, (fp) => fp / counts.negatives)],
    tpr: [0, ...Array.from(counts.truePositives, (tp) => tp / counts.positives)],
  };
}

/** False-positive rates at which curves are averaged: 0, 0.01 ... 1. */
export const ROC_RATES: readonly number[] = Array.from({ length: 101 }, (_, index) => index / 100);

/**
 * Sensitivity at each of {@link ROC_RATES}, along straight lines between thresholds and at the top of vertical parts, so that curves
 * of several runs can be averaged (vertical averaging: Fawcett, Pattern Recognition Letters 2006;27:861-874).
 */
export function sensitivitiesOf({ fpr, tpr }: RocCurve): number[] {
  let after = 0;
  return ROC_RATES.map((rate) => {
    while ((fpr[after] ?? 2) <= rate) after++;
    const [x0, y0] = [fpr[after - 1] as number, tpr[after - 1] as number];
    const [x1, y1] = [fpr[after] ?? x0, tpr[after] ?? y0];
    return x1 === x0 ? y0 : y0 + ((y1 - y0) * (rate - x0)) / (x1 - x0);
  });
}

export interface PrCurve {
  /** Ascending; one fewer than the points, whose last is precision 1, recall 0 and has no threshold. */
  threshold: number[];
  precision: number[];
  recall: number[];
}

/** All distinct thresholds; null where there is no positive item. */
export function prCurve(labels: BinaryLabels, scores: ArrayLike<number>): PrCurve | null {
  const counts = thresholdCounts(labels, scores);
  if (counts.positives === 0) return null;
  const last = counts.thresholds.length - 1;
  const at = <T>(value: (k: number) => T): T[] => Array.from({ length: last + 1 }, (_, index) => value(last - index));
  const tp = (k: number): number => counts.truePositives[k] as number;
  return {
    threshold: at((k) => counts.thresholds[k] as number),
    precision: [...at((k) => tp(k) / (tp(k) + (counts.falsePositives[k] as number))), 1],
    recall: [...at((k) => tp(k) / counts.positives), 0],
  };
}

/**
 * Average precision = sum over thresholds, descending, of (R_k - R_(k-1)) P_k, without interpolation (scikit-learn's
 * definition). Null where there is no positive item.
 */
export function averagePrecision(labels: BinaryLabels, scores: ArrayLike<number>): number | null {
  const { truePositives, falsePositives, positives } = thresholdCounts(labels, scores);
  if (positives === 0) return null;
  let sum = 0;
  let before = 0;
  for (let k = 0; k < truePositives.length; k++) {
    const tp = truePositives[k] as number;
    sum += ((tp - before) * tp) / (tp + (falsePositives[k] as number));
    before = tp;
  }
  return sum / positives;
}

/** Brier score = mean of (score - label)^2; null without items, or where a score leaves [0, 1] and so is no probability. */
export function brier(labels: BinaryLabels, scores: ArrayLike<number>): number | null {
  countClasses(labels, scores);
  if (scores.length === 0) return null;
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] as number;
    if (!(score >= 0 && score <= 1)) return null;
    sum += (score - (labels[i] as number)) ** 2;
  }
  return sum / scores.length;
}
