/**
 * One training step of ResNet-50, Inception-v3 and ResNet-50 v1.5 against Keras and torchvision in float64
 * (`test/fixtures/zoo-training.json`, made by `test/peers/zoo_training.py`).
 */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parameterSpecs, type ParameterSpec } from '../../main/engine/graph/definition.ts';
import { MODELS } from '../../main/engine/models/catalogue.ts';
import type { NamedTensor } from '../../main/engine/tensors.ts';
import { createTrainer } from '../../main/engine/train/trainer.ts';
import type { ModelId } from '../../shared/study/models.ts';
import { inputImages, tensorValues, unit } from './support/deterministic.ts';
import { forwardPass } from './support/forward.ts';

type Summary = [name: string, l2: number, maxAbs: number, first4: number[]];

interface ZooStep {
  program: string;
  size: number;
  /** The same program's float32 against its float64: loss and probabilities absolute, tensors as in {@link errors}. */
  rounding: { loss: number; probabilities: number; gradients: number; moving: number };
  loss: number;
  probabilities: number[];
  gradients: Summary[];
  moving: Summary[];
  /** Pooled features in inference mode. */
  features?: { first8: number[][]; l2: number[]; max_abs: number };
}

interface ZooTraining {
  seed: number;
  batch: number;
  outputs: number;
  models: Record<string, ZooStep>;
}

const file = path.resolve(import.meta.dirname, '../fixtures/zoo-training.json');
const { seed, batch, outputs, models } = JSON.parse(fs.readFileSync(file, 'utf8')) as ZooTraining;
const labels = Float32Array.from({ length: batch * outputs }, (_, k) => (unit(seed, 61000, k) > 0 ? 1 : 0));

describe.each(Object.entries(models))('%s', (id, expected) => {
  const model = id as ModelId;
  const graph = MODELS[model].graph(outputs);
  const images = inputImages([batch, expected.size, expected.size, 3], seed);

  test(`loss, gradients and moving statistics of ${expected.program}`, () => {
    const trainer = createTrainer({
      ...{ model, outputs, head: 'sigmoid', size: expected.size, tensors: startTensors(model) },
      optimizer: { kind: 'sgd', learningRate: 0, momentum: 0 },
    });
    try {
      const { loss, probabilities, gradients } = trainer.gradients(images, labels);
      expect(Math.abs(loss - expected.loss)).toBeLessThanOrEqual(2e-6);
      expectClose(probabilities, expected.probabilities, 2e-6);
      const wrong = errors(gradients, expected.gradients);
      // One ReLU or pooling that rounding tips over shows in a few tensors; a wrong gradient shows in most.
      expect(wrong.median).toBeLessThanOrEqual(1e-4);
      expect(wrong.largest, wrong.where).toBeLessThanOrEqual(Math.max(5e-3, 3 * expected.rounding.gradients));
      const moved = errors(trainer.weights(), expected.moving);
      expect(moved.largest, moved.where).toBeLessThanOrEqual(1e-5);
    } finally {
      trainer.dispose();
    }
  });

  const { features } = expected;
  if (!features) return;
  test(`features in inference mode of ${expected.program}`, () => {
    const { output } = forwardPass({
      graph: { layers: graph.layers.slice(0, -1) },
      values: startTensors(model)
        .slice(0, -2)
        .map(({ values }) => values),
      images,
      inputShape: [batch, expected.size, expected.size, 3],
      watch: [],
    });
    const depth = output.length / batch;
    features.first8.forEach((row, image) => {
      const got = output.subarray(image * depth, (image + 1) * depth);
      expectClose(got.subarray(0, row.length), row, 1e-5 * Math.max(1, features.max_abs));
      expect(Math.abs(norm(got) / (features.l2[image] as number) - 1)).toBeLessThanOrEqual(1e-5);
    });
  });
});

/**
 * The values of the generating script: formula `hash` but for gamma, beta and the classifier (why: there). torchvision's
 * convolutions have no biases: v1.5's are 0.
 */
function startTensors(model: ModelId): NamedTensor[] {
  return parameterSpecs(MODELS[model].graph(outputs)).map((spec, t) => {
    const hashed = tensorValues('hash', { ...spec, t, seed });
    const asHashed = spec.role === 'kernel' && spec.layer !== 'classifier';
    return { ...spec, values: asHashed ? hashed : hashed.map((value, i) => startValue(model, spec, { t, i, value })) };
  });
}

function startValue(
  model: ModelId,
  { layer, role, shape }: ParameterSpec,
  { t, i, value }: { t: number; i: number; value: number },
): number {
  const u = unit(seed, t, i);
  const summed = layer.endsWith('_0_bn') || layer.endsWith('_3_bn');
  if (role === 'gamma') return 0.5 + 0.05 * u;
  if (role === 'beta') return (u < -0.5 && !summed ? -3 : 3) + 0.1 * u;
  if (role === 'kernel' && layer === 'classifier') return 0.1 * Math.sqrt(6 / (shape[0] as number)) * u;
  return model === 'resnet50-v15' && role === 'bias' && layer !== 'classifier' ? 0 : value;
}

/**
 * Differences of the known entries and of the L2 norm, relative to each tensor's largest entry or norm, but at least to a
 * hundredth of the usual one: some gradients are 0 but for rounding.
 */
function errors(
  got: readonly NamedTensor[],
  want: readonly Summary[],
): { median: number; largest: number; where: string } {
  const byName = new Map(got.map((tensor) => [tensor.name, tensor.values]));
  const floorOf = (sizes: number[]) => 0.01 * (sizes.toSorted((a, b) => a - b)[Math.floor(sizes.length / 2)] as number);
  const floors = { l2: floorOf(want.map(([, l2]) => l2)), entry: floorOf(want.map(([, , largest]) => largest)) };
  const found = want.map(([name, l2, largest, first4]) => {
    const values = byName.get(name) as Float32Array;
    const ofEntries = first4.map(
      (value, i) => Math.abs((values[i] as number) - value) / Math.max(largest, floors.entry),
    );
    return { name, error: Math.max(...ofEntries, Math.abs(norm(values) - l2) / Math.max(l2, floors.l2)) };
  });
  const sorted = found.toSorted((a, b) => a.error - b.error);
  const last = sorted.at(-1) as { name: string; error: number };
  return { median: sorted[Math.floor(sorted.length / 2)]?.error ?? NaN, largest: last.error, where: last.name };
}

const norm = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

function expectClose(got: Float32Array, want: readonly number[], tolerance: number): void {
  expect(got.length).toBe(want.length);
  want.forEach((value, i) => expect(Math.abs((got[i] as number) - value)).toBeLessThanOrEqual(tolerance));
}
