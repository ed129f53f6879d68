/** Max pooling (SAME) and global average pooling of NHWC images, with their gradients. */
import { DT_FLOAT, DT_INT32, type DeviceTensor, type OpAttribute, type Tf } from '../tf.ts';
import { bool, dtype, ints, T_FLOAT, text, TIDX_INT32 } from './attributes.ts';

export interface PoolWindow {
  size: number;
  stride: number;
}

function attributes({ size, stride }: PoolWindow): OpAttribute[] {
  return [
    T_FLOAT,
    ints('ksize', [1, size, size, 1]),
    ints('strides', [1, stride, stride, 1]),
    text('padding', 'SAME'),
    text('data_format', 'NHWC'),
  ];
}

/** B x H x W x C -> B x ceil(H/stride) x ceil(W/stride) x C. Padding never wins. */
export function maxPool(tf: Tf, x: DeviceTensor, window: PoolWindow): DeviceTensor {
  return tf.run('MaxPool', attributes(window), [x]);
}

/** Each window's gradient goes to the first (row-major) of its largest inputs. */
export function maxPoolGradient(
  tf: Tf,
  x: DeviceTensor,
  pooled: DeviceTensor,
  gradient: DeviceTensor,
  window: PoolWindow,
): DeviceTensor {
  return tf.run('MaxPoolGrad', [...attributes(window), ints('explicit_paddings', [])], [x, pooled, gradient]);
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
