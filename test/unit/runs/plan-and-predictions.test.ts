import { describe, expect, it } from 'vitest';
import { PROTOCOLS } from '../../../shared/study/protocol.ts';
import type { Endpoint } from '../../../shared/dataset/dataset.ts';
import { createEtaTracker } from '../../../main/runs/process/eta.ts';
import { evaluate, isBetter } from '../../../main/runs/training/evaluation.ts';
import { formatPredictions, parsePredictions } from '../../../main/runs/process/predictions-csv.ts';
import {
  createDataOrder,
  evaluationsAfter,
  isCheckpointStep,
  isEvaluationStep,
  isEventStep,
  planTraining,
} from '../../../main/runs/training/training-plan.ts';
import { chooseImages } from '../../../main/runs/feed/image-lists.ts';

const protocol = { ...PROTOCOLS.retina, batch: 4, epochs: 3 };

describe('planTraining', () => {
  it('drops the images that fill no batch, others in every epoch', () => {
    const plan = planTraining({ protocol, trainImages: 10 });
    expect(plan).toMatchObject({ batch: 4, stepsPerEpoch: 2, totalSteps: 6, evaluateEverySteps: 2 });
    const order = createDataOrder(plan, 7);
    const epochs = [0, 1, 2].map((epoch) => [...order(2 * epoch).positions, ...order(2 * epoch + 1).positions]);
    for (const seen of epochs) expect(new Set(seen).size).toBe(8);
    expect(epochs[0]).not.toEqual(epochs[1]);
    expect(order(3).epoch).toBe(1);
  });

  it('gives any step the same batch, in whatever order steps are asked for', () => {
    const plan = planTraining({ protocol, trainImages: 9 });
    const forward = createDataOrder(plan, 1);
    const batches = [0, 1, 2, 3, 4, 5].map((step) => [...forward(step).positions]);
    const other = createDataOrder(plan, 1);
    for (const step of [5, 0, 3, 1, 4, 2]) expect([...other(step).positions]).toEqual(batches[step]);
    expect([...createDataOrder(plan, 2)(0).positions]).not.toEqual(batches[0]);
  });

  it('takes all images as one batch where there are fewer than a batch', () => {
    expect(planTraining({ protocol, trainImages: 3 })).toMatchObject({ batch: 3, stepsPerEpoch: 1, totalSteps: 3 });
    expect(() => planTraining({ protocol, trainImages: 0 })).toThrow(/found none/);
  });

  it('prefers steps to epochs, and evaluates the end', () => {
    const plan = planTraining({ protocol: { ...protocol, steps: 7, evaluateEverySteps: 3 }, trainImages: 100 });
    const steps = Array.from({ length: 7 }, (_, i) => i + 1);
    expect(steps.filter((step) => isEvaluationStep(plan, step))).toEqual([3, 6, 7]);
    expect([0, 3, 4, 6, 7].map((step) => evaluationsAfter(plan, step))).toEqual([3, 2, 2, 1, 0]);
    expect(isCheckpointStep(plan, 7)).toBe(true);
    expect(isEvaluationStep(plan, 0)).toBe(false);
  });

  it('ends metric events at checkpoints and keeps their number small', () => {
    const plan = planTraining({
      protocol: { ...protocol, steps: 20_000, evaluateEverySteps: 1001, checkpointEverySteps: 333 },
      trainImages: 100,
    });
    expect(plan.eventEverySteps).toBe(20);
    expect([20, 333, 1001].every((step) => isEventStep(plan, step))).toBe(true);
    expect(isEventStep(plan, 21)).toBe(false);
  });
});

describe('chooseImages', () => {
  const images = Array.from({ length: 12 }, (_, i) => ({
    id: `i${i}`,
    path: '',
    sha256: '',
    patient: Math.floor(i / 2),
    eye: null,
    split: i < 8 ? ('train' as const) : i < 10 ? ('validation' as const) : ('test' as const),
    labels: [i % 2 === 0 ? 1 : 0, i % 2] as (0 | 1)[],
  }));
  const manifest = {
    schema: 1 as const,
    datasetId: 'd',
    contentHash: '',
    modality: 'other' as const,
    synthetic: true,
    target: { kind: 'classes' as const, outputs: ['a', 'b'], endpoints: [], mapping: '' },
    images,
  };
  it('takes whole patients for smaller training sets and leaves the other splits alone', () => {
    const all = chooseImages(manifest, { trainSize: 'all', seed: 3 });
    expect(all).toEqual({ train: [0, 1, 2, 3, 4, 5, 6, 7], validation: [8, 9], test: [10, 11] });
    const four = chooseImages(manifest, { trainSize: 4, seed: 3 });
    expect(four.train).toHaveLength(4);
    expect(new Set(four.train.map((i) => images[i]?.patient)).size).toBe(2);
    expect(four.test).toEqual(all.test);
  });
});

