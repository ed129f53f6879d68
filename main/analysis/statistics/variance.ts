/** Covariances of AUCs on the same items: DeLong (1988) for independent items, Obuchowski (1997) for clusters of them. */
import type { BinaryLabels } from './labels.ts';
import type { Placements } from './placements.ts';

/**
 * DeLong's covariance: cov(V10a, V10b)/m + cov(V01a, V01b)/n, both with n-1 denominators. Null where a class has fewer
 * than two members (not estimable).
 */
export function delongCovariance(a: Placements, b: Placements): number | null {
  return sumOfParts(varianceParts(a, b, null));
}

/** What a covariance of AUCs consists of. */
export interface VarianceParts {
  ofPositives: number;
  ofNegatives: number;
  /** What patients with both classes add; 0 for independent items. */
  ofBoth: number;
  /** Items, or patients, with a positive and with a negative. */
  members: [positives: number, negatives: number];
}

/** DeLong's, or Obuchowski's where there are clusters. Null where a class has fewer than two members (not estimable). */
export function varianceParts(a: Placements, b: Placements, clusters: Clusters | null): VarianceParts | null {
  return clusters === null ? independentParts(a, b) : clusteredParts(a, b, clusters);
}

function sumOfParts(parts: VarianceParts | null): number | null {
  return parts === null ? null : parts.ofPositives + parts.ofNegatives + parts.ofBoth;
}

function independentParts(a: Placements, b: Placements): VarianceParts | null {
  const m = a.positives.length;
  const n = a.negatives.length;
  if (m < 2 || n < 2) return null;
  return {
    ofPositives: sumOfProducts(a.positives, a.auc, b.positives, b.auc) / (m - 1) / m,
    ofNegatives: sumOfProducts(a.negatives, a.auc, b.negatives, b.auc) / (n - 1) / n,
    ofBoth: 0,
    members: [m, n],
  };
}

function sumOfProducts(a: Float64Array, centreA: number, b: Float64Array, centreB: number): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - centreA) * ((b[i] as number) - centreB);
  return sum;
}

/** Which cluster (0..count-1) each positive and each negative belongs to, in the order of {@link Placements}. */
export interface Clusters {
  count: number;
  ofPositives: Uint32Array;
  ofNegatives: Uint32Array;
}

/** Reads cluster names (patients) of all items. */
export function buildClusters(labels: BinaryLabels, names: ArrayLike<string | number>): Clusters {
  if (names.length !== labels.length) {
    throw new RangeError(`Expected one cluster per item, got ${names.length} for ${labels.length} items.`);
  }
  const index = new Map<string | number, number>();
  const positives: number[] = [];
  const negatives: number[] = [];
  for (let i = 0; i < labels.length; i++) {
    const name = names[i] as string | number;
    let cluster = index.get(name);
    if (cluster === undefined) {
      cluster = index.size;
      index.set(name, cluster);
    }
    (labels[i] === 1 ? positives : negatives).push(cluster);
  }
  return { count: index.size, ofPositives: Uint32Array.from(positives), ofNegatives: Uint32Array.from(negatives) };
}

/**
 * Obuchowski's covariance (Biometrics 1997;53:567-578). With per-cluster sums of centred placement values
 * P_i = sum over the cluster's positives of (V10 - AUC) and N_i likewise for negatives:
 *   S10 = I10/((I10-1) m) sum P_i^a P_i^b     S01 = I01/((I01-1) n) sum N_i^a N_i^b     S11 = I/(I-1) sum P_i^a N_i^b
 *   cov = S10/m + S01/n + (S11(a,b) + S11(b,a))/(m n)
 * I10 and I01 count clusters with at least one positive, one negative; I counts all. One item per cluster gives DeLong's
 * value. Null where I10 or I01 is below two (not estimable).
 */
export function clusteredCovariance(a: Placements, b: Placements, clusters: Clusters): number | null {
  return sumOfParts(clusteredParts(a, b, clusters));
}

function clusteredParts(a: Placements, b: Placements, clusters: Clusters): VarianceParts | null {
  const m = a.positives.length;
  const n = a.negatives.length;
  const positiveA = clusterSums(a.positives, a.auc, clusters.ofPositives, clusters.count);
  const negativeA = clusterSums(a.negatives, a.auc, clusters.ofNegatives, clusters.count);
  const same = a === b;
  const positiveB = same ? positiveA : clusterSums(b.positives, b.auc, clusters.ofPositives, clusters.count);
  const negativeB = same ? negativeA : clusterSums(b.negatives, b.auc, clusters.ofNegatives, clusters.count);
  const i10 = countMembers(clusters.ofPositives, clusters.count);
  const i01 = countMembers(clusters.ofNegatives, clusters.count);
  if (i10 < 2 || i01 < 2) return null;
  const s10 = (i10 / ((i10 - 1) * m)) * dot(positiveA, positiveB);
  const s01 = (i01 / ((i01 - 1) * n)) * dot(negativeA, negativeB);
  const factor = clusters.count / (clusters.count - 1);
  const s11 = factor * (dot(positiveA, negativeB) + dot(positiveB, negativeA));
  return { ofPositives: s10 / m, ofNegatives: s01 / n, ofBoth: s11 / (m * n), members: [i10, i01] };
}

function clusterSums(values: Float64Array, centre: number, clusterOf: Uint32Array, count: number): Float64Array {
  const sums = new Float64Array(count);
  for (let i = 0; i < values.length; i++) (sums[clusterOf[i] as number] as number) += (values[i] as number) - centre;
  return sums;
}

function countMembers(clusterOf: Uint32Array, count: number): number {
  const seen = new Uint8Array(count);
  let members = 0;
  for (const cluster of clusterOf) {
    if (seen[cluster] === 0) members++;
    seen[cluster] = 1;
  }
  return members;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
