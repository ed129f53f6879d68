/** Batch normalisation over all axes but the last (NHWC), alone or with the ReLU after it, as single fused kernels. */
import { DT_FLOAT, type DeviceTensor, type Tf } from '../tf.ts';
import { bool, dtype, float, int, T_FLOAT, text } from './attributes.ts';
import { relu } from './elementwise.ts';
import { hasOneDnn, runOneDnn } from './kernels.ts';

const attributes = (epsilon: number, training: boolean) => [
  T_FLOAT,
  dtype('U', DT_FLOAT),
  float('epsilon', epsilon),
  text('data_format', 'NHWC'),
  bool('is_training', training),
];

/** The forward op, of `inputs` x, gamma, beta, mean, variance; oneDNN's kernel can rectify the output in the same pass. */
function forward(
  tf: Tf,
  { epsilon, training, rectify }: { epsilon: number; training: boolean; rectify: boolean },
  inputs: readonly DeviceTensor[],
): DeviceTensor[] {
  const list = [...attributes(epsilon, training), float('exponential_avg_factor', 1)];
  if (hasOneDnn(tf)) {
    if (!rectify) return runOneDnn(tf, 'FusedBatchNormV3', list, inputs, 6);
    const activation = [text('activation_mode', 'Relu'), int('num_side_inputs', 0)];
    return runOneDnn(tf, 'FusedBatchNormEx', [...list, ...activation], inputs, 6);
  }
  const [output, ...others] = tf.execute('FusedBatchNormV3', list, inputs, 6) as [DeviceTensor, ...DeviceTensor[]];
  if (!rectify) return [output, ...others];
  const rectified = relu(tf, output);
  tf.release(output);
  return [rectified, ...others];
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

/** Normalises by the batch's own (biased) statistics, and rectifies. The caller owns every tensor of the result. */
export function batchNormTraining(
  tf: Tf,
  x: DeviceTensor,
  gamma: DeviceTensor,
  beta: DeviceTensor,
  epsilon: number,
  rectify = false,
): BatchNormTraining {
  const none = tf.upload([0], new Float32Array(0));
  const settings = { epsilon, training: true, rectify };
  const outputs = forward(tf, settings, [x, gamma, beta, none, none]);
  const [output, mean, correctedVariance, ...reserved] = outputs as [
    DeviceTensor,
    DeviceTensor,
    DeviceTensor,
    ...DeviceTensor[],
  ];
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
  const [list, inputs] = [attributes(epsilon, true), [gradient, x, gamma, ...reserved]];
  const outputs = hasOneDnn(tf)
    ? runOneDnn(tf, 'FusedBatchNormGradV3', list, inputs, 5)
    : tf.execute('FusedBatchNormGradV3', list, inputs, 5);
  const [dx, dgamma, dbeta, ...unused] = outputs as [DeviceTensor, DeviceTensor, DeviceTensor, ...DeviceTensor[]];
  tf.release(...unused);
  return { x: dx, gamma: dgamma, beta: dbeta };
}

/** Normalises by given statistics, and rectifies. */
export function batchNormInference(
  tf: Tf,
  x: DeviceTensor,
  parameters: { gamma: DeviceTensor; beta: DeviceTensor; mean: DeviceTensor; variance: DeviceTensor },
  epsilon: number,
  rectify = false,
): DeviceTensor {
  const { gamma, beta, mean, variance } = parameters;
  const settings = { epsilon, training: false, rectify };
  const outputs = forward(tf, settings, [x, gamma, beta, mean, variance]);
  const [output, ...unused] = outputs as [DeviceTensor, ...DeviceTensor[]];
  tf.release(...unused);
  return output;
}