describe('predictions.csv', () => {
  const outputs = ['grade 0, none', 'say "two"'];
  const rows = [
    {
      imageId: 'a',
      patient: 3,
      eye: 'left',
      split: 'test' as const,
      labels: [1, null] as (0 | 1 | null)[],
      probabilities: [Math.fround(0.1), Math.fround(1e-9)],
    },
    {
      imageId: 'b',
      patient: 0,
      eye: null,
      split: 'validation' as const,
      labels: [0, 1] as (0 | 1 | null)[],
      probabilities: [0, 1],
    },
  ];
  it('keeps every digit, unknown labels and names with commas', () => {
    const text = formatPredictions(outputs, rows);
    expect(text.split('\n')[0]).toContain('"label:grade 0, none"');
    expect(parsePredictions(text, outputs)).toEqual(rows);
  });
  it('refuses a file that is cut short', () => {
    const text = formatPredictions(outputs, rows);
    expect(() => parsePredictions(text.slice(0, -8), outputs)).toThrow(/Line 3/);
    expect(() => parsePredictions(text, ['one'])).toThrow(/6 columns|columns/);
  });
});

describe('evaluate', () => {
  const endpoints: Endpoint[] = [
    { id: 'x', name: 'X', positiveOutputs: [1], score: 'share', headline: true },
    { id: 'y', name: 'Y', positiveOutputs: [0], score: 'probability', headline: true },
  ];
  it('masks unknown labels, and leaves an endpoint without a class undefined', () => {
    const { auc, headlineAuc, loss } = evaluate({
      endpoints,
      head: 'sigmoid',
      labels: [
        [1, 0],
        [1, 1],
        [null, 1],
      ],
      probabilities: Float32Array.from([0.5, 0.25, 0.5, 0.5, 0.5, 0.75]),
    });
    expect(auc).toEqual({ x: 1, y: null });
    expect(headlineAuc).toBe(1);
    const expected = -(Math.log(0.5) + Math.log(0.75) + Math.log(0.5) + Math.log(0.5) + Math.log(0.75)) / 5;
    expect(loss).toBeCloseTo(expected, 6);
  });
  it('uses the cross-entropy of the labelled class for a softmax head', () => {
    const { loss } = evaluate({
      endpoints,
      head: 'softmax',
      labels: [
        [1, 0],
        [0, 0],
      ],
      probabilities: Float32Array.from([0.25, 0.75, 0.5, 0.5]),
    });
    expect(loss).toBeCloseTo(-Math.log(0.25), 6);
  });
  it('prefers the higher AUC, the earlier one in a tie, and the loss where no AUC is defined', () => {
    const best = { step: 1, headlineAuc: 0.7, loss: 1 };
    expect(isBetter({ headlineAuc: 0.8, loss: 9 }, best)).toBe(true);
    expect(isBetter({ headlineAuc: 0.7, loss: 0 }, best)).toBe(false);
    expect(isBetter({ headlineAuc: null, loss: 0 }, best)).toBe(false);
    expect(isBetter({ headlineAuc: null, loss: 0.5 }, { step: 1, headlineAuc: null, loss: 1 })).toBe(true);
    expect(isBetter({ headlineAuc: 0.1, loss: 9 }, null)).toBe(true);
  });
});

describe('createEtaTracker', () => {
  it('adds what is left of steps, evaluations and the test', () => {
    const plan = planTraining({ protocol: { ...protocol, steps: 10, evaluateEverySteps: 5 }, trainImages: 40 });
    const eta = createEtaTracker({ plan, validationImages: 10, testImages: 20 });
    expect(eta.remaining(0)).toBeNull();
    eta.addStep(9);
    eta.addStep(2);
    eta.addScoring(10, 1);
    // 8 steps of 2 s; evaluations at 5 and 10 and the final scoring of 30 images at 0.1 s.
    expect(eta.remaining(2)).toBeCloseTo(16 + 2 + 3, 9);
    expect(eta.remaining(10)).toBeCloseTo(3, 9);
  });
});
