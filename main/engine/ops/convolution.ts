/** 2-D convolution of NHWC images with HWIO kernels, and its two gradients. */
import type { DeviceTensor, OpAttribute, Tf } from '../tf.ts';
import { bool, ints, T_FLOAT, text } from './attributes.ts';
import { hasOneDnn, runOneDnn } from './kernels.ts';
import type { Walk } from './padding.ts';

function attributes({ stride, padding }: Walk): OpAttribute[] {
  return [
    T_FLOAT,
    ints('strides', [1, stride, stride, 1]),
    text('padding', padding),
    ints('explicit_paddings', []),
    text('data_format', 'NHWC'),
    ints('dilations', [1, 1, 1, 1]),
    bool('use_cudnn_on_gpu', true),
  ];
}

/** `x` B x H x W x I, `kernel` h x w x I x O -> B x H' x W' x O. */
export function conv2d(tf: Tf, x: DeviceTensor, kernel: DeviceTensor, walk: Walk): DeviceTensor {
  if (!hasOneDnn(tf)) return tf.run('Conv2D', attributes(walk), [x, kernel]);
  const oneDnn = [...attributes(walk), bool('is_filter_const', false)];
  return runOneDnn(tf, 'Conv2D', oneDnn, [x, kernel], 1)[0] as DeviceTensor;
}

/** Gradient with respect to the input of shape `inputShape`. */
export function conv2dInputGradient(
  tf: Tf,
  inputShape: readonly number[],
  kernel: DeviceTensor,
  gradient: DeviceTensor,
  walk: Walk,
): DeviceTensor {
  const sizes = tf.int32(inputShape);
  const inputs = [sizes, kernel, gradient];
  const [result] = hasOneDnn(tf)
    ? runOneDnn(tf, 'Conv2DBackpropInput', attributes(walk), inputs, 1)
    : tf.execute('Conv2DBackpropInput', attributes(walk), inputs, 1);
  tf.release(sizes);
  return result as DeviceTensor;
}

/** oneDNN's kernel gradient on AVX2 is the faster one for images (few channels) and for small maps, the slower one else. */
const FEW_CHANNELS = 4;
const SMALL_MAP_CELLS = 56 * 56;

function oneDnnKernelGradientPays(x: DeviceTensor): boolean {
  const [, height, width, channels] = x.shape as [number, number, number, number];
  return channels <= FEW_CHANNELS || height * width <= SMALL_MAP_CELLS;
}

/** Gradient with respect to the kernel of shape `kernelShape`. */
export function conv2dKernelGradient(
  tf: Tf,
  x: DeviceTensor,
  kernelShape: readonly number[],
  gradient: DeviceTensor,
  walk: Walk,
): DeviceTensor {
  const sizes = tf.int32(kernelShape);
  const inputs = [x, sizes, gradient];
  const [result] =
    oneDnnKernelGradientPays(x) && hasOneDnn(tf)
      ? runOneDnn(tf, 'Conv2DBackpropFilter', attributes(walk), inputs, 1)
      : tf.execute('Conv2DBackpropFilter', attributes(walk), inputs, 1);
  tf.release(sizes);
  return result as DeviceTensor;
}
