/**
 * Placement values ("structural components"), from which the AUC, DeLong's and Obuchowski's variances and every
 * comparison follow.
 *
 * With positives x_1..x_m, negatives y_1..y_n and psi(x, y) = 1 where x > y, 1/2 where x = y, else 0:
 *   V10_i = mean over j of psi(x_i, y_j)      V01_j = mean over i of psi(x_i, y_j)      AUC = mean V10 = mean V01
 * Sources: DeLong et al., Biometrics 1988;44:837-845; fast form by ranks: Sun and Xu, IEEE SPL 2014;21:1389-1393.
 */
import { countClasses, type BinaryLabels } from './labels.ts';
import { ascendingOrder } from './order.ts';

export interface Placements {
  /** AUC, or a weighted sum of AUCs after {@link combinePlacements}. */
  auc: number;
  /** V10 of the positives, in the order in which they occur among the items. */
  positives: Float64Array;
  /** V01 of the negatives, in the order in which they occur among the items. */
  negatives: Float64Array;
}

/**
 * Placement values of one score vector in O(n) after sorting; null where a class is missing. The AUC comes from exact
 * counts of pairs (whole and half), so it is correctly rounded up to 2^53 pairs.
 * @throws AppError 'bad-input' on labels other than 0 and 1 or scores that are not finite.
 */
export function placements(labels: BinaryLabels, scores: ArrayLike<number>): Placements | null {
  const { positives: m, negatives: n } = countClasses(labels, scores);
  const order = ascendingOrder(scores);
  if (m === 0 || n === 0) return null;
  const size = labels.length;
  const byItem = new Float64Array(size);
  let positivesBelow = 0;
  let negativesBelow = 0;
  let pairs = 0;
  for (let start = 0; start < size;) {
    const score = scores[order[start] as number] as number;
    let end = start;
    let positivesHere = 0;
    for (; end < size && scores[order[end] as number] === score; end++) {
      positivesHere += labels[order[end] as number] as number;
    }
    const negativesHere = end - start - positivesHere;
    const placementOfPositive = (negativesBelow + negativesHere / 2) / n;
    const placementOfNegative = (m - positivesBelow - positivesHere / 2) / m;
    for (let k = start; k < end; k++) {
      const item = order[k] as number;
      byItem[item] = labels[item] === 1 ? placementOfPositive : placementOfNegative;
    }
    pairs += positivesHere * (negativesBelow + negativesHere / 2);
    positivesBelow += positivesHere;
    negativesBelow += negativesHere;
    start = end;
  }
  const positives = new Float64Array(m);
  const negatives = new Float64Array(n);
  for (let i = 0, p = 0, q = 0; i < size; i++) {
    if (labels[i] === 1) positives[p++] = byItem[i] as number;
    else negatives[q++] = byItem[i] as number;
  }
  return { auc: pairs / (m * n), positives, negatives };
}

/**
 * The weighted sum of several score vectors' placement values on the same items. A variance computed from it is that of
 * the weighted sum of AUCs: weights 1/k give the mean over k seeds, (1, -1) a difference. It equals w'Sw with the covariance matrix S,
 * without the cancellation of the three-term formula (equal vectors give a variance of exactly 0).
 */
export function combinePlacements(parts: readonly Placements[], weights: readonly number[]): Placements {
  const [first] = parts;
  if (first === undefined || parts.length !== weights.length) {
    throw new RangeError('Expected one weight per set of placement values, and at least one.');
  }
  const positives = new Float64Array(first.positives.length);
  const negatives = new Float64Array(first.negatives.length);
  let auc = 0;
  for (const [index, part] of parts.entries()) {
    if (part.positives.length !== positives.length || part.negatives.length !== negatives.length) {
      throw new RangeError('Expected placement values of the same items in every part.');
    }
    const weight = weights[index] as number;
    auc += weight * part.auc;
    for (let i = 0; i < positives.length; i++) (positives[i] as number) += weight * (part.positives[i] as number);
    for (let j = 0; j < negatives.length; j++) (negatives[j] as number) += weight * (part.negatives[j] as number);
  }
  return { auc, positives, negatives };
}
