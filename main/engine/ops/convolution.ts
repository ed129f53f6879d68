/** 2-D convolution of NHWC images with HWIO kernels, SAME padding, and its two gradients. */
import type { DeviceTensor, OpAttribute, Tf } from '../tf.ts';
import { bool, ints, T_FLOAT, text } from './attributes.ts';

function attributes(stride: number): OpAttribute[] {
  return [
    T_FLOAT,
    ints('strides', [1, stride, stride, 1]),
    text('padding', 'SAME'),
    ints('explicit_paddings', []),
    text('data_format', 'NHWC'),
    ints('dilations', [1, 1, 1, 1]),
    bool('use_cudnn_on_gpu', true),
  ];
}

/** `x` B x H x W x I, `kernel` h x w x I x O -> B x ceil(H/stride) x ceil(W/stride) x O. */
export function conv2d(tf: Tf, x: DeviceTensor, kernel: DeviceTensor, stride: number): DeviceTensor {
  return tf.run('Conv2D', attributes(stride), [x, kernel]);
}

/** Gradient with respect to the input of shape `inputShape`. */
export function conv2dInputGradient(
  tf: Tf,
  inputShape: readonly number[],
  kernel: DeviceTensor,
  gradient: DeviceTensor,
  stride: number,
): DeviceTensor {
  const sizes = tf.int32(inputShape);
  const result = tf.run('Conv2DBackpropInput', attributes(stride), [sizes, kernel, gradient]);
  tf.release(sizes);
  return result;
}

/** Gradient with respect to the kernel of shape `kernelShape`. */
export function conv2dKernelGradient(
  tf: Tf,
  x: DeviceTensor,
  kernelShape: readonly number[],
  gradient: DeviceTensor,
  stride: number,
): DeviceTensor {
  const sizes = tf.int32(kernelShape);
  const result = tf.run('Conv2DBackpropFilter', attributes(stride), [x, sizes, gradient]);
  tf.release(sizes);
  return result;
}
