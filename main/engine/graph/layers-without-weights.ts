/** Run-time layers without parameters. */
import { addAll, relu, reluGradient } from '../ops/elementwise.ts';
import { concatChannels, sliceChannels } from '../ops/matrix.ts';
import {
  globalAveragePool,
  globalAveragePoolGradient,
  maxPool,
  maxPoolGradient,
  maxPoolTraining,
} from '../ops/pooling.ts';
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
  const saved = new Saved<{ tensors: DeviceTensor[] }>(tf);
  let inputShape: readonly number[] = [];
  return {
    forward(inputs, mode) {
      const [x] = inputs as One;
      if (mode === 'inference') return maxPool(tf, x, layer);
      const { output, argument } = maxPoolTraining(tf, x, layer);
      inputShape = argument.inputShape;
      saved.keep({ tensors: argument.tensors });
      return output;
    },
    backward(gradient) {
      const dx = maxPoolGradient(tf, { inputShape, tensors: saved.get().tensors }, gradient, layer);
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
