/** Max pooling, average pooling and global average pooling of NHWC images, with their gradients. */
import { DT_FLOAT, DT_INT32, type DeviceTensor, type OpAttribute, type Tf } from '../tf.ts';
import { bool, dtype, ints, T_FLOAT, text, TIDX_INT32 } from './attributes.ts';
import { hasOneDnn, runOneDnn } from './kernels.ts';
import type { Walk } from './padding.ts';

export interface PoolWindow extends Walk {
  size: number;
}

function attributes({ size, stride, padding }: PoolWindow): OpAttribute[] {
  return [
    T_FLOAT,
    ints('ksize', [1, size, size, 1]),
    ints('strides', [1, stride, stride, 1]),
    text('padding', padding),
    text('data_format', 'NHWC'),
  ];
}

/** What the gradient of a max pooling needs; owned by whoever holds it, freed by releasing `tensors`. */
export interface PooledArgument {
  inputShape: readonly number[];
  /** oneDNN: the pooled output and its record of winners. TensorFlow's own kernel: the input and the pooled output. */
  tensors: DeviceTensor[];
}

/** B x H x W x C -> B x H' x W' x C. Cells beyond the edge (SAME) never win. */
export function maxPool(tf: Tf, x: DeviceTensor, window: PoolWindow): DeviceTensor {
  return tf.run('MaxPool', attributes(window), [x]);
}

/** {@link maxPool} that also remembers which inputs won. The caller owns the output and the argument's tensors. */
export function maxPoolTraining(
  tf: Tf,
  x: DeviceTensor,
  window: PoolWindow,
): { output: DeviceTensor; argument: PooledArgument } {
  const inputShape = x.shape;
  if (!hasOneDnn(tf)) {
    const output = maxPool(tf, x, window);
    return { output, argument: { inputShape, tensors: [tf.retain(x), tf.retain(output)] } };
  }
  const [output, winners] = runOneDnn(tf, 'MaxPool', [...attributes(window), WITH_WINNERS], [x], 2) as [
    DeviceTensor,
    DeviceTensor,
  ];
  return { output, argument: { inputShape, tensors: [tf.retain(output), winners] } };
}

const WITH_WINNERS = bool('workspace_enabled', true);

/** Each window's gradient goes to the first (row-major) of its largest inputs. */
export function maxPoolGradient(
  tf: Tf,
  { inputShape, tensors }: PooledArgument,
  gradient: DeviceTensor,
  window: PoolWindow,
): DeviceTensor {
  if (!hasOneDnn(tf)) return tf.run('MaxPoolGrad', attributes(window), [...tensors, gradient]);
  const [output, winners] = tensors as [DeviceTensor, DeviceTensor];
  // With the record of winners only the input's shape matters: memory that nothing has written to stands in for it.
  const sizes = tf.int32(inputShape);
  const input = tf.run('Empty', [dtype('dtype', DT_FLOAT), bool('init', false)], [sizes]);
  const inputs = [input, output, gradient, winners];
  const [result] = runOneDnn(tf, 'MaxPoolGrad', [...attributes(window), WITH_WINNERS], inputs, 1);
  tf.release(sizes, input);
  return result as DeviceTensor;
}

/** B x H x W x C -> B x H' x W' x C: means over the cells of each window that lie in the image. */
export function averagePool(tf: Tf, x: DeviceTensor, window: PoolWindow): DeviceTensor {
  if (!hasOneDnn(tf)) return tf.run('AvgPool', attributes(window), [x]);
  return runOneDnn(tf, 'AvgPool', attributes(window), [x], 1)[0] as DeviceTensor;
}

/** Gradient of {@link averagePool} with respect to its input of shape `inputShape`. */
export function averagePoolGradient(
  tf: Tf,
  inputShape: readonly number[],
  gradient: DeviceTensor,
  window: PoolWindow,
): DeviceTensor {
  const sizes = tf.int32(inputShape);
  const inputs = [sizes, gradient];
  const [result] = hasOneDnn(tf)
    ? runOneDnn(tf, 'AvgPoolGrad', attributes(window), inputs, 1)
    : tf.execute('AvgPoolGrad', attributes(window), inputs, 1);
  tf.release(sizes);
  return result as DeviceTensor;
}

/** B x H x W x C -> B x C. */
export function globalAveragePool(tf: Tf, x: DeviceTensor): DeviceTensor {
  const axes = tf.int32([1, 2]);
  const result = tf.run('Mean', [T_FLOAT, TIDX_INT32, bool('keep_dims', false)], [x, axes]);
  tf.release(axes);
  return result;
}

/** B x C -> B x H x W x C, each cell a share of 1/(H W). */
export function globalAveragePoolGradient(tf: Tf, gradient: DeviceTensor, inputShape: readonly number[]): DeviceTensor {
  const [batch, height, width, channels] = inputShape as [number, number, number, number];
  const share = tf.scalar(1 / (height * width));
  const scaled = tf.run('Mul', [T_FLOAT], [gradient, share]);
  const cellShape = tf.int32([batch, 1, 1, channels]);
  const cell = tf.run('Reshape', [T_FLOAT, dtype('Tshape', DT_INT32)], [scaled, cellShape]);
  const fullShape = tf.int32(inputShape);
  const result = tf.run('BroadcastTo', [dtype('T', DT_FLOAT), TIDX_INT32], [cell, fullShape]);
  tf.release(share, scaled, cellShape, cell, fullShape);
  return result;
}
