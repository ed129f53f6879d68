/** Residual blocks: batch norm, addition and ReLU as one native op, and as TensorFlow's. */
import { describe, expect, test } from 'vitest';
import type { Graph } from '../../../../main/engine/graph/definition.ts';
import { fuseAdditions, runtimeLayers } from '../../../../main/engine/graph/reorder.ts';
import { MODELS } from '../../../../main/engine/models/catalogue.ts';
import { LayerList } from '../../../../main/engine/models/layer-list.ts';
import { loadNativeKernels, type ConvPath } from '../../../../main/engine/native-kernels.ts';
import { createGraphTrainer } from '../../../../main/engine/train/trainer.ts';
import { bindingFolder, loadBinding, Tf } from '../../../../main/engine/tf.ts';
import { someImages, someLabels, someTensors } from '../support/networks.ts';

const binding = loadBinding();
const { kernels } = loadNativeKernels(bindingFolder());
const OUTPUTS = 2;

/** A block whose other branch ends in a batch norm (a projection), then one whose other branch is the block before. */
function residualGraph(channels: number): Graph {
  const list = new LayerList();
  list.stage = 'body';
  const convNorm = (name: string, input: string) => {
    const settings = { kernel: [3, 3], stride: 1, padding: 'same', bias: false, initializer: 'he-normal' } as const;
    list.add(name, { kind: 'conv', filters: channels, ...settings }, [input]);
    return list.add(`${name}_bn`, { kind: 'batch-norm', epsilon: 1e-3, momentum: 0.99, scale: true });
  };
  const { last: image } = list;
  const projection = convNorm('projection', image);
  const first = convNorm('first', image);
  list.add('first_add', { kind: 'add' }, [projection, first]);
  const block = list.add('first_out', { kind: 'relu' });
  const second = convNorm('second', block);
  list.add('second_add', { kind: 'add' }, [block, second]);
  list.add('second_out', { kind: 'relu' });
  list.addHead({ pool: 'pool', outputs: OUTPUTS });
  return { layers: list.layers };
}

const kindsOf = (graph: Graph) =>
  fuseAdditions(graph.layers).map(({ name, kind, inputs }) => [name, kind, ...inputs].join(' '));

test('the batch norm that comes last takes the addition and the ReLU, under the ReLU’s name', () => {
  expect(kindsOf(residualGraph(4)).slice(0, 6)).toEqual([
    'projection conv image',
    'projection_bn batch-norm projection',
    'first conv image',
    'first_out batch-norm first projection_bn',
    'second conv first_out',
    'second_out batch-norm second first_out',
  ]);
});

test('ResNet-50 has no addition left, and the same parameters', () => {
  const { layers } = MODELS.resnet50.graph(1);
  const running = runtimeLayers(layers, { fuses: true });
  expect(running.filter(({ kind }) => kind === 'add')).toEqual([]);
  const norms = (some: typeof layers) =>
    some.flatMap((layer) => (layer.kind === 'batch-norm' ? [layer.tensors ?? layer.name] : [])).toSorted();
  expect(norms(running)).toEqual(norms(layers));
});

describe.runIf(kernels !== null)('one step and a prediction', () => {
  test.each([1, 5, 8, 19])('%i channels: as by TensorFlow, up to rounding', (channels) => {
    const graph = residualGraph(channels);
    const on = (path: ConvPath) => {
      const trainer = createGraphTrainer(
        {
          ...{ graph, outputs: OUTPUTS, head: 'sigmoid', size: 13, tensors: someTensors(graph) },
          optimizer: { kind: 'sgd', learningRate: 0, momentum: 0 },
        },
        new Tf(binding, { path, kernels }),
      );
      const before = trainer.tensorCount();
      const result = trainer.gradients(someImages(3, 13), someLabels(3, OUTPUTS));
      const scores = trainer.predict(someImages(3, 13), 3);
      expect(trainer.tensorCount()).toBe(before);
      trainer.dispose();
      return { ...result, scores };
    };
    const [expected, got] = [on('tensorflow'), on('auto')];
    expect(Math.abs(got.loss - expected.loss)).toBeLessThan(1e-5);
    got.scores.forEach((score, index) => expect(score).toBeCloseTo(expected.scores[index] as number, 4));
    expect(got.gradients.length).toBe(expected.gradients.length);
    got.gradients.forEach(({ name, values }, index) => {
      const wanted = (expected.gradients[index] as { values: Float32Array }).values;
      const largest = Math.max(1e-6, ...wanted.map(Math.abs));
      const error = Math.max(...values.map((value, i) => Math.abs(value - (wanted[i] as number))));
      expect(error / largest, name).toBeLessThan(1e-3);
    });
  });
});
