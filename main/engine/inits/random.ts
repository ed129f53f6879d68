/** Random and neutral values of single tensors. */
import { RandomStream } from '../../../shared/random.ts';
import type { ParameterSpec } from '../graph/definition.ts';
import { elementCount } from '../tensors.ts';

/** Standard deviation of a standard normal cut off at +-2. */
const TRUNCATED_SD = 0.87962566103423978;

/**
 * The model's default values of a tensor, Keras's: convolution kernels He normal (normal cut off at two standard deviations,
 * standard deviation sqrt(2 / fan-in) after the cut), dense kernels Glorot uniform (+-sqrt(6 / (fan-in + fan-out))), biases and
 * beta 0, gamma 1, moving mean 0, moving variance 1. The stream is named by seed and tensor: a tensor's values do not
 * depend on which other tensors are random.
 */
export function randomValues(spec: ParameterSpec, seed: number): Float32Array {
  const count = elementCount(spec.shape);
  switch (spec.role) {
    case 'kernel': {
      const stream = new RandomStream(seed, 'init', spec.name);
      return spec.layerKind === 'conv' ? heNormal(spec.shape, count, stream) : glorotUniform(spec.shape, count, stream);
    }
    case 'gamma':
    case 'moving_variance':
      return new Float32Array(count).fill(1);
    case 'bias':
    case 'beta':
    case 'moving_mean':
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
  const [fanIn, fanOut] = shape as [number, number];
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  return Float32Array.from({ length: count }, () => stream.between(-limit, limit));
}
