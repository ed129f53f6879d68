/**
 * Rank statistics of a bootstrap draw in O(n): scores are sorted once, and a draw only changes how often each item counts
 * (the weight of its patient). No draw sorts, and none copies an item.
 */
import { countClasses, type BinaryLabels } from '../statistics/labels.ts';
import { ascendingOrder } from '../statistics/order.ts';

/** One score vector, sorted; plain typed arrays, so that a worker thread can be given it. */
export interface RankedScores {
  /** By rank, ascending: twice the item's patient, plus 1 for a positive item. */
  codes: Uint32Array;
  /** Where each group of equal scores ends (exclusive), ascending. */
  ends: Uint32Array;
}

/**
 * Sorts one score vector. `patientOf` names the patient (0..) of each item; where `keep` is given, only items with a true entry
 * take part (a subgroup, or the items whose label is known).
 * @throws AppError 'bad-input' on labels other than 0 and 1, or scores that are not finite, among the items that take part.
 */
export function rankScores(params: {
  labels: ArrayLike<number | null>;
  scores: ArrayLike<number>;
  patientOf: Uint32Array;
  keep?: (item: number) => boolean;
}): RankedScores {
  const { labels, scores, patientOf, keep } = params;
  const items: number[] = [];
  for (let i = 0; i < labels.length; i++) if (keep === undefined || keep(i)) items.push(i);
  const keptLabels: BinaryLabels = items.map((item) => labels[item] as number);
  const keptScores = Float64Array.from(items, (item) => scores[item] as number);
  countClasses(keptLabels, keptScores);
  const order = ascendingOrder(keptScores);
  const codes = new Uint32Array(order.length);
  const ends: number[] = [];
  for (let k = 0; k < order.length; k++) {
    const position = order[k] as number;
    codes[k] = 2 * (patientOf[items[position] as number] as number) + (keptLabels[position] as number);
    const isLast = k + 1 === order.length || keptScores[order[k + 1] as number] !== keptScores[position];
    if (isLast) ends.push(k + 1);
  }
  return { codes, ends: Uint32Array.from(ends) };
}

/** AUC with item i counted weights[patient of i] times; NaN where a class has no weight. */
export function weightedAuc({ codes, ends }: RankedScores, weights: Uint32Array): number {
  let below = 0;
  let positives = 0;
  let pairs = 0;
  let k = 0;
  for (let g = 0; g < ends.length; g++) {
    const end = ends[g] as number;
    let p = 0;
    let q = 0;
    for (; k < end; k++) {
      const code = codes[k] as number;
      const weight = weights[code >>> 1] as number;
      if ((code & 1) === 1) p += weight;
      else q += weight;
    }
    pairs += p * (below + q / 2);
    positives += p;
    below += q;
  }
  return pairs / (positives * below);
}

/** Average precision (see `averagePrecision`) with the same weights; NaN where no positive has a weight. */
export function weightedAveragePrecision({ codes, ends }: RankedScores, weights: Uint32Array): number {
  let tp = 0;
  let fp = 0;
  let sum = 0;
  for (let g = ends.length - 1; g >= 0; g--) {
    const start = g === 0 ? 0 : (ends[g - 1] as number);
    let p = 0;
    for (let k = start; k < (ends[g] as number); k++) {
      const code = codes[k] as number;
      const weight = weights[code >>> 1] as number;
      if ((code & 1) === 1) p += weight;
      else fp += weight;
    }
    tp += p;
    if (p > 0) sum += (p * tp) / (tp + fp);
  }
  return sum / tp;
}
