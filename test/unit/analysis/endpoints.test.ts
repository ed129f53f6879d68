import { describe, expect, it } from 'vitest';
import { orderEvents } from '../../../main/analysis/study/convergence.ts';
import { stepsToThreshold } from '../../../shared/results/threshold-steps.ts';
import { endpointLabel, endpointScore } from '../../../main/analysis/study/endpoints.ts';
import type { Endpoint } from '../../../shared/dataset/dataset.ts';
import type { MetricEvent } from '../../../shared/run/run.ts';

const referable: Endpoint = {
  id: 'r',
  name: 'Referable DR',
  positiveOutputs: [2, 3, 4],
  score: 'share',
  headline: true,
};
const edema: Endpoint = { id: 'e', name: 'Edema', positiveOutputs: [1], score: 'probability', headline: true };

describe('endpoints', () => {
  it('reads labels: any positive, all negative, else left out', () => {
    expect(endpointLabel(referable, [0, 0, 0, 1, 0])).toBe(1);
    expect(endpointLabel(referable, [1, 0, 0, 0, 0])).toBe(0);
    expect(endpointLabel(referable, [0, 0, 0, null, 0])).toBeNull();
    expect(endpointLabel(referable, [0, 0, 1, null, 0])).toBe(1);
    expect(endpointLabel(referable, [null, null, 0, 0, 0])).toBe(0);
    expect(endpointLabel(edema, [1, null])).toBeNull();
    expect(endpointLabel(edema, [1])).toBeNull();
  });

  it('scores by probability or by share', () => {
    expect(endpointScore(edema, [0.9, 0.25])).toBe(0.25);
    expect(endpointScore(referable, [0.5, 0.1, 0.2, 0.1, 0.1])).toBeCloseTo(0.4, 15);
    expect(endpointScore(referable, Float32Array.of(1, 1, 1, 1, 1))).toBeCloseTo(0.6, 15);
    expect(endpointScore(referable, [0, 0, 0, 0, 0])).toBe(0);
  });
});

describe('convergence', () => {
  const evaluation = (step: number, headlineAuc: number | null): MetricEvent => ({
    type: 'evaluation',
    step,
    epoch: step / 10,
    loss: 1,
    auc: {},
    headlineAuc,
    best: false,
  });
  const step: MetricEvent = {
    type: 'step',
    step: 1,
    epoch: 0,
    loss: 1,
    learningRate: 1,
    stepMs: 1,
    waitMs: 0,
    decodedImages: 0,
    decodeMs: 0,
    augmentMs: 1,
  };

  it('takes the first evaluation at or above the threshold', () => {
    const events = [step, evaluation(10, null), evaluation(20, 0.7), evaluation(30, 0.8), evaluation(40, 0.9)];
    expect(stepsToThreshold(events, 0.8)).toBe(30);
    expect(stepsToThreshold(events, 0.95)).toBeNull();
    expect(stepsToThreshold([], 0.5)).toBeNull();
  });

  it('keeps what a resumed run went on with, in order', () => {
    const events = [step, evaluation(20, 0.6), evaluation(30, 0.7), evaluation(20, 0.65), evaluation(30, 0.9)];
    expect(orderEvents(events)).toEqual([step, evaluation(20, 0.65), evaluation(30, 0.9)]);
  });
});
