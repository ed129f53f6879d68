/** Run-time layers that have parameters: convolution, batch normalisation, dense. */
import { batchNormGradient, batchNormInference, batchNormTraining } from '../ops/batch-norm.ts';
import { conv2d, conv2dInputGradient, conv2dKernelGradient } from '../ops/convolution.ts';
import { add, addBias, biasGradient, reluGradient, subtract } from '../ops/elementwise.ts';
import { matMul } from '../ops/matrix.ts';
import { pad, unpad, walkOf } from '../ops/padding.ts';
import { elementCount } from '../tensors.ts';
import type { DeviceTensor, Tf } from '../tf.ts';
import type { LayerOf } from './definition.ts';
import { Saved, type LayerRuntime, type ParameterStore } from './layer.ts';

type One = readonly [DeviceTensor];

export function convLayer(tf: Tf, layer: LayerOf<'conv'>, parameters: ParameterStore): LayerRuntime {
  const kernel = parameters.variable(`${layer.name}/kernel`);
  const bias = layer.bias ? parameters.variable(`${layer.name}/bias`) : null;
  const { cells, walk } = walkOf(layer);
  const saved = new Saved<{ x: DeviceTensor; weights: DeviceTensor }>(tf);
  return {
    forward(inputs, mode) {
      const [x] = inputs as One;
      const weights = kernel.read();
      const padded = pad(tf, x, cells, 0);
      let output = conv2d(tf, padded, weights, walk);
      tf.release(padded);
      if (bias) output = replace(tf, output, bias.read(), (value, vector) => addBias(tf, value, vector));
      if (mode === 'training') saved.keep({ x: tf.retain(x), weights });
      else tf.release(weights);
      return output;
    },
    backward(gradient, wanted, sink) {
      const { x, weights } = saved.get();
      const padded = pad(tf, x, cells, 0);
      let dx: DeviceTensor | null = null;
      if (wanted[0]) {
        const whole = conv2dInputGradient(tf, padded.shape, weights, gradient, walk);
        dx = unpad(tf, whole, cells);
        tf.release(whole);
      }
      // Before the update: a variable whose value someone holds would have to be copied.
      saved.free();
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
  const { epsilon, momentum, rectify = false, tensors = layer.name } = layer;
  const named = (role: string) => parameters.variable(`${tensors}/${role}`);
  const beta = named('beta');
  const gamma = layer.scale ? named('gamma') : null;
  const movingMean = named('moving_mean');
  const movingVariance = named('moving_variance');
  const bias = layer.foldedBias === undefined ? null : parameters.variable(layer.foldedBias);
  const saved = new Saved<{ x: DeviceTensor; gamma: DeviceTensor; reserved: DeviceTensor[]; output: DeviceTensor[] }>(
    tf,
  );
  let finite = true;
  movingMean.prepareBlend();
  movingVariance.prepareBlend();

  const readGamma = () => gamma?.read() ?? tf.upload(beta.shape, new Float32Array(beta.shape[0] as number).fill(1));

  /** The mean of what the layer sees: of inputs that lack the folded bias. */
  const readMean = () =>
    bias ? replace(tf, movingMean.read(), bias.read(), (m, b) => subtract(tf, m, b)) : movingMean.read();

  /** Takes the batch into the moving statistics. `count`: values a channel, to undo Bessel's correction. */
  const follow = (mean: DeviceTensor, correctedVariance: DeviceTensor, count: number) => {
    const whole = bias ? replace(tf, tf.retain(mean), bias.read(), (m, b) => add(tf, m, b)) : tf.retain(mean);
    movingMean.blend(whole, momentum, 1 - momentum);
    movingVariance.blend(correctedVariance, momentum, ((1 - momentum) * (count - 1)) / Math.max(count, 1));
    tf.release(whole);
  };

  return {
    forward(inputs, mode) {
      const [x] = inputs as One;
      const [g, b] = [readGamma(), beta.read()];
      if (mode === 'inference') {
        const [mean, variance] = [readMean(), movingVariance.read()];
        const output = batchNormInference(tf, x, { gamma: g, beta: b, mean, variance }, epsilon, rectify);
        tf.release(g, b, mean, variance);
        return output;
      }
      const { output, mean, correctedVariance, reserved } = batchNormTraining(tf, x, g, b, epsilon, rectify);
      follow(mean, correctedVariance, elementCount(x.shape.slice(0, -1)));
      finite = [mean, correctedVariance].every((statistic) => tf.download(statistic).every(Number.isFinite));
      tf.release(b, mean, correctedVariance);
      saved.keep({ x: tf.retain(x), gamma: g, reserved, output: rectify ? [tf.retain(output)] : [] });
      return output;
    },
    backward(gradient, _wanted, sink) {
      const { x, gamma: g, reserved, output } = saved.get();
      const [rectified] = output;
      const inner = rectified ? reluGradient(tf, gradient, rectified) : tf.retain(gradient);
      const gradients = batchNormGradient(tf, inner, x, g, reserved, epsilon);
      tf.release(inner);
      saved.free();
      if (gamma) sink(`${tensors}/gamma`, gradients.gamma);
      else tf.release(gradients.gamma);
      sink(`${tensors}/beta`, gradients.beta);
      return [gradients.x];
    },
    finite: () => finite,
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
