/** Run-time layers with kernels: convolution and dense. */
import { conv2d, conv2dInputGradient, conv2dKernelGradient } from '../ops/convolution.ts';
import { addBias, biasGradient, replace } from '../ops/elementwise.ts';
import { matMul } from '../ops/matrix.ts';
import { nativeConv2d, nativeConv2dGradients, takesNativeConvolution, type NativePass } from '../ops/native.ts';
import { pad, unpad, walkOf } from '../ops/padding.ts';
import type { DeviceTensor, Tf } from '../tf.ts';
import type { LayerOf } from './definition.ts';
import { Saved, type LayerRuntime, type ParameterStore } from './layer.ts';

type One = readonly [DeviceTensor];

export function convLayer(tf: Tf, layer: LayerOf<'conv'>, parameters: ParameterStore): LayerRuntime {
  const kernel = parameters.variable(`${layer.name}/kernel`);
  const bias = layer.bias ? parameters.variable(`${layer.name}/bias`) : null;
  const { cells, walk } = walkOf(layer);
  const saved = new Saved<{ x: DeviceTensor; weights: DeviceTensor }>(tf);
  const takesNative = (x: DeviceTensor, pass: NativePass) =>
    cells === 0 && takesNativeConvolution(tf, x.shape, kernel.shape, walk, pass);
  return {
    forward(inputs, mode) {
      const [x] = inputs as One;
      const weights = kernel.read();
      let output: DeviceTensor;
      if (takesNative(x, 'forward')) {
        output = nativeConv2d(tf, x, weights);
      } else {
        const padded = pad(tf, x, cells, 0);
        output = conv2d(tf, padded, weights, walk);
        tf.release(padded);
      }
      if (bias) output = replace(tf, output, bias.read(), (value, vector) => addBias(tf, value, vector));
      if (mode === 'training') saved.keep({ x: tf.retain(x), weights });
      else tf.release(weights);
      return output;
    },
    backward(gradient, wanted, sink) {
      const { x, weights } = saved.get();
      if (takesNative(x, wanted[0] ? 'both-gradients' : 'kernel-gradient')) {
        const gradients = nativeConv2dGradients(tf, x, weights, gradient, wanted[0] === true);
        saved.free();
        sink(`${layer.name}/kernel`, gradients.dkernel);
        if (bias) sink(`${layer.name}/bias`, biasGradient(tf, gradient));
        return [gradients.dx];
      }
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
