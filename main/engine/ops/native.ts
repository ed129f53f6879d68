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

/** True where batch norm, with what follows it, runs as one native op. */
export const takesNativeNormalisation = (tf: Tf): boolean => tf.kernels !== null;

/**
 * What follows a batch norm in the same op. `pool`: ReLU, then 3 x 3 max pooling at stride 2, SAME. `add`: the other branch of a
 * residual block is added, then ReLU.
 */
export type AfterNorm = 'nothing' | 'relu' | 'pool' | 'add';

const OPS: Readonly<Record<AfterNorm, string>> = {
  nothing: 'TransfusionNorm',
  relu: 'TransfusionNormRelu',
  pool: 'TransfusionNormReluPool',
  add: 'TransfusionNormAddRelu',
};

export interface NormSettings {
  epsilon: number;
  after: AfterNorm;
}

export interface NormTraining {
  output: DeviceTensor;
  /** Which input of each window won; only with pooling. */
  winners: DeviceTensor | null;
  /** Batch mean and biased variance, one value a channel. */
  mean: DeviceTensor;
  variance: DeviceTensor;
}

/** Batch norm by the batch's own statistics, and what follows. `residual`: the other branch, for `add`. */
export function normTraining(
  tf: Tf,
  inputs: readonly [x: DeviceTensor, gamma: DeviceTensor, beta: DeviceTensor, ...residual: DeviceTensor[]],
  { epsilon, after }: NormSettings,
): NormTraining {
  const outputs = tf.execute(OPS[after], [float('epsilon', epsilon)], inputs, after === 'pool' ? 4 : 3);
  const [output, ...others] = outputs as [DeviceTensor, ...DeviceTensor[]];
  const [mean, variance] = others.slice(-2) as [DeviceTensor, DeviceTensor];
  return { output, winners: after === 'pool' ? (others[0] as DeviceTensor) : null, mean, variance };
}

/** {@link normTraining} by given statistics. */
export function normInference(
  tf: Tf,
  inputs: readonly [
    x: DeviceTensor,
    gamma: DeviceTensor,
    beta: DeviceTensor,
    mean: DeviceTensor,
    variance: DeviceTensor,
    ...residual: DeviceTensor[],
  ],
  { epsilon, after }: NormSettings,
): DeviceTensor {
  return tf.run(`${OPS[after]}Inference`, [float('epsilon', epsilon)], inputs);
}

/** Gradients with respect to `x`, `gamma`, `beta` and, for `add`, the other branch. `output` is needed where something follows. */
export function normGradient(
  tf: Tf,
  gradient: DeviceTensor,
  forward: Omit<NormTraining, 'output'> & { output: DeviceTensor | null },
  [x, gamma, beta]: readonly [x: DeviceTensor, gamma: DeviceTensor, beta: DeviceTensor],
  { epsilon, after }: NormSettings,
): { x: DeviceTensor; gamma: DeviceTensor; beta: DeviceTensor; residual: DeviceTensor | null } {
  const { output, winners, mean, variance } = forward;
  const record = [output, winners].filter((tensor) => tensor !== null);
  const inputs = [gradient, ...record, x, gamma, beta, mean, variance];
  const results = tf.execute(`${OPS[after]}Gradient`, [float('epsilon', epsilon)], inputs, after === 'add' ? 4 : 3);
  const [dx, dgamma, dbeta, residual = null] = results as [DeviceTensor, DeviceTensor, DeviceTensor, DeviceTensor?];
  return { x: dx, gamma: dgamma, beta: dbeta, residual };
}
