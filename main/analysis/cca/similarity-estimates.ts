/** Means, intervals and correlations of similarities. Pure. */
import type { PairSimilarity, SimilarityEstimate } from '../../../shared/similarity/similarity.ts';
import { studentQuantile } from '../../../shared/results/student-t.ts';

/** The similarity of a pair in each draw, averaged over `stages`. */
export function meanOfStages(pair: PairSimilarity, stages: readonly string[]): number[] {
  const chosen = pair.stages.filter(({ stage }) => stages.includes(stage));
  const draws = chosen[0]?.mean.length ?? 0;
  return Array.from({ length: draws }, (_, draw) => mean(chosen.map((stage) => stage.mean[draw] as number)));
}

/**
 * `pairs[p][r]`: similarity of pair p in draw r; the same number of draws for each, at least one of each. The mean is over both. The
 * interval is Student's t over the means of the draws: pairs share a draw's images, places and channels, so draws and not
 * values are independent. It says nothing about other runs; the standard deviation over the pairs' means does. Pairs share
 * runs, so no interval is made of it. Where all draws give the same (a small test split, used whole each time; frozen stages), there
 * is no interval: it would be a point, and claim what was not tried.
 */
export function estimateSimilarity(pairs: readonly (readonly number[])[]): SimilarityEstimate {
  const draws = pairs[0]?.length ?? 0;
  const byDraw = Array.from({ length: draws }, (_, draw) => mean(pairs.map((values) => values[draw] as number)));
  const centre = mean(byDraw);
  const spread = deviation(byDraw);
  const reach =
    spread === null || spread < SAME_DRAWS ? null : (studentQuantile(0.05, draws - 1) * spread) / Math.sqrt(draws);
  return {
    mean: centre,
    low: reach === null ? null : Math.max(0, centre - reach),
    high: reach === null ? null : Math.min(1, centre + reach),
    sd: deviation(pairs.map(mean)),
    pairs: pairs.length,
  };
}

/** Draws that differ by less differ by rounding: the same datapoints in another order. */
const SAME_DRAWS = 1e-9;

/** Squared Pearson correlation: the R squared of the straight line through the points. */
export function squaredCorrelation(points: readonly (readonly [number, number])[]): {
  rSquared: number | null;
  why: string | null;
} {
  if (points.length < 3) return { rSquared: null, why: `Needs three pairs of runs, there are ${points.length}.` };
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  let [xx, xy, yy] = [0, 0, 0];
  for (const [x, y] of points) {
    xx += (x - meanX) ** 2;
    xy += (x - meanX) * (y - meanY);
    yy += (y - meanY) ** 2;
  }
  // Differences of this size are rounding in the similarities themselves.
  const least = points.length * 1e-18;
  if (xx < least) return { rSquared: null, why: 'All pairs are equally similar at their start.' };
  if (yy < least) return { rSquared: null, why: 'All pairs are equally similar after training.' };
  return { rSquared: Math.min(1, xy ** 2 / (xx * yy)), why: null };
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation; null with fewer than two values. */
function deviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}
