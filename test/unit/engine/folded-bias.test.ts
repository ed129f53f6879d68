/** The bias of a convolution before a batch norm: left out of the computation, without any effect on results. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Graph } from '../../../main/engine/graph/definition.ts';
import { foldBiases } from '../../../main/engine/graph/reorder.ts';
import { MODELS } from '../../../main/engine/models/catalogue.ts';
import type { NamedTensor } from '../../../main/engine/tensors.ts';
import { createGraphTrainer, type Trainer } from '../../../main/engine/train/trainer.ts';
import { PROTOCOLS, type Optimizer } from '../../../shared/study/protocol.ts';
import { branchedGraph, paddedGraph, someImages, someLabels, someTensors } from './support/networks.ts';

const OUTPUTS = 3;
const BATCH = 4;
const SIZE = 41;
const graph = paddedGraph(OUTPUTS);
const FOLDED = ['first', 'flat', 'strided'];
const images = someImages(BATCH, SIZE);
const labels = someLabels(BATCH, OUTPUTS);

const trainers: Trainer[] = [];
afterEach(() => {
  for (const trainer of trainers.splice(0)) trainer.dispose();
});

function trainerOf(tensors: NamedTensor[], optimizer: Optimizer = PROTOCOLS.retina.optimizer): Trainer {
  const trainer = createGraphTrainer({ graph, outputs: OUTPUTS, head: 'sigmoid', optimizer, size: SIZE, tensors });
  trainers.push(trainer);
  return trainer;
}

const valuesOf = (tensors: readonly NamedTensor[], name: string): Float32Array =>
  tensors.find((tensor) => tensor.name === name)?.values ?? new Float32Array(0);

/** The same function in inference mode: biases 0, and moving means less by the biases. */
function withoutBiases(tensors: readonly NamedTensor[]): NamedTensor[] {
  return tensors.map((tensor) => {
    const [layer = '', role = ''] = tensor.name.split('/');
    if (FOLDED.includes(layer) && role === 'bias') return { ...tensor, values: tensor.values.map(() => 0) };
    const source = layer.replace('-bn', '');
    if (!FOLDED.includes(source) || role !== 'moving_mean') return tensor;
    const bias = valuesOf(tensors, `${source}/bias`);
    return { ...tensor, values: tensor.values.map((value, i) => value - (bias[i] as number)) };
  });
}

test('only where one batch norm reads the convolution, and nothing else', () => {
  const foldedIn = ({ layers }: Graph) =>
    foldBiases(layers)
      .flatMap((layer) => (layer.kind === 'batch-norm' ? [layer.foldedBias] : []))
      .filter(Boolean);
  expect(foldedIn(graph)).toEqual(FOLDED.map((layer) => `${layer}/bias`));
  expect(foldedIn(branchedGraph(OUTPUTS))).toEqual(['left/bias']);
  const shared = branchedGraph(OUTPUTS).layers.map((layer) =>
    layer.name === 'sum' ? { ...layer, inputs: ['left-bn', 'left'] } : layer,
  );
  expect(foldedIn({ layers: shared })).toEqual([]);
  expect(foldedIn(MODELS.resnet50.graph(5)).length).toBe(53);
  expect(foldedIn(MODELS['inception-v3'].graph(5))).toEqual([]);
});

describe('results', () => {
  const start = someTensors(graph);

  test('inference: the bias counts', () => {
    const [a, b] = [trainerOf(start), trainerOf(withoutBiases(start))];
    expectClose(a.predict(images, BATCH), b.predict(images, BATCH), 1e-6);
    const ignored = start.map((tensor) =>
      tensor.name === 'first/bias' ? { ...tensor, values: tensor.values.map((value) => value + 1) } : tensor,
    );
    const far = trainerOf(ignored).predict(images, BATCH);
    const near = a.predict(images, BATCH);
    expect(Math.max(...far.map((value, i) => Math.abs(value - (near[i] as number))))).toBeGreaterThan(1e-3);
  });

  test('training: the same loss to the bit, a gradient of 0, and a moving mean that follows the biased activations', () => {
    const [a, b] = [trainerOf(start), trainerOf(withoutBiases(start))];
    const [withBias, without] = [a.gradients(images, labels), b.gradients(images, labels)];
    expect(withBias.loss).toBe(without.loss);
    for (const { name, values } of withBias.gradients) {
      if (FOLDED.includes(name.replace('/bias', ''))) expect([...values].every((value) => value === 0)).toBe(true);
      else expect(values).toEqual(valuesOf(without.gradients, name));
    }
    for (const layer of FOLDED) {
      const means = valuesOf(a.weights(), `${layer}-bn/moving_mean`);
      const bias = valuesOf(start, `${layer}/bias`);
      expectClose(
        means,
        valuesOf(b.weights(), `${layer}-bn/moving_mean`).map((value, i) => value + (bias[i] as number)),
        1e-6,
      );
    }
  });

  test.each(Object.values(PROTOCOLS).map(({ optimizer }) => optimizer))(
    '$kind leaves the biases as they are',
    (optimizer) => {
      const trainer = trainerOf(start, optimizer);
      for (let step = 0; step < 3; step++) trainer.trainStep(images, labels, 1e-2);
      for (const layer of FOLDED) {
        expect(valuesOf(trainer.weights(), `${layer}/bias`)).toEqual(valuesOf(start, `${layer}/bias`));
      }
      expect(valuesOf(trainer.weights(), 'narrow/bias')).not.toEqual(valuesOf(start, 'narrow/bias'));
      for (const { name, values } of trainer.optimizerState()) {
        if (FOLDED.some((layer) => name.endsWith(`/${layer}/bias`)))
          expect(values.every((value) => value === 0)).toBe(true);
      }
    },
  );
});

function expectClose(got: Float32Array, want: Float32Array, tolerance: number): void {
  expect(got.length).toBe(want.length);
  expect(Math.max(...got.map((value, i) => Math.abs(value - (want[i] as number))))).toBeLessThanOrEqual(tolerance);
}
