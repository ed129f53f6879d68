/** Batch normalisation at run time, alone or with what follows it: ReLU, ReLU and max pooling, or a residual addition and ReLU. */
import { batchNormGradient, batchNormInference, batchNormTraining } from '../ops/batch-norm.ts';
import { add, reluGradient, replace, subtract } from '../ops/elementwise.ts';
import { normGradient, normInference, normTraining, type AfterNorm } from '../ops/native.ts';
import type { Variable } from '../ops/variable.ts';
import { elementCount } from '../tensors.ts';
import type { DeviceTensor, Tf } from '../tf.ts';
import type { LayerOf } from './definition.ts';
import { Saved, type GradientSink, type LayerRuntime, type ParameterStore } from './layer.ts';

type One = readonly [DeviceTensor];

/** How much of the moving statistics a batch leaves, from the layer's momentum. */
export type KeepsOfPast = (momentum: number) => number;

/** The tensors of a batch norm, and what is done to them whichever op computes. */
class NormTensors {
  readonly name: string;
  readonly #tf: Tf;
  readonly #keeps: () => number;
  readonly #gamma: Variable | null;
  readonly #beta: Variable;
  readonly #movingMean: Variable;
  readonly #movingVariance: Variable;
  readonly #bias: Variable | null;

  constructor(tf: Tf, layer: LayerOf<'batch-norm'>, parameters: ParameterStore, keepsOfPast: KeepsOfPast) {
    this.name = layer.tensors ?? layer.name;
    this.#tf = tf;
    this.#keeps = () => keepsOfPast(layer.momentum);
    const named = (role: string) => parameters.variable(`${this.name}/${role}`);
    this.#beta = named('beta');
    this.#gamma = layer.scale ? named('gamma') : null;
    this.#movingMean = named('moving_mean');
    this.#movingVariance = named('moving_variance');
    this.#bias = layer.foldedBias === undefined ? null : parameters.variable(layer.foldedBias);
    this.#movingMean.prepareBlend();
    this.#movingVariance.prepareBlend();
  }

  readGamma(): DeviceTensor {
    const [channels] = this.#beta.shape as [number];
    return this.#gamma?.read() ?? this.#tf.upload([channels], new Float32Array(channels).fill(1));
  }

  readBeta(): DeviceTensor {
    return this.#beta.read();
  }

