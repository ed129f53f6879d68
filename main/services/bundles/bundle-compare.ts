/** Comparing stored results with recomputed ones, number by number. */
import type { BundleOrigin } from '../../../shared/bundle/bundle.ts';

/**
 * Every value of `stored` against the same place of `fresh`; what only `fresh` has is not compared, since later versions say more.
 * Numbers must be equal to the last digit; other values that differ count too.
 */
export function compareResults(stored: unknown, fresh: unknown): BundleOrigin['recomputed'] {
  if (typeof stored === 'object' && stored !== null) {
    const other = (typeof fresh === 'object' && fresh !== null ? fresh : {}) as Record<string, unknown>;
    const parts = Object.entries(stored).map(([key, value]) => compareResults(value, other[key]));
    const length = Array.isArray(stored) && Array.isArray(fresh) && fresh.length !== stored.length ? 1 : 0;
    return {
      numbers: parts.reduce((sum, part) => sum + part.numbers, 0),
      different: parts.reduce((sum, part) => sum + part.different, length),
    };
  }
  const different = Object.is(stored, fresh) || (stored === null && fresh === undefined) ? 0 : 1;
  return { numbers: typeof stored === 'number' ? 1 : 0, different };
}
