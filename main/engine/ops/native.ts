/** The ops of `native/` (docs/decisions has the algorithm and measurements), and where they are taken. */
import type { DeviceTensor, Tf } from '../tf.ts';
import { float } from './attributes.ts';
import type { Walk } from './padding.ts';

/** The largest kernel side that has a transform. */
const LARGEST_SIDE = 11;

export type NativePass = 'forward' | 'kernel-gradient' | 'both-gradients';

/**
 * Where the native pass is the faster one: its estimated work, times this, is less than that of the direct sum. Fitted to
 * measurements on AVX2 (docs/decisions); below 1, because TensorFlow's direct kernels are further from the processor's peak,
 * those of the gradients most.
 */
const WORTH_WHILE: Readonly<Record<NativePass, number>> = {
  forward: 0.8,
  'kernel-gradient': 0.45,
  'both-gradients': 0.5,
};

/** True where the native convolution takes this shape: always where it can on the path `fft`, where it is faster on `auto`. */
export function takesNativeConvolution(
  tf: Tf,
  imageShape: readonly number[],
  kernelShape: readonly number[],
  { stride, padding }: Walk,
  pass: NativePass,
): boolean {
  const [side, otherSide, inputs, outputs] = kernelShape as [number, number, number, number];
  if (tf.kernels === null || stride !== 1 || padding !== 'SAME') return false;
  if (side !== otherSide || side % 2 === 0 || side < 3 || side > LARGEST_SIDE) return false;
  if (tf.convPath === 'fft') return true;
  const [batch, height, width] = imageShape as [number, number, number];
  const direct = batch * height * width * inputs * outputs * side * side;
  return direct > WORTH_WHILE[pass] * tf.kernels.convolutionWork(batch, height, width, inputs, outputs, side);
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
