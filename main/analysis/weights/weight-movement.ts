/** How far weights moved. Pure; sums are in float64. */
import type { WeightMovement } from '../../../shared/weights/weight-changes.ts';

/** What a movement is made of; sums of several tensors add up to that of all their values. */
export interface WeightMovementSums {
  count: number;
  before: number;
  after: number;
  difference: number;
  product: number;
}

/** Sums of squares and products of two arrays of one length. */
export function weightMovementSums(before: Float32Array, after: Float32Array): WeightMovementSums {
  const sums: WeightMovementSums = { count: before.length, before: 0, after: 0, difference: 0, product: 0 };
  for (let i = 0; i < before.length; i++) {
    const [a, b] = [before[i] as number, after[i] as number];
    sums.before += a * a;
    sums.after += b * b;
    sums.difference += (b - a) ** 2;
    sums.product += a * b;
  }
  return sums;
}

export function addSums(parts: readonly WeightMovementSums[]): WeightMovementSums {
  const total: WeightMovementSums = { count: 0, before: 0, after: 0, difference: 0, product: 0 };
  for (const part of parts) {
    total.count += part.count;
    total.before += part.before;
    total.after += part.after;
    total.difference += part.difference;
    total.product += part.product;
  }
  return total;
}

export function weightMovementOf({ count, before, after, difference, product }: WeightMovementSums): WeightMovement {
  const norms = Math.sqrt(before) * Math.sqrt(after);
  return {
    relativeDistance: before === 0 ? null : Math.sqrt(difference / before),
    cosine: norms === 0 ? null : Math.min(1, Math.max(-1, product / norms)),
    rmsBefore: Math.sqrt(before / count),
    rmsAfter: Math.sqrt(after / count),
    count,
  };
}

/** Mean and sample SD of what is known; null where nothing is. */
export function meanAndSd(values: readonly (number | null)[]): { mean: number; sd: number | null } | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: known.length < 2 ? null : Math.sqrt(squares / (known.length - 1)) };
}
