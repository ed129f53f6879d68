/** Run-time layers that have parameters: convolution, batch normalisation, dense. */
import { batchNormGradient, batchNormInference, batchNormTraining } from '../ops/batch-norm.ts';
import { conv2d, conv2dInputGradient, conv2dKernelGradient } from '../ops/convolution.ts';
import { add, addBias, biasGradient, scale, subtract } from '../ops/elementwise.ts';
import { matMul } from '../ops/matrix.ts';
import { pad, unpad, walkOf } from '../ops/padding.ts';
import type { DeviceTensor, Tf } from '../tf.ts';
import type { LayerOf } from './definition.ts';
import { Saved, type LayerRuntime, type ParameterStore } from './layer.ts';

type One = readonly [DeviceTensor];

export function convLayer(tf: Tf, layer: LayerOf<'conv'>, parameters: ParameterStore): LayerRuntime {
  const kernel = parameters.variable(`${layer.name}/kernel`);
  const bias = layer.bias ? parameters.variable(`${layer.name}/bias`) : null;
  const { cells, walk } = walkOf(layer);
  const saved = new Saved<{ x: DeviceTensor }>(tf);
  return {
    forward(inputs, mode) {
      const [x] = inputs as One;
      const weights = kernel.read();
      const padded = pad(tf, x, cells, 0);
      let output = conv2d(tf, padded, weights, walk);
      tf.release(weights, padded);
      if (bias) output = replace(tf, output, bias.read(), (value, vector) => addBias(tf, value, vector));
      if (mode === 'training') saved.keep({ x: tf.retain(x) });
      return output;
    },
    backward(gradient, wanted, sink) {
      const padded = pad(tf, saved.get().x, cells, 0);
      saved.free();
      let dx: DeviceTensor | null = null;
      if (wanted[0]) {
        const weights = kernel.read();
        const whole = conv2dInputGradient(tf, padded.shape, weights, gradient, walk);
        dx = unpad(tf, whole, cells);
        tf.release(weights, whole);
      }
      const dkernel = conv2dKernelGradient(tf, padded, kernel.shape, gradient, walk);
      tf.release(padded);
      sink(`${layer.name}/kernel`, dkernel);
      if (bias) sink(`${layer.name}/bias`, biasGradient(tf, gradient));
      return [dx];
    },
    forget: () => saved.free(),
  };
}

export function batchNormLayer(tf: Tf, layer: LayerOf<'batch-norm'>, parameters: ParameterStore): LayerRuntime {
  const named = (role: string) => parameters.variable(`${layer.name}/${role}`);
  const beta = named('beta');
  const gamma = layer.scale ? named('gamma') : null;
  const movingMean = named('moving_mean');
  const movingVariance = named('moving_variance');
  const bias = layer.foldedBias === undefined ? null : parameters.variable(layer.foldedBias);
  const saved = new Saved<{ x: DeviceTensor; reserved: DeviceTensor[] }>(tf);

  const readGamma = () => gamma?.read() ?? tf.upload(beta.shape, new Float32Array(beta.shape[0] as number).fill(1));

  /** The mean of what the layer sees: of inputs that lack the folded bias. */
  const readMean = () =>
    bias ? replace(tf, movingMean.read(), bias.read(), (m, b) => subtract(tf, m, b)) : movingMean.read();

  /** moving = momentum * moving + (1 - momentum) * batch, on the device. `factor` undoes Bessel's correction. */
  const follow = (moving: typeof beta, batch: DeviceTensor, factor: number) => {
    const before = moving.read();
    const kept = scale(tf, before, layer.momentum);
    const added = scale(tf, batch, (1 - layer.momentum) * factor);
    const after = add(tf, kept, added);
    tf.release(before, kept, added, batch);
    moving.assignTensor(after);
    tf.release(after);
  };

  return {
    forward(inputs, mode) {
      const [x] = inputs as One;
      const [g, b] = [readGamma(), beta.read()];
      if (mode === 'inference') {
        const [mean, variance] = [readMean(), movingVariance.read()];
        const output = batchNormInference(tf, x, { gamma: g, beta: b, mean, variance }, layer.epsilon);
        tf.release(g, b, mean, variance);
        return output;
      }
      const { output, mean, correctedVariance, reserved } = batchNormTraining(tf, x, g, b, layer.epsilon);
      tf.release(g, b);
      const count = x.shape.slice(0, -1).reduce((product, side) => product * side, 1);
      follow(movingMean, bias ? replace(tf, mean, bias.read(), (m, v) => add(tf, m, v)) : mean, 1);
      follow(movingVariance, correctedVariance, (count - 1) / Math.max(count, 1));
      saved.keep({ x: tf.retain(x), reserved });
      return output;
    },
    backward(gradient, _wanted, sink) {
      const { x, reserved } = saved.get();
      const g = readGamma();
      const gradients = batchNormGradient(tf, gradient, x, g, reserved, layer.epsilon);
      tf.release(g);
      saved.free();
      if (gamma) sink(`${layer.name}/gamma`, gradients.gamma);
      else tf.release(gradients.gamma);
      sink(`${layer.name}/beta`, gradients.beta);
      return [gradients.x];
    },
    finite: () => movingMean.values().every(Number.isFinite) && movingVariance.values().every(Number.isFinite),
    forget: () => saved.free(),
  };
}

export function denseLayer(tf: Tf, layer: LayerOf<'dense'>, parameters: ParameterStore): LayerRuntime {
  const kernel = parameters.variable(`${layer.name}/kernel`);
  const bias = parameters.variable(`${layer.name}/bias`);
  const saved = new Saved<{ x: DeviceTensor }>(tf);
  return {
    forward(inputs, mode) {
      const [x] = inputs as One;
      const weights = kernel.read();
      const product = matMul(tf, x, weights);
      tf.release(weights);
      if (mode === 'training') saved.keep({ x: tf.retain(x) });
      return replace(tf, product, bias.read(), (value, vector) => addBias(tf, value, vector));
    },
    backward(gradient, wanted, sink) {
      const { x } = saved.get();
      let dx: DeviceTensor | null = null;
      if (wanted[0]) {
        const weights = kernel.read();
        dx = matMul(tf, gradient, weights, { transposeB: true });
        tf.release(weights);
      }
      const dkernel = matMul(tf, x, gradient, { transposeA: true });
      saved.free();
      sink(`${layer.name}/kernel`, dkernel);
      sink(`${layer.name}/bias`, biasGradient(tf, gradient));
      return [dx];
    },
    forget: () => saved.free(),
  };
}

/** `combine(a, b)` in place of `a`; frees both. */
function replace(
  tf: Tf,
  a: DeviceTensor,
  b: DeviceTensor,
  combine: (a: DeviceTensor, b: DeviceTensor) => DeviceTensor,
): DeviceTensor {
  const result = combine(a, b);
  tf.release(a, b);
  return result;
}
