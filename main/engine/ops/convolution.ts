/** 2-D convolution of NHWC images with HWIO kernels, and its two gradients. */
import type { DeviceTensor, OpAttribute, Tf } from '../tf.ts';
import { bool, ints, T_FLOAT, text } from './attributes.ts';
import { hasOneDnn, runOneDnn } from './kernels.ts';
import { matMul, reshape } from './matrix.ts';
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

/** Which kernel computes a kernel gradient. `product`: the matrix product that the gradient of a 1x1 convolution is. */
type KernelGradientBy = 'onednn' | 'own' | 'product';

/**
 * The faster one on AVX2, by shape alone (measurements: docs/decisions/007-resnet-and-inception.md). oneDNN wins for images (few
 * channels), for large kernels on small maps, and for 1x1 kernels that narrow or work on large maps; TensorFlow's own one where a
 * 3x3 kernel has many outputs or a large map; the matrix product for 1x1 kernels that widen and for the smallest maps.
 */
function kernelGradientBy(
  tf: Tf,
  [height, width, inputs, outputs]: readonly [number, number, number, number],
  cells: number,
  stride: number,
): KernelGradientBy {
  if (!hasOneDnn(tf)) return 'own';
  const taps = height * width;
  if (taps === 1 && stride === 1) {
    const multiplies = outputs > inputs ? cells <= 40 * 40 : outputs >= 512 || cells <= 7 * 7;
    return multiplies ? 'product' : 'onednn';
  }
  if (inputs <= 4) return 'onednn';
  if (taps >= 5 * 5) return cells <= 56 * 56 ? 'onednn' : 'own';
  return outputs >= 256 || (outputs >= 64 && cells > 50 * 50) ? 'own' : 'onednn';
}

/** Gradient with respect to the kernel of shape `kernelShape`. */
export function conv2dKernelGradient(
  tf: Tf,
  x: DeviceTensor,
  kernelShape: readonly number[],
  gradient: DeviceTensor,
  walk: Walk,
): DeviceTensor {
  const shape = kernelShape as readonly [number, number, number, number];
  const [batch, rows, columns] = gradient.shape as [number, number, number];
  const by = kernelGradientBy(tf, shape, rows * columns, walk.stride);
  if (by === 'product') {
    const cells = batch * rows * columns;
    const [left, right] = [reshape(tf, x, [cells, shape[2]]), reshape(tf, gradient, [cells, shape[3]])];
    const product = matMul(tf, left, right, { transposeA: true });
    const result = reshape(tf, product, shape);
    tf.release(left, right, product);
    return result;
  }
  const sizes = tf.int32(kernelShape);
  const inputs = [x, sizes, gradient];
  const [result] =
    by === 'onednn'
      ? runOneDnn(tf, 'Conv2DBackpropFilter', attributes(walk), inputs, 1)
      : tf.execute('Conv2DBackpropFilter', attributes(walk), inputs, 1);
  tf.release(sizes);
  return result as DeviceTensor;
}
