/** Histograms of weights before and after training, in common bins. Pure. */
import type { WeightHistogram } from '../../../shared/weights/weight-changes.ts';

export const HISTOGRAM_BINS = 60;

/**
 * Both arrays in `bins` equal bins from -limit to limit, the limit being the largest absolute value of both, so that zero is in
 * the middle. Values that are not finite are not counted.
 */
export function weightHistogram(before: Float32Array, after: Float32Array, bins = HISTOGRAM_BINS): WeightHistogram {
  const limit = Math.max(largest(before), largest(after)) || 1;
  return { low: -limit, high: limit, before: count(before, limit, bins), after: count(after, limit, bins) };
}

function largest(values: Float32Array): number {
  let found = 0;
  for (const value of values) {
    const size = Math.abs(value);
    if (size > found && size !== Infinity) found = size;
  }
  return found;
}

function count(values: Float32Array, limit: number, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    const bin = Math.min(bins - 1, Math.floor(((value + limit) / (2 * limit)) * bins));
    counts[bin] = (counts[bin] as number) + 1;
  }
  return counts;
}
