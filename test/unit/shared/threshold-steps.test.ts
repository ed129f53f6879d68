import { describe, expect, it } from 'vitest';
import { censoredMedian, stepsToThreshold } from '../../../main/analysis/convergence.ts';
import type { MetricEvent } from '../../../shared/run.ts';
import {
  armSteps,
  kaplanMeierMedian,
  medianRatio,
  observeSteps,
  ratioText,
  type StepsObservation,
} from '../../../shared/threshold-steps.ts';

const reached = (...steps: number[]): StepsObservation[] => steps.map((at) => ({ steps: at, reached: true }));
const censored = (...steps: number[]): StepsObservation[] => steps.map((at) => ({ steps: at, reached: false }));
const evaluation = (step: number, headlineAuc: number | null): MetricEvent => ({
  ...{ type: 'evaluation', step, epoch: 0, loss: 1, auc: {}, headlineAuc, best: false },
});

describe('observed steps', () => {
  const events = [evaluation(10, 0.6), evaluation(20, null), evaluation(30, 0.8), evaluation(40, 0.7)];
  it('are those of the first evaluation at the threshold, or the last one without it', () => {
    expect(observeSteps(events, 0.8)).toEqual({ steps: 30, reached: true });
    expect(observeSteps(events, 0.9)).toEqual({ steps: 40, reached: false });
    expect(observeSteps([], 0.9)).toBeNull();
    expect(stepsToThreshold(events, 0.55)).toBe(10);
  });
});

describe('the Kaplan-Meier median', () => {
  it('is the median where nothing is censored', () => {
    expect(kaplanMeierMedian(reached(30, 10, 20))).toBe(20);
    expect(kaplanMeierMedian(reached(10, 20, 30, 50))).toBe(25);
    expect(kaplanMeierMedian(reached(7))).toBe(7);
    expect(kaplanMeierMedian([])).toBeNull();
  });

  it('agrees with the simple one where all runs are equally long', () => {
    for (const observed of [[10, 20, 30], [10, 20], [10], [10, 10, 40]]) {
      for (const never of [0, 1, 2, 3]) {
        const runs = [...reached(...observed), ...censored(...Array.from({ length: never }, () => 100))];
        expect(kaplanMeierMedian(runs)).toBe(
          censoredMedian([...observed, ...Array.from({ length: never }, () => null)]),
        );
      }
    }
  });

  it('takes early ends out of those at risk', () => {
    // 6 at risk: 5/6; then 1 lost; 4 at risk at 20: 5/6 x 3/4 = 0.625; 3 at risk at 30: 0.4167.
    const runs = [...reached(10, 20, 30), ...censored(15, 40, 50)];
    expect(kaplanMeierMedian(runs)).toBe(30);
    expect(kaplanMeierMedian([...reached(10), ...censored(5, 5, 5)])).toBe(10);
  });
});

describe('the ratio of medians', () => {
  it('has an interval over runs, the same each time', () => {
    const found = medianRatio(reached(10, 12, 14, 16, 18), reached(30, 32, 34, 36, 38));
    expect(found.ratio).toBeCloseTo(14 / 34, 12);
    expect(found.low).toBeGreaterThan(10 / 38);
    expect(found.high).toBeLessThan(18 / 30);
    expect(found.why).toBeNull();
    expect(medianRatio(reached(10, 12, 14, 16, 18), reached(30, 32, 34, 36, 38))).toEqual(found);
  });

  it('says why where it is undefined', () => {
    expect(medianRatio([], reached(1)).why).toContain('finished run');
    expect(medianRatio([...reached(1), ...censored(9)], reached(1, 2)).why).toContain('never reached');
    expect(medianRatio(reached(5), reached(10, 20))).toMatchObject({ ratio: 5 / 15, low: null });
    expect(medianRatio(reached(5, 5), reached(10, 10))).toMatchObject({ ratio: 0.5, low: null, high: null });
    const open = medianRatio([...reached(10, 20, 30), ...censored(90)], reached(10, 20, 30, 40));
    expect(open.low).not.toBeNull();
    expect(open.high).toBeNull();
    expect(open.why).toContain('No upper limit');
    expect(ratioText(open)).toMatch(/^0\.\d\d|1\.00 \(from /);
    expect(ratioText({ ratio: null, low: null, high: null, why: '' })).toBe('–');
  });
});

describe('arms', () => {
  it('are compared with the first one that has runs', () => {
    const curve = (armId: string, seed: number, step: number) => ({ armId, seed, events: [evaluation(step, 0.9)] });
    const found = armSteps(['none', 'a', 'b'], [curve('b', 1, 20), curve('a', 0, 40), curve('b', 0, 10)], 0.8);
    expect(found.map(({ armId, median }) => [armId, median])).toEqual([
      ['a', 40],
      ['b', 15],
    ]);
    expect(found[0]?.ratio).toBeNull();
    expect(found[1]?.ratio?.ratio).toBeCloseTo(15 / 40, 12);
    expect(found[1]?.runs.map(({ seed }) => seed)).toEqual([0, 1]);
  });
});
