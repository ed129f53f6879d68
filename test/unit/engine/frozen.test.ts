/** Frozen stages: where a network is cut, what stays as it is, and what the stored activations have to equal. */
import { afterEach, describe, expect, test } from 'vitest';
import { IMAGE, layerShapes, type Graph } from '../../../main/engine/graph/definition.ts';
import { boundaryShape, splitGraph } from '../../../main/engine/graph/split.ts';
import { MODELS } from '../../../main/engine/models/catalogue.ts';
import { elementCount, type NamedTensor } from '../../../main/engine/tensors.ts';
import { createGraphTrainer, type FrozenStages, type Trainer } from '../../../main/engine/train/trainer.ts';
import { MODEL_IDS } from '../../../shared/study/models.ts';
import type { Optimizer } from '../../../shared/study/protocol.ts';
import { branchedGraph, someImages, someLabels, someTensors } from './support/networks.ts';

const SIZE = 12;
const OUTPUTS = 3;
const ADAM: Optimizer = { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

/** The branched network with a stage below the named layer and it. */
function stagedGraph(last: string): Graph {
  const { layers } = branchedGraph(OUTPUTS);
  const cut = layers.findIndex(({ name }) => name === last);
  return {
    layers: layers.map((layer, index) => (index <= cut ? { ...layer, stage: 'low' } : { ...layer, stage: 'high' })),
  };
}

const open: Trainer[] = [];
function newTrainer(graph: Graph, frozenStages: readonly string[] = ['low']): Trainer {
  const trainer = createGraphTrainer({
    graph,
    outputs: OUTPUTS,
    head: 'sigmoid',
    optimizer: ADAM,
    size: SIZE,
    tensors: someTensors(graph),
    frozenStages,
  });
  open.push(trainer);
  return trainer;
}
afterEach(() => {
  for (const trainer of open.splice(0)) trainer.dispose();
});
const batch = (step: number, count = 4) => [someImages(count, SIZE, step), someLabels(count, OUTPUTS, step)] as const;
const ofStage = (tensors: NamedTensor[], stage: string) => tensors.filter((tensor) => tensor.stage === stage);

describe.each(MODEL_IDS)('%s', (id) => {
  const { stages } = MODELS[id];
  const graph = MODELS[id].graph(OUTPUTS);

  test.each(stages)('one tensor leaves the stages to %s', (last) => {
    const frozenStages = stages.slice(0, stages.indexOf(last) + 1);
    const { frozen, trained, boundary } = splitGraph(graph, frozenStages);
    const names = [...frozen.layers, ...trained.layers].map(({ name }) => name);
    expect(names.toSorted()).toEqual(graph.layers.map(({ name }) => name).toSorted());
    expect(frozen.layers.at(-1)?.name).toBe(boundary);
    const known = new Set([boundary, ...trained.layers.map(({ name }) => name)]);
    expect(trained.layers.flatMap(({ inputs }) => inputs).every((name) => known.has(name))).toBe(true);
    expect(known.has(IMAGE)).toBe(false);
    const size = 128;
    const shape = layerShapes(graph, size).get(boundary);
    expect(elementCount(boundaryShape(graph, boundary, size))).toBe(
      (shape?.height ?? 0) * (shape?.width ?? 0) * (shape?.channels ?? 0),
    );
    const all = last === stages.at(-1);
    // With everything below the head frozen, pooled features are what is kept.
    expect(trained.layers.length === 1).toBe(all);
  });
});

describe.each([
  // A stem with batch norm, whose output two layers read; and a cut that a convolution and a pooling layer read.
  ['stem-pool', [6, 6, 4]],
  ['sum-relu', [6, 6, 4]],
] as const)('frozen up to %s', (last, shape) => {
  const graph = stagedGraph(last);

  test('frozen tensors, statistics included, stay to the bit; the others move', () => {
    const trainer = newTrainer(graph);
    const before = trainer.weights();
    for (let step = 0; step < 3; step++) trainer.trainStep(...batch(step), 1e-2);
    const after = trainer.weights();
    expect(ofStage(after, 'low')).toEqual(ofStage(before, 'low'));
    for (const tensor of ofStage(after, 'high')) {
      const old = before.find(({ name }) => name === tensor.name);
      // A folded bias has no gradient (graph/reorder.ts).
      if (tensor.role !== 'bias') expect(tensor.values, tensor.name).not.toEqual(old?.values);
    }
  });

  test('no optimiser slot and no gradient for them', () => {
    const trainer = newTrainer(graph);
    expect(ofStage(trainer.optimizerState(), 'low')).toEqual([]);
    expect(trainer.optimizerState().length).toBeGreaterThan(0);
    const { gradients } = trainer.gradients(...batch(0));
    expect(ofStage(gradients, 'low')).toEqual([]);
    expect(ofStage(gradients, 'high').length).toBeGreaterThan(0);
  });

  test('steps and predictions from stored activations are those from images', () => {
    const fromImages = newTrainer(graph);
    const fromFeatures = newTrainer(graph);
    const frozen = fromFeatures.frozen as FrozenStages;
    const { featureShape, onFeatures } = frozen;
    expect(featureShape).toEqual(shape);
    const stored = [0, 1, 2].map((step) => frozen.features(batch(step)[0], 4));
    stored.forEach((rows, step) => {
      const [images, labels] = batch(step);
      expect(onFeatures.trainStep(rows, labels, 1e-2)).toEqual(fromImages.trainStep(images, labels, 1e-2));
    });
    expect(fromFeatures.weights()).toEqual(fromImages.weights());
    expect(onFeatures.predict(stored[0] as Float32Array, 4)).toEqual(fromImages.predict(batch(0)[0], 4));
    expect(() => onFeatures.trainStep(...batch(0), 1e-2)).toThrow(`(${shape.join('x')} each)`);
  });

  test('activations of an image do not depend on the batch: the stored statistics are used', () => {
    const frozen = newTrainer(graph).frozen as FrozenStages;
    const images = someImages(3, SIZE);
    const together = frozen.features(images, 3);
    const values = elementCount(shape);
    const second = frozen.features(images.subarray(SIZE * SIZE * 3, 2 * SIZE * SIZE * 3), 1);
    second.forEach((value, i) => expect(value).toBeCloseTo(together[values + i] as number, 5));
  });

  test('the tensor count stays the same over steps from either', () => {
    const trainer = newTrainer(graph);
    const { onFeatures, ...frozen } = trainer.frozen as FrozenStages;
    const rows = frozen.features(batch(0)[0], 4);
    trainer.trainStep(...batch(0), 1e-3);
    const count = trainer.tensorCount();
    for (let step = 0; step < 20; step++) {
      const [learner, inputs] = step % 2 === 0 ? [trainer, batch(step)[0]] : [onFeatures, rows];
      learner.trainStep(inputs, batch(step)[1], 1e-3);
      learner.predict(inputs, 4);
      expect(trainer.tensorCount()).toBe(count);
    }
  });
});

test('the gradients are those of the whole network where the frozen part has no batch norm', () => {
  const { layers } = stagedGraph('stem-pool');
  const plain: Graph = {
    layers: layers
      .filter(({ name }) => name !== 'stem-bn')
      .map((layer) => (layer.name === 'stem-relu' ? { ...layer, inputs: ['stem'] } : layer)),
  };
  const whole = newTrainer(plain, []).gradients(...batch(5));
  const part = newTrainer(plain).gradients(...batch(5));
  expect(part.loss).toBeCloseTo(whole.loss, 6);
  for (const { name, values } of part.gradients) {
    const other = whole.gradients.find((gradient) => gradient.name === name) as NamedTensor;
    values.forEach((value, i) => expect(value).toBeCloseTo(other.values[i] as number, 5));
  }
  expect(part.gradients.length).toBe(whole.gradients.length - 1);
});

test('nothing frozen: no features to be had', () => {
  expect(newTrainer(stagedGraph('stem-pool'), []).frozen).toBeNull();
});

test('stages that are no prefix with one way out are refused', () => {
  const { layers } = branchedGraph(OUTPUTS);
  const torn = layers.map((layer) => ({
    ...layer,
    stage: ['stem-pool', 'left'].includes(layer.name) ? 'low' : 'high',
  }));
  expect(() => splitGraph({ layers: torn }, ['low'])).toThrow('Expected one tensor to leave the frozen stages');
});
