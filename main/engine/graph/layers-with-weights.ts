/** Run-time layers that have parameters: convolution, batch normalisation, dense. */
import { batchNormGradient, batchNormInference, batchNormTraining } from '../ops/batch-norm.ts';
import { conv2d, conv2dInputGradient, conv2dKernelGradient } from '../ops/convolution.ts';
import { add, addBias, biasGradient, scale } from '../ops/elementwise.ts';
import { matMul } from '../ops/matrix.ts';
import type { DeviceTensor, Tf } from '../tf.ts';
import type { LayerOf } from './definition.ts';
import { Saved, type LayerRuntime, type ParameterStore } from './layer.ts';

type One = readonly [DeviceTensor];

export function convLayer(tf: Tf, layer: LayerOf<'conv'>, parameters: ParameterStore): LayerRuntime {
  const kernel = parameters.variable(`${layer.name}/kernel`);
  const bias = layer.bias ? parameters.variable(`${layer.name}/bias`) : null;
  const saved = new Saved<{ x: DeviceTensor }>(tf);
  return {
    forward(inputs, mode) {
      const [x] = inputs as One;
      const weights = kernel.read();
      let output = conv2d(tf, x, weights, layer.stride);
      tf.release(weights);
      if (bias) output = replace(tf, output, bias.read(), (value, vector) => addBias(tf, value, vector));
      if (mode === 'training') saved.keep({ x: tf.retain(x) });
      return output;
    },
    backward(gradient, wanted, sink) {
      const { x } = saved.get();
      let dx: DeviceTensor | null = null;
      if (wanted[0]) {
        const weights = kernel.read();
        dx = conv2dInputGradient(tf, x.shape, weights, gradient, layer.stride);
        tf.release(weights);
      }
      const dkernel = conv2dKernelGradient(tf, x, kernel.shape, gradient, layer.stride);
      saved.free();
      sink(`${layer.name}/kernel`, dkernel);
      if (bias) sink(`${layer.name}/bias`, biasGradient(tf, gradient));
      return [dx];
    },
    forget: () => saved.free(),
  };
}

export function batchNormLayer(tf: Tf, layer: LayerOf<'batch-norm'>, parameters: ParameterStore): LayerRuntime {
  const named = (role: string) => parameters.variable(`${layer.name}/${role}`);
  const gamma = named('gamma');
  const beta = named('beta');
  const movingMean = named('moving_mean');
  const movingVariance = named('moving_variance');
  const saved = new Saved<{ x: DeviceTensor; reserved: DeviceTensor[] }>(tf);

  /** moving = momentum * moving + (1 - momentum) * batch, on the device. `factor` undoes Bessel's correction. */
  const follow = (moving: typeof gamma, batch: DeviceTensor, factor: number) => {
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
      const [g, b] = [gamma.read(), beta.read()];
      if (mode === 'inference') {
        const [mean, variance] = [movingMean.read(), movingVariance.read()];
        const output = batchNormInference(tf, x, { gamma: g, beta: b, mean, variance }, layer.epsilon);
        tf.release(g, b, mean, variance);
        return output;
      }
      const { output, mean, correctedVariance, reserved } = batchNormTraining(tf, x, g, b, layer.epsilon);
      tf.release(g, b);
      const count = x.shape.slice(0, -1).reduce((product, side) => product * side, 1);
      follow(movingMean, mean, 1);
      follow(movingVariance, correctedVariance, (count - 1) / Math.max(count, 1));
      saved.keep({ x: tf.retain(x), reserved });
      return output;
    },
    backward(gradient, _wanted, sink) {
      const { x, reserved } = saved.get();
      const g = gamma.read();
      const gradients = batchNormGradient(tf, gradient, x, g, reserved, layer.epsilon);
      tf.release(g);
      saved.free();
      sink(`${layer.name}/gamma`, gradients.gamma);
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
