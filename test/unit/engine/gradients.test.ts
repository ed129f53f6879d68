/** Gradients of every layer kind against central differences of the loss. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Graph } from '../../../main/engine/graph/definition.ts';
import { cbrGraph } from '../../../main/engine/models/cbr.ts';
import type { NamedTensor } from '../../../main/engine/tensors.ts';
import type { Head } from '../../../main/engine/train/loss.ts';
import { createGraphTrainer, type Trainer } from '../../../main/engine/train/trainer.ts';
import { branchedGraph, paddedGraph, someImages, someLabels, someTensors } from './support/networks.ts';

const OUTPUTS = 3;
const BATCH = 4;
const CASES: [name: string, graph: Graph, size: number, head: Head][] = [
  [
    'two CBR blocks, even size',
    cbrGraph({ kernelSize: 5, widths: [4, 6], poolAfterLast: true, outputs: OUTPUTS }),
    12,
    'sigmoid',
  ],
  [
    'two CBR blocks, odd size, no last pool',
    cbrGraph({ kernelSize: 3, widths: [3, 5], poolAfterLast: false, outputs: OUTPUTS }),
    9,
    'softmax',
  ],
  ['branches, residual addition, concatenation, strides, biases', branchedGraph(OUTPUTS), 10, 'sigmoid'],
  [
    'VALID and explicit padding, flat kernels, average pooling, batch norm without gamma',
    paddedGraph(OUTPUTS),
    41,
    'softmax',
  ],
];

let trainer: Trainer | undefined;
afterEach(() => trainer?.dispose());

describe.each(CASES)('%s', (_, graph, size, head) => {
  const images = someImages(BATCH, size);
  const labels = head === 'sigmoid' ? someLabels(BATCH, OUTPUTS) : oneHot([0, 2, 1, 2]);
  labels[1] = NaN;

  test('gradients agree with central differences', () => {
    trainer = createGraphTrainer({
      graph,
      outputs: OUTPUTS,
      head,
      optimizer: { kind: 'sgd', learningRate: 0, momentum: 0 },
      size,
      tensors: someTensors(graph),
    });
    const start = trainer.weights();
    const slots = trainer.optimizerState();
    const { gradients } = trainer.gradients(images, labels);
    const lossAt = (tensors: NamedTensor[]): number => {
      (trainer as Trainer).restore(tensors, slots, 0);
      return (trainer as Trainer).gradients(images, labels).loss;
    };
    for (const { name, values } of gradients) {
      const largest = Math.max(...values.map(Math.abs), 1e-3);
      for (const index of spread(values.length, 4)) {
        const numeric = centralDifference((delta) => lossAt(nudged(start, name, index, delta)));
        expect(Math.abs((values[index] as number) - numeric), `${name}[${index}]`).toBeLessThan(0.03 * largest + 3e-4);
      }
    }
  });
});

/** float32 losses: a step wide enough for their rounding, narrow enough for the kinks of ReLU and pooling. */
function centralDifference(loss: (delta: number) => number): number {
  const step = 1e-3;
  return (loss(step) - loss(-step)) / (2 * step);
}

function nudged(tensors: readonly NamedTensor[], name: string, index: number, delta: number): NamedTensor[] {
  return tensors.map((tensor) => {
    if (tensor.name !== name) return tensor;
    const values = tensor.values.slice();
    values[index] = (values[index] as number) + delta;
    return { ...tensor, values };
  });
}

function spread(length: number, count: number): number[] {
  return [...new Set(Array.from({ length: count }, (_, i) => Math.floor((i * length) / count)))];
}

function oneHot(classes: readonly number[]): Float32Array {
  return Float32Array.from(classes.flatMap((k) => Array.from({ length: OUTPUTS }, (_, i) => (i === k ? 1 : 0))));
}
