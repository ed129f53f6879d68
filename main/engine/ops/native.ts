/** The ops of `native/` (docs/decisions has the algorithm and measurements), and where they are taken. */
import type { DeviceTensor, Tf } from '../tf.ts';
import { float } from './attributes.ts';
import type { Walk } from './padding.ts';

/** Kernels with more taps have no transform that pays; with fewer channels or cells than these, TensorFlow's own op is the faster one. */
const LARGEST_SIDE = 11;
const SMALLEST_FAST_SIDE = 5;
const FEWEST_CELLS = 7 * 7;

/** True where the native convolution takes this shape: always where it can on the path `fft`, where it is faster on `auto`. */
export function takesNativeConvolution(
  tf: Tf,
  imageShape: readonly number[],
  kernelShape: readonly number[],
  { stride, padding }: Walk,
): boolean {
  const [height, width] = kernelShape as [number, number];
  const can =
    tf.kernels !== null &&
    stride === 1 &&
    padding === 'SAME' &&
    height === width &&
    height % 2 === 1 &&
    height >= 3 &&
    height <= LARGEST_SIDE;
  if (!can || tf.convPath === 'fft') return can;
  const [, rows, columns] = imageShape as [number, number, number];
  return height >= SMALLEST_FAST_SIDE && rows * columns >= FEWEST_CELLS;
}

/** `x` B x H x W x I, `kernel` k x k x I x O -> B x H x W x O. Stride 1, SAME. */
export function nativeConv2d(tf: Tf, x: DeviceTensor, kernel: DeviceTensor): DeviceTensor {
  return tf.run('TransfusionConv2D', [], [x, kernel]);
}

/** Gradients with respect to input (null where it is not wanted) and kernel, which share transforms. */
export function nativeConv2dGradients(
  tf: Tf,
  x: DeviceTensor,
  kernel: DeviceTensor,
  gradient: DeviceTensor,
  wantsInput: boolean,
): { dx: DeviceTensor | null; dkernel: DeviceTensor } {
  const inputs = [x, kernel, gradient];
  if (!wantsInput) return { dx: null, dkernel: tf.run('TransfusionConv2DKernelGradient', [], inputs) };
  const [dx, dkernel] = tf.execute('TransfusionConv2DGradients', [], inputs, 2) as [DeviceTensor, DeviceTensor];
  return { dx, dkernel };
}

/** True where batch norm with ReLU, and max pooling after it, run as one native op. */
export function takesNativeNormalisation(tf: Tf): boolean {
  return tf.kernels !== null;
}

export interface NormReluTraining {
  output: DeviceTensor;
  /** Which input of each window won; only with pooling. */
  winners: DeviceTensor | null;
  /** Batch mean and biased variance, one value a channel. */
  mean: DeviceTensor;
  variance: DeviceTensor;
}

/** Batch norm by the batch's own statistics, ReLU and, with `pools`, 3 x 3 max pooling at stride 2, SAME. */
export function normReluTraining(
  tf: Tf,
  inputs: readonly [x: DeviceTensor, gamma: DeviceTensor, beta: DeviceTensor],
  { epsilon, pools }: { epsilon: number; pools: boolean },
): NormReluTraining {
  if (!pools) {
    const outputs = tf.execute('TransfusionNormRelu', [float('epsilon', epsilon)], inputs, 3);
    const [output, mean, variance] = outputs as [DeviceTensor, DeviceTensor, DeviceTensor];
    return { output, winners: null, mean, variance };
  }
  const outputs = tf.execute('TransfusionNormReluPool', [float('epsilon', epsilon)], inputs, 4);
  const [output, winners, mean, variance] = outputs as [DeviceTensor, DeviceTensor, DeviceTensor, DeviceTensor];
  return { output, winners, mean, variance };
}

/** {@link normReluTraining} by given statistics. */
export function normReluInference(
  tf: Tf,
  inputs: readonly [
    x: DeviceTensor,
    gamma: DeviceTensor,
    beta: DeviceTensor,
    mean: DeviceTensor,
    variance: DeviceTensor,
  ],
  { epsilon, pools }: { epsilon: number; pools: boolean },
): DeviceTensor {
  const op = pools ? 'TransfusionNormReluPoolInference' : 'TransfusionNormReluInference';
  return tf.run(op, [float('epsilon', epsilon)], inputs);
}

/** Gradients with respect to `x`, `gamma` and `beta`. */
export function normReluGradient(
  tf: Tf,
  gradient: DeviceTensor,
  forward: NormReluTraining,
  [x, gamma, beta]: readonly [x: DeviceTensor, gamma: DeviceTensor, beta: DeviceTensor],
  epsilon: number,
): { x: DeviceTensor; gamma: DeviceTensor; beta: DeviceTensor } {
  const { output, winners, mean, variance } = forward;
  const op = winners ? 'TransfusionNormReluPoolGradient' : 'TransfusionNormReluGradient';
  const inputs = [gradient, output, ...(winners ? [winners] : []), x, gamma, beta, mean, variance];
  const [dx, dgamma, dbeta] = tf.execute(op, [float('epsilon', epsilon)], inputs, 3) as [
    DeviceTensor,
    DeviceTensor,
    DeviceTensor,
  ];
  return { x: dx, gamma: dgamma, beta: dbeta };
}
