/** The trainer as a run uses it: leaks, resuming, masks, refusals, worker threads. */
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import { initialise } from '../../../main/engine/inits/initialise.ts';
import { cbrGraph } from '../../../main/engine/models/cbr.ts';
import { createGraphTrainer, createTrainer, type Trainer } from '../../../main/engine/train/trainer.ts';
import { AppError } from '../../../shared/system/errors.ts';
import type { Optimizer } from '../../../shared/study/protocol.ts';
import { branchedGraph, someImages, someLabels, someTensors, tensorFlowWithoutOneDnn } from './support/networks.ts';

const SIZE = 12;
const OUTPUTS = 3;
const ADAM: Optimizer = { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
const SGD: Optimizer = { kind: 'sgd', learningRate: 1e-2, momentum: 0.9 };
const graph = cbrGraph({ kernelSize: 3, widths: [4, 8], poolAfterLast: true, outputs: OUTPUTS });

const open: Trainer[] = [];
function newTrainer(optimizer: Optimizer = ADAM, network = graph): Trainer {
  const trainer = createGraphTrainer({
    graph: network,
    outputs: OUTPUTS,
    head: 'sigmoid',
    optimizer,
    size: SIZE,
    tensors: someTensors(network),
  });
  open.push(trainer);
  return trainer;
}
afterEach(() => {
  for (const trainer of open.splice(0)) trainer.dispose();
});

const batch = (step: number, count = 4) => [someImages(count, SIZE, step), someLabels(count, OUTPUTS, step)] as const;

describe.each([
  ['Adam', ADAM, graph],
  ['SGD', SGD, graph],
  ['branches', ADAM, branchedGraph(OUTPUTS)],
] as const)('%s', (_, optimizer, network) => {
  test('the tensor count stays the same over steps, predictions and snapshots, and returns at the end', () => {
    const before = newTrainer().tensorCount();
    const trainer = newTrainer(optimizer, network);
    trainer.trainStep(...batch(0), 1e-3);
    const count = trainer.tensorCount();
    for (let step = 1; step <= 50; step++) {
      trainer.trainStep(...batch(step), 1e-3);
      if (step % 10 === 0) {
        trainer.predict(someImages(2, SIZE), 2);
        trainer.gradients(...batch(step));
        trainer.restore(trainer.weights(), trainer.optimizerState(), trainer.updates);
      }
      expect(trainer.tensorCount()).toBe(count);
    }
    open.pop();
    trainer.dispose();
    expect(open[0]?.tensorCount()).toBe(before);
  });

  test('a resumed trainer takes the same next steps, to the bit', () => {
    const straight = newTrainer(optimizer, network);
    for (let step = 0; step < 3; step++) straight.trainStep(...batch(step), 1e-3);
    const saved = { weights: straight.weights(), slots: straight.optimizerState(), updates: straight.updates };
    const resumed = newTrainer(optimizer, network);
    resumed.trainStep(...batch(9), 1e-2);
    resumed.restore(saved.weights, saved.slots, saved.updates);
    for (let step = 3; step < 6; step++) {
      expect(resumed.trainStep(...batch(step), 1e-3)).toEqual(straight.trainStep(...batch(step), 1e-3));
    }
    expect(resumed.weights()).toEqual(straight.weights());
    expect(resumed.optimizerState()).toEqual(straight.optimizerState());
    expect(resumed.updates).toBe(6);
  });
});

test('training lowers the loss of a batch', () => {
  const trainer = newTrainer();
  const first = trainer.trainStep(...batch(1), 1e-2).loss;
  for (let step = 0; step < 40; step++) trainer.trainStep(...batch(1), 1e-2);
  expect(trainer.trainStep(...batch(1), 1e-2).loss).toBeLessThan(first / 3);
});

test('an unknown label changes neither loss nor gradients through its image’s output', () => {
  const [images, labels] = batch(2);
  const masked = labels.slice();
  masked[4] = NaN;
  const trainer = newTrainer();
  const start = trainer.weights();
  const one = trainer.gradients(images, masked);
  expect(one.known).toBe(11);
  trainer.restore(start, trainer.optimizerState(), 0);
  const p = one.probabilities;
  const sum = [...labels].reduce((total, label, i) => {
    if (i === 4) return total;
    return total - Math.log(label === 1 ? (p[i] as number) : 1 - (p[i] as number));
  }, 0);
  expect(one.loss).toBeCloseTo(sum / 11, 5);
});

test('a prediction does not depend on how images are portioned', () => {
  const trainer = newTrainer();
  const images = someImages(5, SIZE);
  const whole = trainer.predict(images, 5);
  const value = SIZE * SIZE * 3;
  for (let i = 0; i < 5; i++) {
    const single = trainer.predict(images.subarray(i * value, (i + 1) * value), 1);
    single.forEach((p, k) => expect(p).toBeCloseTo(whole[i * OUTPUTS + k] as number, 6));
  }
  expect(trainer.predict(new Float32Array(0), 0)).toEqual(new Float32Array(0));
});

describe('refusals', () => {
  test('a number that is not finite stops before the update, although pooling would hide it', () => {
    const trainer = newTrainer();
    const before = trainer.weights();
    const tensors = trainer.tensorCount();
    const [images, labels] = batch(1);
    images[0] = NaN;
    expect(() => trainer.trainStep(images, labels, 1e-3)).toThrow(
      'Expected finite numbers, got others in bn1 after 0 updates.',
    );
    expect(trainer.updates).toBe(0);
    expect(trainer.tensorCount()).toBe(tensors);
    trainer
      .weights()
      .filter(({ role }) => !role.startsWith('moving'))
      .forEach(({ name, values }) => expect(values).toEqual(before.find((tensor) => tensor.name === name)?.values));
  });

  test('images and labels of the wrong length', () => {
    const trainer = newTrainer();
    expect(() => trainer.trainStep(someImages(3, SIZE), someLabels(4, OUTPUTS), 1e-3)).toThrow(
      'for 4 images (12x12x3 each)',
    );
    expect(() => trainer.trainStep(someImages(4, SIZE), new Float32Array(7), 1e-3)).toThrow(
      'Expected 3 labels an image',
    );
    expect(() => trainer.predict(new Float32Array(5), 1)).toThrow('Expected 432 values');
  });

  test('tensors of another network, with the first that differs', () => {
    const trainer = newTrainer();
    const weights = trainer.weights();
    const other = weights.map((tensor) =>
      tensor.name === 'conv2/kernel' ? { ...tensor, shape: [3, 3, 4, 9] } : tensor,
    );
    expect(() => trainer.restore(other, trainer.optimizerState(), 0)).toThrow(
      'Expected "conv2/kernel" (3x3x4x8) as tensor 6, found "conv2/kernel" (3x3x4x9).',
    );
    expect(() => trainer.restore(weights.slice(0, -1), trainer.optimizerState(), 0)).toThrow(AppError);
    expect(() => trainer.restore(weights, [], 0)).toThrow('"adam/m/conv1/kernel"');
  });
});

test('where oneDNN’s kernels are missing, the numbers are the same', () => {
  const options = {
    graph,
    outputs: OUTPUTS,
    head: 'sigmoid',
    optimizer: ADAM,
    size: SIZE,
    tensors: someTensors(graph),
  } as const;
  const plain = createGraphTrainer(options, tensorFlowWithoutOneDnn());
  const usual = newTrainer();
  open.push(plain);
  for (let step = 0; step < 3; step++) {
    const [a, b] = [plain, usual].map((trainer) => trainer.trainStep(...batch(step), 1e-3).loss);
    expect(a).toBeCloseTo(b as number, 5);
  }
  const other = usual.weights();
  plain.weights().forEach(({ name, values }, t) => {
    const worst = Math.max(...values.map((value, i) => Math.abs(value - (other[t]?.values[i] as number))));
    expect(worst, name).toBeLessThan(2e-4);
  });
  const images = someImages(3, SIZE);
  const expected = usual.predict(images, 3);
  plain.predict(images, 3).forEach((p, i) => expect(p).toBeCloseTo(expected[i] as number, 3));
});

test('moving statistics that warm up follow (1 + n)/(10 + n), and train nothing differently', () => {
  const model = 'cbr-tiny';
  const { tensors } = initialise({ model, outputs: OUTPUTS, init: { kind: 'random' }, seed: 1, pretrained: null });
  const options = { model, outputs: OUTPUTS, head: 'softmax', optimizer: SGD, size: 17, tensors } as const;
  const warm = createTrainer({ ...options, movingStatistics: 'warm-up' });
  const keras = createTrainer(options);
  const labels = Float32Array.of(1, 0, 0, 0, 0, 1);
  const expected = new Map(keras.weights().map(({ name, values }) => [name, Array.from(values)]));
  for (const n of [0, 1, 2]) {
    const before = keras.weights();
    for (const one of [warm, keras]) one.trainStep(someImages(2, 17, n), labels, 1e-3);
    const keep = (1 + n) / (10 + n);
    for (const [t, { name, values }] of keras.weights().entries()) {
      // Keras's rule, solved for the batch's own statistic.
      const batch = Array.from(values, (value, i) => (value - 0.99 * (before[t]?.values[i] as number)) / 0.01);
      const past = expected.get(name) as number[];
      const moves = name.includes('/moving_');
      expected.set(
        name,
        moves ? past.map((value, i) => keep * value + (1 - keep) * (batch[i] as number)) : Array.from(values),
      );
    }
  }
  for (const { name, values } of warm.weights()) {
    values.forEach((value, i) =>
      expect(Math.abs(value - (expected.get(name)?.[i] as number)), name).toBeLessThan(
        1e-3 * Math.max(1, Math.abs(value)),
      ),
    );
  }
  warm.dispose();
  keras.dispose();
});

test('every model of the app trains', () => {
  for (const model of ['cbr-larget', 'cbr-tiny'] as const) {
    const { tensors } = initialise({ model, outputs: OUTPUTS, init: { kind: 'random' }, seed: 1, pretrained: null });
    const trainer = createTrainer({ model, outputs: OUTPUTS, head: 'softmax', optimizer: SGD, size: 17, tensors });
    const labels = Float32Array.of(1, 0, 0, 0, 0, 1);
    const { loss } = trainer.trainStep(someImages(2, 17), labels, 1e-3);
    expect(loss).toBeGreaterThan(0);
    trainer.dispose();
  }
});

test('it runs in a worker thread', async () => {
  const module = new URL('../../../main/engine/train/benchmark.ts', import.meta.url).href;
  const code = `
    import { parentPort } from 'node:worker_threads';
    const { benchmarkTraining } = await import(${JSON.stringify(module)});
    parentPort.postMessage(benchmarkTraining({ model: 'cbr-tiny', size: 16, batch: 2, steps: 3 }));`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), { execArgv: [] });
  const result = await new Promise<{ stepMs: number[]; tensors: [number, number] }>((resolve, reject) => {
    worker.on('message', resolve).on('error', reject);
  });
  expect(result.stepMs.length).toBe(3);
  expect(result.tensors[0]).toBe(result.tensors[1]);
  await worker.terminate();
});
