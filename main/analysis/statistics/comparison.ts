/** Means over seeds and paired differences of AUCs that were measured on the same items. */
import { differenceInterval, intervalOf, isPerfect, type AucInterval } from './auc-interval.ts';
import { twoSidedP } from './normal.ts';
import { combinePlacements, type Placements } from './placements.ts';
import { clusteredCovariance, delongCovariance, type Clusters } from './variance.ts';

export interface MeanAuc extends AucInterval {
  mean: number;
  /** Sample standard deviation over seeds (n-1 denominator), null with fewer than two. */
  sd: number | null;
}

/**
 * Mean AUC over seeds. Its variance is that of an average of correlated AUCs on the same test images,
 * (1/k^2) sum over seeds s, t of cov(AUC_s, AUC_t), with DeLong's or the clustered covariance: it carries the sampling of
 * test patients given these k trained models. `sd` carries the variation between seeds. Null without any seed.
 */
export function meanOverSeeds(seeds: readonly Placements[], clusters: Clusters | null): MeanAuc | null {
  if (seeds.length === 0) return null;
  const combined = combinePlacements(
    seeds,
    seeds.map(() => 1 / seeds.length),
  );
  const mean = meanAuc(seeds);
  return { mean, sd: sampleSd(seeds.map((seed) => seed.auc)), ...intervalOf({ ...combined, auc: mean }, clusters) };
}

function meanAuc(parts: readonly Placements[]): number {
  return parts.reduce((sum, part) => sum + part.auc, 0) / parts.length;
}

/** Sample standard deviation (n-1 denominator); null for fewer than two values. */
export function sampleSd(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

export interface PairedDifference {
  /** AUC (or mean AUC) of A minus that of B. */
  difference: number;
  se: number | null;
  /** 95 % interval from those of both sides ({@link differenceInterval}). */
  low: number | null;
  high: number | null;
  z: number | null;
  /** Two-sided. */
  p: number | null;
  /** Why there is no test, else null. */
  why: string | null;
}

/**
 * Paired comparison on the same items: z = d / SE(d), the SE from the covariances of all AUCs involved. Each side is one
 * score vector or several whose AUCs are averaged (seeds). A difference of 0 with SE 0 gives z = 0, p = 1, interval [0, 0];
 * two AUCs of 0 or 1 have no test. The interval follows the skewness of AUCs near 1, the test
 * is DeLong's: at the edge of significance they may differ.
 */
export function comparePaired(
  a: readonly Placements[],
  b: readonly Placements[],
  clusters: Clusters | null,
): PairedDifference {
  const weights = [...a.map(() => 1 / a.length), ...b.map(() => -1 / b.length)];
  const combined = combinePlacements([...a, ...b], weights);
  const variance =
    clusters === null ? delongCovariance(combined, combined) : clusteredCovariance(combined, combined, clusters);
  // The difference of the means as they are reported; differences of rounding size are none.
  const rawDifference = meanAuc(a) - meanAuc(b);
  const difference = Math.abs(rawDifference) < 1e-15 ? 0 : rawDifference;
  const none = { se: null, low: null, high: null, z: null, p: null };
  if (variance === null) {
    return {
      difference,
      ...none,
      why: `Test not estimable: it needs at least two ${clusters === null ? 'items' : 'patients'} of each class.`,
    };
  }
  if (variance < 0) {
    return {
      difference,
      ...none,
      why: 'Test not estimable: the clustered variance estimate is negative.',
    };
  }
  const se = Math.sqrt(variance);
  const interval = differenceInterval(sideOf(a, clusters), sideOf(b, clusters), se);
  if (se < 1e-15) {
    if (isPerfect(meanAuc(a)) && isPerfect(meanAuc(b)))
      return { difference, ...none, se: 0, ...interval, why: NO_TEST };
    return difference === 0
      ? { difference, se: 0, low: 0, high: 0, z: 0, p: 1, why: null }
      : { difference, ...none, se: 0, why: NO_VARIANCE };
  }
  const z = difference / se;
  return { difference, se, low: null, high: null, ...interval, z, p: twoSidedP(z), why: null };
}

const NO_TEST = 'Both separate all items, so no difference can be tested.';
const NO_VARIANCE = 'Test not estimable: the variance estimate of the difference is zero.';

function sideOf(seeds: readonly Placements[], clusters: Clusters | null): { auc: number; interval: AucInterval } {
  const { mean, ...interval } = meanOverSeeds(seeds, clusters) as MeanAuc;
  return { auc: mean, interval };
}
