/** From bootstrap draws to intervals and p-values. */
import { studentQuantile } from '../../../shared/results/student-t.ts';
import type { Estimate } from '../statistics/estimate.ts';
import { Z95 } from '../statistics/normal.ts';

/** Below this many usable draws the ends of a 95 % interval are not to be had. */
export const LEAST_DRAWS = 100;

export interface BootstrapEstimate extends Estimate {
  /** Standard deviation of the usable draws (n-1 denominator): the bootstrap standard error. */
  se: number | null;
  /** Draws that the interval rests on. */
  draws: number;
  /** Draws left out because the statistic is undefined there (a class is missing). */
  skipped: number;
}

/**
 * Percentile interval: the 2.5th and 97.5th percentiles of the draws (linear interpolation between order statistics, R's
 * type 7 and NumPy's default). `value` is the statistic of the data as they are. Undefined draws (NaN) are skipped and counted; the
 * interval is not estimable with fewer than {@link LEAST_DRAWS} usable draws, or where more than half are undefined, since the rest
 * would be a selection.
 */
export function percentileInterval(value: number | null, draws: ArrayLike<number>): BootstrapEstimate {
  const usable = usableOf(draws);
  const counts = { draws: usable.length, skipped: draws.length - usable.length };
  const none = { value, low: null, high: null, se: null, ...counts };
  if (value === null) return { ...none, why: 'Undefined on the data themselves.' };
  if (usable.length < LEAST_DRAWS) {
    const why = `Interval not estimable: the statistic is defined in ${usable.length} of ${draws.length} draws, and ${LEAST_DRAWS} are needed.`;
    return { ...none, why };
  }
  if (usable.length * 2 < draws.length) {
    return {
      ...none,
      why: `Interval not estimable: the statistic is undefined in ${counts.skipped} of ${draws.length} draws.`,
    };
  }
  usable.sort();
  const low = percentile(usable, 0.025);
  const high = percentile(usable, 0.975);
  if (usable[0] === usable[usable.length - 1]) {
    const why = 'Every draw gave the same value, so the interval is a point and says nothing about sampling.';
    return { value, low, high, se: 0, ...counts, why };
  }
  return { value, low, high, se: standardDeviation(usable), ...counts, why: null };
}

/** What a statistic can be at most and at least, and what its variance rests on. */
export interface Bounds {
  lowest: number;
  /** Infinity: a ratio, which is taken as ratio/(1 + ratio). */
  highest: number;
  /** Patients of the class that limits it: degrees of freedom + 1, and the sample size where no draw varies. */
  cases: number;
}

/**
 * Interval of a bounded statistic from the variance of its draws: the score interval of a share of as many independent items as have that
 * variance (Wilson 1927; effective sample size of Rao and Scott, Biometrics 1992;48:577-585; t as Korn and Graubard, Survey Methodology
 * 1998;24:193-201). With u the statistic between its bounds (0 to 1) and n = u (1 - u)/variance:
 *   (u + t^2/2n +- t sqrt(u (1 - u)/n + t^2/4n^2))/(1 + t^2/n)
 * Percentiles hold 70 to 90 % near a bound, where draws vary too little or not at all (docs/coverage.md). `seeds` above 1: draws of seeds
 * add more than their variance, and the normal quantile takes t's place.
 */
export function scoreInterval(
  value: number | null,
  draws: ArrayLike<number>,
  bounds: Bounds,
  seeds = 1,
): BootstrapEstimate {
  const { lowest, highest, cases } = bounds;
  const isRatio = highest === Infinity;
  const scaled = (x: number): number =>
    isRatio ? (x === Infinity ? 1 : x / (1 + x)) : (x - lowest) / (highest - lowest);
  const back = (u: number): number => (isRatio ? u / (1 - u) : lowest + u * (highest - lowest));
  const drawn = percentileInterval(value === null ? null : scaled(value), Float64Array.from(draws, scaled));
  const { value: share, se } = drawn;
  const own = { ...drawn, value, se: se === null ? null : standardDeviation(usableOf(draws)) };
  if (share === null || se === null || cases < 2) return own;
  const isAtBound = share < 1e-12 || share > 1 - 1e-12;
  if (se === 0 && !isAtBound) return { ...own, low: value, high: value };
  const quantile = seeds > 1 ? Z95 : studentQuantile(0.05, cases - 1);
  const product = isAtBound ? 0 : share * (1 - share);
  const part = quantile ** 2 / (isAtBound ? cases : product / se ** 2);
  const half = Math.sqrt(product * part + part ** 2 / 4);
  // At a bound that end is exact, which rounding would miss.
  const end = (side: -1 | 1): number =>
    isAtBound && Math.round(share) === (1 + side) / 2
      ? back(Math.round(share))
      : back(Math.min(1, Math.max(0, (share + part / 2 + side * half) / (1 + part))));
  return { ...own, low: end(-1), high: end(1), why: null };
}

/** Quantile of ascending values by linear interpolation (type 7 of Hyndman and Fan 1996). */
export function percentile(sorted: ArrayLike<number>, probability: number): number {
  const position = (sorted.length - 1) * probability;
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  // Apart from saving work this keeps infinite draws (a ratio over 0) from making NaN.
  return low === high || position === below ? low : low + (position - below) * (high - low);
}

const usableOf = (draws: ArrayLike<number>): Float64Array =>
  Float64Array.from(draws).filter((draw) => !Number.isNaN(draw));

/** Sample standard deviation (n-1 denominator), by two passes. */
function standardDeviation(values: Float64Array): number {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

/**
 * Two-sided p-value of "the statistic is 0" from draws of a difference: twice the smaller share of draws at or beyond 0, with
 * one added to counts and total (Davison and Hinkley 1997, section 4.2), at most 1. NaN draws are skipped; null without draws. It
 * cannot go below 2/(draws + 1).
 */
export function twoSidedBootstrapP(draws: ArrayLike<number>): number | null {
  const below = oneSidedBootstrapP(draws, 0);
  const above = oneSidedBootstrapP(
    Float64Array.from(draws, (draw) => -draw),
    0,
  );
  return below === null || above === null ? null : Math.min(1, 2 * Math.min(below, above));
}

/** (1 + draws at or below `bound`) / (draws + 1): the p-value of "the statistic is at most `bound`". Null without draws. */
export function oneSidedBootstrapP(draws: ArrayLike<number>, bound: number): number | null {
  let usable = 0;
  let below = 0;
  for (let i = 0; i < draws.length; i++) {
    const draw = draws[i] as number;
    if (Number.isNaN(draw)) continue;
    usable++;
    if (draw <= bound) below++;
  }
  return usable === 0 ? null : (1 + below) / (usable + 1);
}
