/** Matrix product, shapes and concatenation. */
import { DT_INT32, type DeviceTensor, type Tf } from '../tf.ts';
import { bool, dtype, int, T_FLOAT } from './attributes.ts';

/** `a` x `b`, either of them transposed first. */
export function matMul(
  tf: Tf,
  a: DeviceTensor,
  b: DeviceTensor,
  { transposeA = false, transposeB = false }: { transposeA?: boolean; transposeB?: boolean } = {},
): DeviceTensor {
  return tf.run('MatMul', [T_FLOAT, bool('transpose_a', transposeA), bool('transpose_b', transposeB)], [a, b]);
}

/** Joins B x H x W x C_i tensors along the channels. */
export function concatChannels(tf: Tf, tensors: readonly DeviceTensor[]): DeviceTensor {
  const axis = tf.uploadInt32([], Int32Array.of(3));
  const result = tf.run('ConcatV2', [int('N', tensors.length), T_FLOAT, dtype('Tidx', DT_INT32)], [...tensors, axis]);
  tf.release(axis);
  return result;
}

/** The same values in another shape, without a copy. */
export function reshape(tf: Tf, x: DeviceTensor, shape: readonly number[]): DeviceTensor {
  const sizes = tf.int32(shape);
  const result = tf.run('Reshape', [T_FLOAT, dtype('Tshape', DT_INT32)], [x, sizes]);
  tf.release(sizes);
  return result;
}

/** The `count` channels of a B x H x W x C tensor that start at `from`. */
export function sliceChannels(tf: Tf, x: DeviceTensor, from: number, count: number): DeviceTensor {
  const [batch, height, width] = x.shape as [number, number, number];
  const begin = tf.int32([0, 0, 0, from]);
  const size = tf.int32([batch, height, width, count]);
  const result = tf.run('Slice', [T_FLOAT, dtype('Index', DT_INT32)], [x, begin, size]);
  tf.release(begin, size);
  return result;
}
