/** Intervals of shares of independent items. */
import { undefinedEstimate, type Estimate } from './estimate.ts';
import { Z95 } from './normal.ts';

/**
 * Wilson's score interval (JASA 1927;22:209-212), without continuity correction:
 *   centre = (k + z^2/2)/(n + z^2),  half width = z/(n + z^2) sqrt(k(n-k)/n + z^2/4)
 * It never leaves [0, 1] and is no point at k = 0 or k = n. Undefined with n = 0. For independent items only: with several images per
 * patient it is too narrow.
 */
export function wilson(count: number, total: number, what = 'item'): Estimate {
  if (total === 0) return undefinedEstimate(`Undefined: there is no ${what}.`);
  const z2 = Z95 * Z95;
  const centre = (count + z2 / 2) / (total + z2);
  const half = (Z95 / (total + z2)) * Math.sqrt((count * (total - count)) / total + z2 / 4);
  return {
    value: count / total,
    // Exact ends, which rounding would miss by 1e-17.
    low: count === 0 ? 0 : Math.max(0, centre - half),
    high: count === total ? 1 : Math.min(1, centre + half),
    why: null,
  };
}
