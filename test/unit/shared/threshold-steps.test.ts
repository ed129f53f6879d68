import { describe, expect, it } from 'vitest';
import { armSteps, curveSteps } from '../../../shared/results/arm-steps.ts';
import type { MetricEvent } from '../../../shared/run/run.ts';
import {
  observedOf,
  observeSteps,
  stepsToThreshold,
  survivalMedian,
  type StepsObservation,
} from '../../../shared/results/threshold-steps.ts';

const reached = (...steps: number[]): StepsObservation[] => steps.map((at) => ({ steps: at, reached: true }));
const censored = (...steps: number[]): StepsObservation[] => steps.map((at) => ({ steps: at, reached: false }));
const evaluation = (step: number, headlineAuc: number | null): MetricEvent => ({
  ...{ type: 'evaluation', step, epoch: 0, loss: 1, auc: {}, headlineAuc, best: false },
});
const median = (runs: StepsObservation[]): number | null => survivalMedian(runs)?.median ?? null;

describe('observed steps', () => {
  const events = [evaluation(10, 0.6), evaluation(20, null), evaluation(30, 0.8), evaluation(40, 0.7)];
  it('are those of the first evaluation at the threshold, or the last one without it', () => {
    expect(observeSteps(events, 0.8)).toEqual({ steps: 30, reached: true });
    expect(observeSteps(events, 0.9)).toEqual({ steps: 40, reached: false });
    expect(observeSteps([], 0.9)).toBeNull();
    expect(stepsToThreshold(events, 0.55)).toBe(10);
  });

  it('of stored runs are censored at their end', () => {
    const runs = observedOf([
      { seed: 0, steps: 30, until: 600 },
      { seed: 1, steps: null, until: 600 },
    ]);
    expect(runs).toEqual([
      { seed: 0, steps: 30, reached: true },
      { seed: 1, steps: 600, reached: false },
    ]);
  });
});

describe('the Kaplan-Meier median', () => {
  it('is the median where nothing is censored', () => {
    expect(median(reached(30, 10, 20))).toBe(20);
    expect(median(reached(10, 20, 30, 50))).toBe(25);
    expect(median(reached(7))).toBe(7);
    expect(survivalMedian([])).toBeNull();
  });

  it('takes a run that never got there as later than all that did', () => {
    expect(median([...reached(30, 20), ...censored(100)])).toBe(30);
    expect(median([...reached(10, 20, 30), ...censored(100)])).toBe(25);
    expect(survivalMedian([...reached(10), ...censored(100, 100)])).toEqual({ median: null, atLeast: 100 });
    expect(survivalMedian([...reached(10), ...censored(100)])).toEqual({ median: null, atLeast: 55 });
  });

  it('takes early ends out of those at risk', () => {
    // 6 at risk: 5/6; then 1 lost; 4 at risk at 20: 5/6 x 3/4 = 0.625; 3 at risk at 30: 0.4167.
    expect(median([...reached(10, 20, 30), ...censored(15, 40, 50)])).toBe(30);
    expect(median([...reached(10), ...censored(5, 5, 5)])).toBe(10);
  });
});

describe('arms', () => {
  const curve = (armId: string, seed: number, step: number) => ({ armId, seed, events: [evaluation(step, 0.9)] });

  it('are compared with the first one of their group, by seed', () => {
    const found = curveSteps(['a', 'b', 'none'], [curve('b', 1, 20), curve('a', 0, 40), curve('b', 0, 10)], 0.8);
    expect(found.map((arm) => [arm.armId, arm.median, arm.ratio?.against])).toEqual([
      ['a', 40, undefined],
      ['b', 15, 'a'],
    ]);
    expect(found[1]?.ratio?.ratio).toBeCloseTo(15 / 40, 12);
    expect(found[1]?.runs.map(({ seed }) => seed)).toEqual([0, 1]);
  });

  it('wait for the first one', () => {
    const runs = reached(20).map((run) => ({ ...run, seed: 0 }));
    const [found] = armSteps([
      { armId: 'a', runs: [] },
      { armId: 'b', runs },
    ]);
    expect(found).toMatchObject({ armId: 'b', ratio: { ratio: null, why: 'Needs a finished run in both arms.' } });
  });
});
