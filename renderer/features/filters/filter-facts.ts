/** Numbers about one filter before and after training. Pure. */
export interface FilterFacts {
  /** Euclidean norms. */
  normBefore: number;
  normAfter: number;
  /** Norm of the difference relative to the norm before; null where the filter was zero. */
  relativeChange: number | null;
  /** Cosine of the angle between before and after; null where one of them is zero. */
  cosine: number | null;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}

export function filterFacts(before: readonly number[], after: readonly number[]): FilterFacts {
  const normBefore = Math.sqrt(dot(before, before));
  const normAfter = Math.sqrt(dot(after, after));
  const difference = after.map((value, index) => value - (before[index] ?? 0));
  const change = Math.sqrt(dot(difference, difference));
  return {
    normBefore,
    normAfter,
    relativeChange: normBefore === 0 ? null : change / normBefore,
    cosine: normBefore === 0 || normAfter === 0 ? null : dot(before, after) / (normBefore * normAfter),
  };
}

/** Mean cosine between before and after over filters where it is defined; null where it is for none. */
export function meanCosine(
  before: readonly (readonly number[])[],
  after: readonly (readonly number[])[],
): number | null {
  const known = before.flatMap((filter, index) => filterFacts(filter, after[index] ?? []).cosine ?? []);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** Whole device pixels per weight, so that `sourcePixels` weights fit into `cssPixels`; at least 1. */
export function integerScale(cssPixels: number, sourcePixels: number, devicePixelRatio: number): number {
  return Math.max(1, Math.floor((cssPixels * devicePixelRatio) / Math.max(1, sourcePixels)));
}
