/** Moments of a tensor's values and draws that share them. */
import { permutation, type RandomStream } from '../../../shared/system/random.ts';

/** Mean and population standard deviation, in two passes. */
export function moments(values: Float32Array): { mean: number; sd: number } {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, sd: Math.sqrt(squares / values.length) };
}

/** Draws before a variance is given up on and the mean is taken; reached only where the mean is far below 0. */
const MAX_DRAWS = 1000;

/**
 * As many values, iid normal with the mean and variance of `values` (Section 4.2 of the paper, "Mean Var"). `positive`: draws
 * that are not above 0 are repeated, because a variance has to be.
 */
export function resample(values: Float32Array, stream: RandomStream, { positive = false } = {}): Float32Array {
  const { mean, sd } = moments(values);
  return Float32Array.from({ length: values.length }, () => {
    let value = mean + sd * stream.normal();
    for (let draws = 1; positive && value <= 0 && draws < MAX_DRAWS; draws++) value = mean + sd * stream.normal();
    return positive && value <= 0 ? Math.max(mean, 0) : value;
  });
}

/** As many values, each drawn independently and with replacement from `values`: iid from the empirical distribution. */
export function sampleFrom(values: Float32Array, stream: RandomStream): Float32Array {
  return Float32Array.from({ length: values.length }, () => values[stream.integer(values.length)] as number);
}

/** The same values in a random order. */
export function shuffled(values: Float32Array, stream: RandomStream): Float32Array {
  return Float32Array.from(permutation(values.length, stream), (index) => values[index] as number);
}
