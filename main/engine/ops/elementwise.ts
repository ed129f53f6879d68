/** Element-wise ops on float32 tensors, with broadcasting where TensorFlow has it. */
import type { DeviceTensor, Tf } from '../tf.ts';
import { int, T_FLOAT, text } from './attributes.ts';

export const add = (tf: Tf, a: DeviceTensor, b: DeviceTensor): DeviceTensor => tf.run('AddV2', [T_FLOAT], [a, b]);
export const subtract = (tf: Tf, a: DeviceTensor, b: DeviceTensor): DeviceTensor => tf.run('Sub', [T_FLOAT], [a, b]);
export const multiply = (tf: Tf, a: DeviceTensor, b: DeviceTensor): DeviceTensor => tf.run('Mul', [T_FLOAT], [a, b]);
export const relu = (tf: Tf, x: DeviceTensor): DeviceTensor => tf.run('Relu', [T_FLOAT], [x]);

/** `gradient` where the rectified output is positive, else 0. */
export function reluGradient(tf: Tf, gradient: DeviceTensor, output: DeviceTensor): DeviceTensor {
  return tf.run('ReluGrad', [T_FLOAT], [gradient, output]);
}

/** `factor` times `x`, for a JavaScript number. */
export function scale(tf: Tf, x: DeviceTensor, factor: number): DeviceTensor {
  const constant = tf.scalar(factor);
  const result = multiply(tf, x, constant);
  tf.release(constant);
  return result;
}

/** Sum of same-shaped tensors; with one tensor, that tensor with one more owner. */
export function addAll(tf: Tf, tensors: readonly DeviceTensor[]): DeviceTensor {
  const [first] = tensors;
  if (tensors.length === 1 && first) return tf.retain(first);
  return tf.run('AddN', [int('N', tensors.length), T_FLOAT], tensors);
}

/** Adds a vector along the last axis. */
export function addBias(tf: Tf, x: DeviceTensor, bias: DeviceTensor): DeviceTensor {
  return tf.run('BiasAdd', [T_FLOAT, text('data_format', 'NHWC')], [x, bias]);
}

/** Gradient of {@link addBias} with respect to the bias: the sum over all axes but the last. */
export function biasGradient(tf: Tf, gradient: DeviceTensor): DeviceTensor {
  return tf.run('BiasAddGrad', [T_FLOAT, text('data_format', 'NHWC')], [gradient]);
}

/** `combine(a, b)` in place of `a`; frees both. */
export function replace(
  tf: Tf,
  a: DeviceTensor,
  b: DeviceTensor,
  combine: (a: DeviceTensor, b: DeviceTensor) => DeviceTensor,
): DeviceTensor {
  const result = combine(a, b);
  tf.release(a, b);
  return result;
}
