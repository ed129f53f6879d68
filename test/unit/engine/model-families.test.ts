/** What ResNet-50 and Inception-v3 need of the engine, on a small network and on the models themselves: leaks, other kernels, random starts. */
import { expect, test } from 'vitest';
import { parameterSpecs } from '../../../main/engine/graph/definition.ts';
import { initialise } from '../../../main/engine/inits/initialise.ts';
import { randomValues } from '../../../main/engine/inits/random.ts';
import { moments } from '../../../main/engine/inits/statistics.ts';
import { MODELS } from '../../../main/engine/models/catalogue.ts';
import { createGraphTrainer, createTrainer, type Trainer } from '../../../main/engine/train/trainer.ts';
import { loadTensorFlow, type Tf } from '../../../main/engine/tf.ts';
import type { ModelId } from '../../../shared/study/models.ts';
import { paddedGraph, someImages, someLabels, someTensors, tensorFlowWithoutOneDnn } from './support/networks.ts';

const OUTPUTS = 3;
const SIZE = 41;
const ADAM = { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;
const SGD = { kind: 'sgd', learningRate: 1e-2, momentum: 0.9 } as const;
const graph = paddedGraph(OUTPUTS);

const newTrainer = (optimizer: typeof ADAM | typeof SGD, tf: Tf): Trainer =>
  createGraphTrainer(
    { graph, outputs: OUTPUTS, head: 'sigmoid', optimizer, size: SIZE, tensors: someTensors(graph) },
    tf,
  );
const batch = (step: number) => [someImages(4, SIZE, step), someLabels(4, OUTPUTS, step)] as const;

test('padding, flat kernels and average pooling leak no tensor', () => {
  const trainer = newTrainer(ADAM, loadTensorFlow());
  trainer.trainStep(...batch(0), 1e-3);
  const count = trainer.tensorCount();
  for (let step = 1; step <= 10; step++) {
    trainer.trainStep(...batch(step), 1e-3);
    trainer.predict(someImages(2, SIZE), 2);
    expect(trainer.tensorCount()).toBe(count);
  }
  trainer.dispose();
});

test('where oneDNN’s kernels are missing, the numbers are the same', () => {
  const [usual, plain] = [newTrainer(SGD, loadTensorFlow()), newTrainer(SGD, tensorFlowWithoutOneDnn())];
  for (let step = 0; step < 3; step++) {
    const [a, b] = [usual, plain].map((trainer) => trainer.trainStep(...batch(step), 1e-3).loss);
    expect(a).toBeCloseTo(b as number, 5);
  }
  const expected = usual.predict(someImages(3, SIZE), 3);
  plain.predict(someImages(3, SIZE), 3).forEach((p, i) => expect(p).toBeCloseTo(expected[i] as number, 4));
  usual.dispose();
  plain.dispose();
});

test.each<[ModelId, number]>([
  ['resnet50-slim', 33],
  ['inception-v3', 75],
  ['cbr-largew-slim', 17],
])('%s trains from a random start at %i px, and resumes to the bit', (model, size) => {
  const { tensors } = initialise({ model, outputs: OUTPUTS, init: { kind: 'random' }, seed: 1, pretrained: null });
  const options = { model, outputs: OUTPUTS, head: 'sigmoid', optimizer: SGD, size, tensors } as const;
  const [first, resumed] = [createTrainer(options), createTrainer(options)];
  try {
    const [images, labels] = [someImages(2, size), someLabels(2, OUTPUTS)];
    expect(first.trainStep(images, labels, 1e-3).loss).toBeGreaterThan(0);
    resumed.restore(first.weights(), first.optimizerState(), first.updates);
    const count = first.tensorCount();
    expect(resumed.trainStep(images, labels, 1e-3).loss).toBe(first.trainStep(images, labels, 1e-3).loss);
    expect(first.tensorCount()).toBe(count);
  } finally {
    first.dispose();
    resumed.dispose();
  }
});

test('random kernels: Keras’s default for ResNet and Inception, He normal for CBR', () => {
  const kernel = (model: ModelId, name: string) => {
    const spec = parameterSpecs(MODELS[model].graph(2)).find((candidate) => candidate.name === name);
    return moments(randomValues(spec as NonNullable<typeof spec>, 3)).sd;
  };
  // Glorot uniform over 7x7 cells: +-sqrt(6 / (49 * (3 + 64))), whose standard deviation is sqrt(2 / (49 * 67)).
  expect(kernel('resnet50', 'conv1_conv/kernel') / Math.sqrt(2 / (49 * 67))).toBeCloseTo(1, 1);
  expect(kernel('inception-v3', 'conv2d_32/kernel') / Math.sqrt(2 / (7 * 256))).toBeCloseTo(1, 2);
  expect(kernel('cbr-largew-slim', 'conv2/kernel') / Math.sqrt(2 / (49 * 64))).toBeCloseTo(1, 2);
});
