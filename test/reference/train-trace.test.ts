/** Six training steps with Adam and SGD against Keras in float64 (`train-trace.json`). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parameterSpecs } from '../../main/engine/graph/definition.ts';
import { cbrGraph } from '../../main/engine/models/cbr.ts';
import type { TensorRole } from '../../main/engine/tensors.ts';
import { createGraphTrainer, type Trainer } from '../../main/engine/train/trainer.ts';
import type { Optimizer } from '../../shared/study/protocol.ts';
import { inputImages, statistics, tensorValues, unit, type Statistics } from './support/deterministic.ts';
import { notInThisSet, readReference } from './support/reference-set.ts';

interface Hyperparameters {
  learning_rate: number;
  beta_1?: number;
  beta_2?: number;
  epsilon?: number;
  momentum?: number;
}

interface Trace {
  seed: number;
  batch: number;
  image_size: number;
  widths: number[];
  kernel: number;
  steps: number;
  labels: number[][];
  input_check: Statistics & { first: number[] };
  optimizers: Record<
    string,
    {
      hyperparameters: Hyperparameters;
      loss_float64: number[];
      first_step: {
        predictions: number[][];
        gradients: (Statistics & { name: string; shape: number[]; first: number[] })[];
      };
      final: {
        t: number;
        name: string;
        role: TensorRole;
        shape: number[];
        l2_float64: number;
        values_float64: number[];
      }[];
    }
  >;
}

const trace = readReference<Trace>('train-trace.json');

if (!trace) test(notInThisSet('train-trace.json'), () => undefined);
else describe.each(Object.keys(trace.optimizers))('train-trace, %s', (key) => runTrace(trace, key));

function toOptimizer(h: Hyperparameters): Optimizer {
  return h.momentum === undefined
    ? {
        kind: 'adam',
        learningRate: h.learning_rate,
        beta1: h.beta_1 as number,
        beta2: h.beta_2 as number,
        epsilon: h.epsilon as number,
      }
    : { kind: 'sgd', learningRate: h.learning_rate, momentum: h.momentum };
}

function runTrace(trace: Trace, key: string): void {
  const expected = trace.optimizers[key] as Trace['optimizers'][string];
  const outputs = trace.labels[0]?.length ?? 0;
  const graph = cbrGraph({ kernelSize: trace.kernel, widths: trace.widths, poolAfterLast: true, outputs });
  const images = inputImages([trace.batch, trace.image_size, trace.image_size, 3], trace.seed);
  const labels = Float32Array.from({ length: trace.batch * outputs }, (_, k) =>
    unit(trace.seed, 61000, k) > 0 ? 1 : 0,
  );
  const rate = expected.hyperparameters.learning_rate;
  let trainer: Trainer;

  beforeAll(() => {
    trainer = createGraphTrainer({
      graph,
      outputs,
      head: 'sigmoid',
      optimizer: toOptimizer(expected.hyperparameters),
      size: trace.image_size,
      tensors: parameterSpecs(graph).map((spec, t) => ({
        ...spec,
        values: tensorValues('hash', { role: spec.role, shape: spec.shape, t, seed: trace.seed }),
      })),
    });
  });
  afterAll(() => trainer.dispose());

  test('tensors, labels and images are the ones of the set', () => {
    expect(trainer.weights().map(({ name, role, shape }) => ({ name, role, shape }))).toEqual(
      expected.final.map(({ name, role, shape }) => ({ name, role, shape })),
    );
    expect([...labels]).toEqual(trace.labels.flat());
    expect(statistics(images).l2).toBeCloseTo(trace.input_check.l2, 9);
    expect([...images.subarray(0, 8)]).toEqual(trace.input_check.first);
  });

  test('first step: predictions and gradients', () => {
    const start = trainer.weights();
    const { loss, probabilities, gradients } = trainer.gradients(images, labels);
    expectClose([loss], expected.loss_float64.slice(0, 1), 2e-6);
    expectClose(probabilities, expected.first_step.predictions.flat(), 2e-6);
    expect(gradients.map(({ name }) => name)).toEqual(expected.first_step.gradients.map(({ name }) => name));
    expected.first_step.gradients.forEach((want, index) => {
      const got = gradients[index]?.values as Float32Array;
      const largest = Math.max(Math.abs(want.min as number), Math.abs(want.max as number));
      const { mean, std, l2, min, max } = statistics(got);
      expectClose(got.subarray(0, want.first.length), want.first, 1e-4 * largest);
      expectClose([mean, std, min, max], [want.mean, want.std, want.min as number, want.max as number], 1e-4 * largest);
      expectClose([l2], [want.l2], 1e-4 * want.l2);
    });
    // The moving statistics took the batch in: back to the start for the six steps.
    trainer.restore(start, trainer.optimizerState(), 0);
  });

  test('losses and final tensors of all steps', () => {
    const losses = Array.from({ length: trace.steps }, () => trainer.trainStep(images, labels, rate).loss);
    expectClose(losses, expected.loss_float64, 2e-6);
    trainer.weights().forEach(({ values }, index) => {
      const want = expected.final[index];
      expectClose(values, want?.values_float64 ?? [], 1e-5);
    });
    expect(trainer.updates).toBe(trace.steps);
  });
}

function expectClose(got: ArrayLike<number>, want: readonly number[], tolerance: number): void {
  expect(got.length).toBe(want.length);
  const worst = want.reduce((most, value, i) => Math.max(most, Math.abs((got[i] as number) - value)), 0);
  expect(worst).toBeLessThanOrEqual(tolerance);
}
