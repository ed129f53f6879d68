/** Batch normalisation over all axes but the last (NHWC), as single fused kernels. */
import { DT_FLOAT, type DeviceTensor, type OpAttribute, type Tf } from '../tf.ts';
import { bool, dtype, float, T_FLOAT, text } from './attributes.ts';
import { hasOneDnn, runOneDnn } from './kernels.ts';

const attributes = (epsilon: number, training: boolean) => [
  T_FLOAT,
  dtype('U', DT_FLOAT),
  float('epsilon', epsilon),
  text('data_format', 'NHWC'),
  bool('is_training', training),
];

function execute(
  tf: Tf,
  op: string,
  list: OpAttribute[],
  inputs: readonly DeviceTensor[],
  outputs: number,
): DeviceTensor[] {
  return hasOneDnn(tf) ? runOneDnn(tf, op, list, inputs, outputs) : tf.execute(op, list, inputs, outputs);
}

export interface BatchNormTraining {
  output: DeviceTensor;
  /** Batch mean, one value a channel. */
  mean: DeviceTensor;
  /** Batch variance with Bessel's correction, n/(n-1) times the variance that normalises (n = B H W). */
  correctedVariance: DeviceTensor;
  /** What the gradient needs besides `x` and `gamma`; opaque (its content differs between CPU and GPU). */
  reserved: DeviceTensor[];
}

/** Normalises by the batch's own (biased) statistics. The caller owns every tensor of the result. */
export function batchNormTraining(
  tf: Tf,
  x: DeviceTensor,
  gamma: DeviceTensor,
  beta: DeviceTensor,
  epsilon: number,
): BatchNormTraining {
  const none = tf.upload([0], new Float32Array(0));
  const [output, mean, correctedVariance, ...reserved] = execute(
    tf,
    'FusedBatchNormV3',
    [...attributes(epsilon, true), float('exponential_avg_factor', 1)],
    [x, gamma, beta, none, none],
    6,
  ) as [DeviceTensor, DeviceTensor, DeviceTensor, ...DeviceTensor[]];
  tf.release(none);
  return { output, mean, correctedVariance, reserved };
}

/** Gradients with respect to `x`, `gamma` and `beta`. */
export function batchNormGradient(
  tf: Tf,
  gradient: DeviceTensor,
  x: DeviceTensor,
  gamma: DeviceTensor,
  reserved: readonly DeviceTensor[],
  epsilon: number,
): { x: DeviceTensor; gamma: DeviceTensor; beta: DeviceTensor } {
  const [dx, dgamma, dbeta, ...unused] = execute(
    tf,
    'FusedBatchNormGradV3',
    attributes(epsilon, true),
    [gradient, x, gamma, ...reserved],
    5,
  ) as [DeviceTensor, DeviceTensor, DeviceTensor, ...DeviceTensor[]];
  tf.release(...unused);
  return { x: dx, gamma: dgamma, beta: dbeta };
}

/** Normalises by given statistics. */
export function batchNormInference(
  tf: Tf,
  x: DeviceTensor,
  parameters: { gamma: DeviceTensor; beta: DeviceTensor; mean: DeviceTensor; variance: DeviceTensor },
  epsilon: number,
): DeviceTensor {
  const { gamma, beta, mean, variance } = parameters;
  const [output, ...unused] = execute(
    tf,
    'FusedBatchNormV3',
    [...attributes(epsilon, false), float('exponential_avg_factor', 1)],
    [x, gamma, beta, mean, variance],
    6,
  ) as [DeviceTensor, ...DeviceTensor[]];
  tf.release(...unused);
  return output;
}
