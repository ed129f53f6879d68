/** The area under the ROC curve: value, variance, 95 % interval. */
import type { AucEstimate } from '../../../shared/results/results.ts';
import { intervalOf } from './auc-interval.ts';
import { countClasses, whyUndefined, type BinaryLabels } from './labels.ts';
import { placements, type Placements } from './placements.ts';
import { buildClusters, clusteredCovariance, delongCovariance } from './variance.ts';

/**
 * Mann-Whitney AUC = (pairs in which the positive scores higher + half the tied pairs) / (m n), by ranks in O(n).
 * Null where a class is missing: an AUC is then undefined, never 0.5.
 */
export function auc(labels: BinaryLabels, scores: ArrayLike<number>): number | null {
  return placements(labels, scores)?.auc ?? null;
}

export interface DelongInput {
  labels: BinaryLabels;
  /** Score vectors on the same items. */
  scores: readonly ArrayLike<number>[];
}

export interface DelongResult {
  aucs: number[];
  /** `covariance[a][b]` of the AUCs of score vectors a and b; null where not estimable. */
  covariance: (number | null)[][];
}

/** AUCs and DeLong's covariance matrix of several score vectors; null where a class is missing. */
export function delong({ labels, scores }: DelongInput): DelongResult | null {
  return matrixOf(labels, scores, delongCovariance);
}

/** AUCs and Obuchowski's clustered covariance matrix; `clusters` names the patient of each item. */
export function clusteredDelong(input: DelongInput & { clusters: ArrayLike<string | number> }): DelongResult | null {
  const clusters = buildClusters(input.labels, input.clusters);
  return matrixOf(input.labels, input.scores, (a, b) => clusteredCovariance(a, b, clusters));
}

function matrixOf(
  labels: BinaryLabels,
  scores: readonly ArrayLike<number>[],
  covarianceOf: (a: Placements, b: Placements) => number | null,
): DelongResult | null {
  const parts: Placements[] = [];
  for (const vector of scores) {
    const part = placements(labels, vector);
    if (part === null) return null;
    parts.push(part);
  }
  const covariance = parts.map(() => new Array<number | null>(parts.length).fill(null));
  for (const [a, partA] of parts.entries()) {
    for (let b = a; b < parts.length; b++) {
      const value = covarianceOf(partA, parts[b] as Placements);
      (covariance[a] as (number | null)[])[b] = value;
      (covariance[b] as (number | null)[])[a] = value;
    }
  }
  return { aucs: parts.map((part) => part.auc), covariance };
}

/** AUC of one score vector with SE and 95 % interval; clustered where `clusters` is given. Never throws on a missing class. */
export function estimateAuc(
  labels: BinaryLabels,
  scores: ArrayLike<number>,
  clusters?: ArrayLike<string | number>,
): AucEstimate {
  const counts = countClasses(labels, scores);
  const part = placements(labels, scores);
  if (part === null) return { auc: null, se: null, low: null, high: null, ...counts, why: whyUndefined(counts) };
  const built = clusters === undefined ? null : buildClusters(labels, clusters);
  return { auc: part.auc, ...counts, ...intervalOf(part, built) };
}