  /** Mean and variance of what the layer sees: of inputs that lack the folded bias. */
  readMoving(): [mean: DeviceTensor, variance: DeviceTensor] {
    const [tf, bias, mean] = [this.#tf, this.#bias, this.#movingMean.read()];
    const seen = bias ? replace(tf, mean, bias.read(), (m, b) => subtract(tf, m, b)) : mean;
    return [seen, this.#movingVariance.read()];
  }

  /** Takes the batch into the moving statistics. `bessel`: what makes the given variance the biased one. False: not all finite. */
  follow(mean: DeviceTensor, variance: DeviceTensor, bessel = 1): boolean {
    const [tf, bias, keep] = [this.#tf, this.#bias, this.#keeps()];
    const whole = bias ? replace(tf, tf.retain(mean), bias.read(), (m, b) => add(tf, m, b)) : tf.retain(mean);
    this.#movingMean.blend(whole, keep, 1 - keep);
    this.#movingVariance.blend(variance, keep, (1 - keep) * bessel);
    tf.release(whole);
    return [mean, variance].every((statistic) => tf.download(statistic).every(Number.isFinite));
  }

  /** Hands on the gradients of gamma (if there is one) and beta; gives that of the input. */
  sink(gradients: { x: DeviceTensor; gamma: DeviceTensor; beta: DeviceTensor }, sink: GradientSink): DeviceTensor {
    if (this.#gamma) sink(`${this.name}/gamma`, gradients.gamma);
    else this.#tf.release(gradients.gamma);
    sink(`${this.name}/beta`, gradients.beta);
    return gradients.x;
  }
}

/** By TensorFlow's ops. */
export function batchNormLayer(
  tf: Tf,
  layer: LayerOf<'batch-norm'>,
  parameters: ParameterStore,
  keepsOfPast: KeepsOfPast,
): LayerRuntime {
  const { epsilon, rectify = false } = layer;
  const tensors = new NormTensors(tf, layer, parameters, keepsOfPast);
  const saved = new Saved<{ x: DeviceTensor; gamma: DeviceTensor; reserved: DeviceTensor[]; output: DeviceTensor[] }>(
    tf,
  );
  let finite = true;

  return {
    forward(inputs, mode) {
      const [x] = inputs as One;
      const [gamma, beta] = [tensors.readGamma(), tensors.readBeta()];
      if (mode === 'inference') {
        const [mean, variance] = tensors.readMoving();
        const output = batchNormInference(tf, x, { gamma, beta, mean, variance }, epsilon, rectify);
        tf.release(gamma, beta, mean, variance);
        return output;
      }
      const training = batchNormTraining(tf, x, gamma, beta, epsilon, rectify);
      const { output, mean, correctedVariance, reserved } = training;
      const count = elementCount(x.shape.slice(0, -1));
      finite = tensors.follow(mean, correctedVariance, (count - 1) / Math.max(count, 1));
      tf.release(beta, mean, correctedVariance);
      saved.keep({ x: tf.retain(x), gamma, reserved, output: rectify ? [tf.retain(output)] : [] });
      return output;
    },
    backward(gradient, _wanted, sink) {
      const { x, gamma, reserved, output } = saved.get();
      const [rectified] = output;
      const inner = rectified ? reluGradient(tf, gradient, rectified) : tf.retain(gradient);
      const gradients = batchNormGradient(tf, inner, x, gamma, reserved, epsilon);
      tf.release(inner);
      saved.free();
      return [tensors.sink(gradients, sink)];
    },
    finite: () => finite,
    forget: () => saved.free(),
  };
}

/** With what follows it, by one native op. */
export function nativeNormLayer(
  tf: Tf,
  layer: LayerOf<'batch-norm'>,
  parameters: ParameterStore,
  keepsOfPast: KeepsOfPast,
): LayerRuntime {
  const settings = { epsilon: layer.epsilon, after: followerOf(layer) };
  const tensors = new NormTensors(tf, layer, parameters, keepsOfPast);
  type Kept = 'x' | 'gamma' | 'beta' | 'mean' | 'variance';
  const saved = new Saved<Record<Kept, DeviceTensor> & Record<'output' | 'winners', DeviceTensor[]>>(tf);
  let finite = true;

  return {
    forward(inputs, mode) {
      const [x, ...residual] = inputs as readonly [DeviceTensor, ...DeviceTensor[]];
      const [gamma, beta] = [tensors.readGamma(), tensors.readBeta()];
      if (mode === 'inference') {
        const [mean, variance] = tensors.readMoving();
        const output = normInference(tf, [x, gamma, beta, mean, variance, ...residual], settings);
        tf.release(gamma, beta, mean, variance);
        return output;
      }
      const { output, winners, mean, variance } = normTraining(tf, [x, gamma, beta, ...residual], settings);
      finite = tensors.follow(mean, variance);
      const kept = settings.after === 'nothing' ? [] : [tf.retain(output)];
      saved.keep({ x: tf.retain(x), gamma, beta, mean, variance, output: kept, winners: winners ? [winners] : [] });
      return output;
    },
    backward(gradient, _wanted, sink) {
      const { x, gamma, beta, mean, variance, output, winners } = saved.get();
      const forward = { mean, variance, output: output[0] ?? null, winners: winners[0] ?? null };
      const gradients = normGradient(tf, gradient, forward, [x, gamma, beta], settings);
      saved.free();
      const dx = tensors.sink(gradients, sink);
      return gradients.residual ? [dx, gradients.residual] : [dx];
    },
    finite: () => finite,
    forget: () => saved.free(),
  };
}

function followerOf({ pools, adds, rectify }: LayerOf<'batch-norm'>): AfterNorm {
  if (pools) return 'pool';
  if (adds) return 'add';
  return rectify ? 'relu' : 'nothing';
}
