/** Random and neutral values of single tensors. */
import { RandomStream } from '../../../shared/system/random.ts';
import type { ParameterSpec } from '../graph/definition.ts';
import { elementCount } from '../tensors.ts';

/** Standard deviation of a standard normal cut off at +-2. */
const TRUNCATED_SD = 0.87962566103423978;

/**
 * A tensor's values before training, by its initializer. `he-normal`: normal cut off at two standard deviations, standard
 * deviation sqrt(2 / fan-in) after the cut. `glorot-uniform`: +-sqrt(6 / (fan-in + fan-out)). Both as in Keras, where a
 * convolution's fans are its channels times its kernel's cells. The stream is named by seed and tensor: a tensor's values do
 * not depend on which other tensors are random.
 */
export function randomValues({ name, shape, initializer }: ParameterSpec, seed: number): Float32Array {
  const count = elementCount(shape);
  switch (initializer) {
    case 'he-normal':
      return heNormal(shape, count, new RandomStream(seed, 'init', name));
    case 'glorot-uniform':
      return glorotUniform(shape, count, new RandomStream(seed, 'init', name));
    case 'ones':
      return new Float32Array(count).fill(1);
    case 'zeros':
      return new Float32Array(count);
  }
}

function heNormal(shape: readonly number[], count: number, stream: RandomStream): Float32Array {
  const fanIn = elementCount(shape.slice(0, -1));
  const sd = Math.sqrt(2 / fanIn) / TRUNCATED_SD;
  return Float32Array.from({ length: count }, () => sd * truncatedNormal(stream));
}

function truncatedNormal(stream: RandomStream): number {
  for (;;) {
    const value = stream.normal();
    if (Math.abs(value) <= 2) return value;
  }
}

function glorotUniform(shape: readonly number[], count: number, stream: RandomStream): Float32Array {
  const cells = elementCount(shape.slice(0, -2));
  const fanIn = cells * (shape.at(-2) as number);
  const fanOut = cells * (shape.at(-1) as number);
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  return Float32Array.from({ length: count }, () => stream.between(-limit, limit));
}
