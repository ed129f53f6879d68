/** Deterministic values of `reference/README.md`: weights by role, the input image, labels. */
import { fmix32 } from '../../../shared/system/random.ts';
import { elementCount, type TensorRole } from '../../../main/engine/tensors.ts';

/** u(seed, t, i) in [-1, 1). */
export function unit(seed: number, t: number, i: number): number {
  return fmix32((i + fmix32((Math.imul(seed, 65536) + t) | 0)) | 0) / 2147483648 - 1;
}

export type Formula = 'hash' | 'sin';

/** Values of tensor number `t`. */
export function tensorValues(
  formula: Formula,
  { role, shape, t, seed }: { role: TensorRole; shape: readonly number[]; t: number; seed: number },
): Float32Array {
  const fanIn = elementCount(shape.slice(0, -1));
  const value = formula === 'hash' ? hashValues(role, { fanIn, seed, t }) : sinValues(role, { fanIn, t });
  const values = new Float32Array(elementCount(shape));
  for (let i = 0; i < values.length; i++) values[i] = value(i);
  return values;
}

function hashValues(role: TensorRole, { fanIn, seed, t }: { fanIn: number; seed: number; t: number }) {
  const u = (i: number) => unit(seed, t, i);
  const limit = Math.sqrt(6 / fanIn);
  switch (role) {
    case 'kernel':
      return (i: number) => limit * u(i);
    case 'bias':
      return (i: number) => 0.05 * u(i);
    case 'gamma':
      return (i: number) => 1 + 0.1 * u(i);
    case 'beta':
    case 'moving_mean':
      return (i: number) => 0.1 * u(i);
    case 'moving_variance':
      return (i: number) => 1 + 0.2 * u(i);
  }
}

function sinValues(role: TensorRole, { fanIn, t }: { fanIn: number; t: number }) {
  const sd = Math.sqrt(2 / fanIn);
  switch (role) {
    case 'kernel':
      return (i: number) => sd * Math.sin(0.7 * i + 1.3 * t);
    case 'bias':
      return (i: number) => 0.05 * Math.cos(i + 2 * t);
    case 'gamma':
      return (i: number) => 1 + 0.05 * Math.sin(i + t);
    case 'beta':
      return (i: number) => 0.05 * Math.cos(i + t);
    case 'moving_mean':
      return (i: number) => 0.02 * Math.sin(i + 2 * t);
    case 'moving_variance':
      return (i: number) => 1 + 0.1 * Math.abs(Math.sin(i + t));
  }
}

/** The input image batch, B x H x W x C. */
export function inputImages([batch, height, width, channels]: readonly number[], seed: number): Float32Array {
  const values = new Float32Array((batch ?? 0) * (height ?? 0) * (width ?? 0) * (channels ?? 0));
  let k = 0;
  for (let b = 0; b < (batch ?? 0); b++)
    for (let h = 0; h < (height ?? 0); h++)
      for (let w = 0; w < (width ?? 0); w++)
        for (let c = 0; c < (channels ?? 0); c++, k++)
          values[k] = Math.sin(0.11 * h + 0.07 * w + 0.9 * c + 0.4 * b) + 0.5 * unit(seed, 60000, k);
  return values;
}

export interface Statistics {
  shape?: number[];
  mean: number;
  std: number;
  l2: number;
  min?: number;
  max?: number;
  first?: number[];
}

/** Mean, population standard deviation, L2 norm and extremes, in float64. */
export function statistics(values: ArrayLike<number>): Required<Omit<Statistics, 'shape' | 'first'>> {
  let [sum, squares, min, max] = [0, 0, Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    sum += value;
    squares += value * value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const mean = sum / values.length;
  let spread = 0;
  for (let i = 0; i < values.length; i++) spread += ((values[i] as number) - mean) ** 2;
  return { mean, std: Math.sqrt(spread / values.length), l2: Math.sqrt(squares), min, max };
}
