/** Small networks and data for engine tests. */
import { IMAGE, parameterSpecs, type Graph, type Layer } from '../../../../main/engine/graph/definition.ts';
import { elementCount, type NamedTensor } from '../../../../main/engine/tensors.ts';
import { loadBinding, Tf, type Binding } from '../../../../main/engine/tf.ts';
import { RandomStream } from '../../../../shared/random.ts';

/** TensorFlow as it is where oneDNN's kernels are not: on a GPU, or in a build without them. */
export function tensorFlowWithoutOneDnn(): Tf {
  const binding = loadBinding();
  const without: Binding = Object.create(binding, {
    executeOp: {
      value: (op: string, ...rest: Tail<Parameters<Binding['executeOp']>>) => {
        if (op.startsWith('_Mkl')) throw new Error(`no kernel ${op}`);
        return binding.executeOp(op, ...rest);
      },
    },
  }) as Binding;
  return new Tf(without);
}

type Tail<T extends unknown[]> = T extends [unknown, ...infer Rest] ? Rest : never;

/** Smooth, well-spread values of every tensor of a graph; variances positive. */
export function someTensors(graph: Graph, seed = 1): NamedTensor[] {
  return parameterSpecs(graph).map((spec) => {
    const stream = new RandomStream('test', seed, spec.name);
    const fanIn = elementCount(spec.shape.slice(0, -1));
    const draw = (): number => {
      switch (spec.role) {
        case 'kernel':
          return stream.normal() / Math.sqrt(fanIn);
        // A negative gamma now and then: the gradient must not assume its sign.
        case 'gamma':
          return stream.uniform() < 0.3 ? -0.8 : 1.1;
        case 'moving_variance':
          return 0.5 + stream.uniform();
        case 'bias':
        case 'beta':
        case 'moving_mean':
          return 0.2 * stream.normal();
      }
    };
    return { ...spec, values: Float32Array.from({ length: elementCount(spec.shape) }, draw) };
  });
}

export function someImages(count: number, size: number, seed = 1): Float32Array {
  const stream = new RandomStream('images', seed);
  return Float32Array.from({ length: count * size * size * 3 }, () => stream.normal());
}

/** 0 or 1. */
export function someLabels(count: number, outputs: number, seed = 1): Float32Array {
  const stream = new RandomStream('labels', seed);
  return Float32Array.from({ length: count * outputs }, () => stream.integer(2));
}

/** Each layer kind once: a stem, a residual addition, a concatenation, pooling of odd and even sides, strides, biases. */
export function branchedGraph(outputs: number): Graph {
  const layer = (definition: Omit<Layer, 'stage'>) => ({ stage: 'body', ...definition }) as Layer;
  const conv = (name: string, input: string, filters: number, kernelSize: number, stride = 1) =>
    layer({ kind: 'conv', name, inputs: [input], kernelSize, filters, stride, bias: name !== 'stem' } as Omit<
      Layer,
      'stage'
    >);
  const norm = (name: string, input: string) =>
    layer({ kind: 'batch-norm', name, inputs: [input], epsilon: 1e-3, momentum: 0.9 } as Omit<Layer, 'stage'>);
  return {
    layers: [
      conv('stem', IMAGE, 4, 3),
      norm('stem-bn', 'stem'),
      layer({ kind: 'relu', name: 'stem-relu', inputs: ['stem-bn'] }),
      layer({ kind: 'max-pool', name: 'stem-pool', inputs: ['stem-relu'], size: 3, stride: 2 } as Omit<Layer, 'stage'>),
      conv('left', 'stem-pool', 4, 3),
      norm('left-bn', 'left'),
      layer({ kind: 'add', name: 'sum', inputs: ['left-bn', 'stem-pool'] }),
      layer({ kind: 'relu', name: 'sum-relu', inputs: ['sum'] }),
      conv('wide', 'sum-relu', 3, 1, 2),
      layer({ kind: 'max-pool', name: 'down', inputs: ['sum-relu'], size: 3, stride: 2 } as Omit<Layer, 'stage'>),
      layer({ kind: 'concat', name: 'both', inputs: ['wide', 'down'] }),
      layer({ kind: 'global-average-pool', name: 'gap', inputs: ['both'] }),
      { kind: 'dense', name: 'classifier', stage: 'head', inputs: ['gap'], units: outputs },
    ],
  };
}
