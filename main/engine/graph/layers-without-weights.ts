/** Run-time layers without parameters. */
import { addAll, relu, reluGradient } from '../ops/elementwise.ts';
import { concatChannels, sliceChannels } from '../ops/matrix.ts';
import { globalAveragePool, globalAveragePoolGradient, maxPool, maxPoolGradient } from '../ops/pooling.ts';
import type { DeviceTensor, Tf } from '../tf.ts';
import type { LayerOf } from './definition.ts';
import { Saved, type LayerRuntime } from './layer.ts';

type One = readonly [DeviceTensor];

export function reluLayer(tf: Tf): LayerRuntime {
  const saved = new Saved<{ output: DeviceTensor }>(tf);
  return {
    forward(inputs, mode) {
      const output = relu(tf, (inputs as One)[0]);
      if (mode === 'training') saved.keep({ output: tf.retain(output) });
      return output;
    },
    backward(gradient) {
      const dx = reluGradient(tf, gradient, saved.get().output);
      saved.free();
      return [dx];
    },
    forget: () => saved.free(),
  };
}

export function maxPoolLayer(tf: Tf, layer: LayerOf<'max-pool'>): LayerRuntime {
  const saved = new Saved<{ x: DeviceTensor; output: DeviceTensor }>(tf);
  return {
    forward(inputs, mode) {
      const [x] = inputs as One;
      const output = maxPool(tf, x, layer);
      if (mode === 'training') saved.keep({ x: tf.retain(x), output: tf.retain(output) });
      return output;
    },
    backward(gradient) {
      const { x, output } = saved.get();
      const dx = maxPoolGradient(tf, x, output, gradient, layer);
      saved.free();
      return [dx];
    },
    forget: () => saved.free(),
  };
}

export function globalAveragePoolLayer(tf: Tf): LayerRuntime {
  let inputShape: readonly number[] = [];
  return {
    forward(inputs) {
      const [x] = inputs as One;
      inputShape = x.shape;
      return globalAveragePool(tf, x);
    },
    backward: (gradient) => [globalAveragePoolGradient(tf, gradient, inputShape)],
    forget: () => undefined,
  };
}

export function addLayer(tf: Tf): LayerRuntime {
  return {
    forward: (inputs) => addAll(tf, inputs),
    backward: (gradient, wanted) => wanted.map((want) => (want ? tf.retain(gradient) : null)),
    forget: () => undefined,
  };
}

export function concatLayer(tf: Tf): LayerRuntime {
  let channels: number[] = [];
  return {
    forward(inputs) {
      channels = inputs.map((input) => input.shape[3] as number);
      return concatChannels(tf, inputs);
    },
    backward(gradient, wanted) {
      let from = 0;
      return channels.map((count, index) => {
        const start = from;
        from += count;
        return wanted[index] ? sliceChannels(tf, gradient, start, count) : null;
      });
    },
    forget: () => undefined,
  };
}
