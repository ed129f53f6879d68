/** Small networks and data for engine tests. */
import { IMAGE, parameterSpecs, type Graph, type LayerOf } from '../../../../main/engine/graph/definition.ts';
import { LayerList } from '../../../../main/engine/models/layer-list.ts';
import { elementCount, type NamedTensor } from '../../../../main/engine/tensors.ts';
import { loadBinding, Tf, type Binding } from '../../../../main/engine/tf.ts';
import { RandomStream } from '../../../../shared/system/random.ts';

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

const BATCH_NORM = { epsilon: 1e-3, momentum: 0.9 };

/** A stem, a residual addition, a concatenation, pooling of odd and even sides, strides, biases before a batch norm and elsewhere. */
export function branchedGraph(outputs: number): Graph {
  const list = new LayerList();
  list.stage = 'body';
  const conv = (name: string, input: string, settings: Partial<LayerOf<'conv'>> = {}) =>
    list.add(
      name,
      {
        ...{ kind: 'conv', kernel: [3, 3], filters: 4, stride: 1, padding: 'same', bias: true },
        ...{ initializer: 'he-normal', ...settings },
      },
      [input],
    );
  const norm = (name: string, input: string, scale = true) =>
    list.add(name, { kind: 'batch-norm', ...BATCH_NORM, scale }, [input]);
  conv('stem', IMAGE, { bias: false });
  norm('stem-bn', 'stem');
  list.add('stem-relu', { kind: 'relu' });
  list.add('stem-pool', { kind: 'max-pool', size: 3, stride: 2, padding: 'same' });
  conv('left', 'stem-pool');
  norm('left-bn', 'left');
  list.add('sum', { kind: 'add' }, ['left-bn', 'stem-pool']);
  list.add('sum-relu', { kind: 'relu' });
  conv('wide', 'sum-relu', { kernel: [1, 1], filters: 3, stride: 2 });
  list.add('down', { kind: 'max-pool', size: 3, stride: 2, padding: 'same' }, ['sum-relu']);
  list.add('both', { kind: 'concat' }, ['wide', 'down']);
  list.addHead({ pool: 'gap', outputs });
  return { layers: list.layers };
}

/** What ResNet-50 and Inception-v3 have besides: VALID and explicit padding, flat kernels, average pools, norms without gamma. */
export function paddedGraph(outputs: number): Graph {
  const list = new LayerList();
  list.stage = 'body';
  const conv = (
    name: string,
    settings: Omit<LayerOf<'conv'>, 'name' | 'stage' | 'inputs' | 'kind' | 'initializer'>,
    input = list.last,
  ) => list.add(name, { kind: 'conv', initializer: 'glorot-uniform', ...settings }, [input]);
  const norm = (name: string, scale: boolean) => list.add(name, { kind: 'batch-norm', ...BATCH_NORM, scale });
  conv('first', { kernel: [7, 7], filters: 4, stride: 2, padding: 3, bias: true });
  norm('first-bn', true);
  list.add('first-relu', { kind: 'relu' });
  list.add('first-pool', { kind: 'max-pool', size: 3, stride: 2, padding: 1 });
  conv('flat', { kernel: [1, 5], filters: 4, stride: 1, padding: 'same', bias: true });
  norm('flat-bn', false);
  list.add('flat-relu', { kind: 'relu' });
  conv('strided', { kernel: [3, 3], filters: 3, stride: 2, padding: 1, bias: true });
  norm('strided-bn', true);
  conv('narrow', { kernel: [3, 3], filters: 3, stride: 2, padding: 'valid', bias: true });
  list.add('average', { kind: 'average-pool', size: 3, stride: 1, padding: 'same' }, ['strided-bn']);
  list.add('valid-pool', { kind: 'max-pool', size: 3, stride: 2, padding: 'valid' }, ['average']);
  list.add('both', { kind: 'concat' }, ['narrow', 'valid-pool']);
  conv('tall', { kernel: [3, 1], filters: 3, stride: 1, padding: 'same', bias: false });
  norm('tall-bn', false);
  list.add('all', { kind: 'concat' }, ['tall-bn', 'both']);
  list.addHead({ pool: 'gap', outputs });
  return { layers: list.layers };
}
