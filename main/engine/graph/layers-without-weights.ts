/** Run-time layers without parameters. */
import { addAll, relu, reluGradient } from '../ops/elementwise.ts';
import { concatChannels, sliceChannels } from '../ops/matrix.ts';
import { LOWEST_FLOAT32, pad, unpad, walkOf } from '../ops/padding.ts';
import {
  averagePool,
  averagePoolGradient,
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
  const { cells, walk } = walkOf(layer);
  const window = { size: layer.size, ...walk };
  let paddedShape: readonly number[] = [];
  return {
    forward(inputs, mode) {
      const padded = pad(tf, (inputs as One)[0], cells, LOWEST_FLOAT32);
      paddedShape = padded.shape;
      if (mode === 'inference') {
        const output = maxPool(tf, padded, window);
        tf.release(padded);
        return output;
      }
      const { output, argument } = maxPoolTraining(tf, padded, window);
      tf.release(padded);
      saved.keep({ tensors: argument.tensors });
      return output;
    },
    backward(gradient) {
      const { tensors } = saved.get();
      const whole = maxPoolGradient(tf, { inputShape: paddedShape, tensors }, gradient, window);
      saved.free();
      const dx = unpad(tf, whole, cells);
      tf.release(whole);
      return [dx];
    },
    forget: () => saved.free(),
  };
}

export function averagePoolLayer(tf: Tf, layer: LayerOf<'average-pool'>): LayerRuntime {
  const window = { size: layer.size, ...walkOf(layer).walk };
  let inputShape: readonly number[] = [];
  return {
    forward(inputs) {
      const [x] = inputs as One;
      inputShape = x.shape;
      return averagePool(tf, x, window);
    },
    backward: (gradient) => [averagePoolGradient(tf, inputShape, gradient, window)],
    forget: () => undefined,
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
