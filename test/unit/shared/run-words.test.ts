import { describe, expect, it } from 'vitest';
import { describeEarlyStops, describeFeeding, describeWaiting, feedingSoFar } from '../../../shared/run/run-words.ts';
import type { MetricEvent, RunResult } from '../../../shared/run/run.ts';
import { madeUpResult } from '../made-up-runs.ts';

describe('waiting for images', () => {
  it('is a matter from a tenth of the time on', () => {
    expect(describeWaiting({ steps: 99, stepMs: 100, waitMs: 9 })).toBeNull();
    expect(describeWaiting({ steps: 99, stepMs: 100, waitMs: 34 })).toContain('waited for images for 34 % of its time');
    expect(describeWaiting({ steps: 99, stepMs: 0, waitMs: 0 })).toBeNull();
    expect(describeWaiting({ steps: 19, stepMs: 100, waitMs: 34 })).toBeNull();
  });
});

describe('feeding', () => {
  it('is said in milliseconds of an image, as far as it happened', () => {
    expect(describeFeeding({ decodedImages: 1200, decodeMs: 14.23, augmentMs: 2.5 })).toBe(
      'decoding 14.2 ms an image (1,200 images), augmenting 2.5 ms an image',
    );
    expect(describeFeeding({ decodedImages: 0, decodeMs: null, augmentMs: null })).toBe('no image had to be decoded');
  });

  it('is added up from the events of a run that still trains', () => {
    const step = (decodedImages: number, decodeMs: number): MetricEvent => ({
      ...{ type: 'step', step: 1, epoch: 0, loss: 1, learningRate: 1, stepMs: 9, waitMs: 3, decodedImages, decodeMs },
      augmentMs: 2,
    });
    expect(feedingSoFar([])).toBeNull();
    expect(feedingSoFar([step(30, 10), step(10, 30), step(0, 0)])).toEqual({
      ...{ decodedImages: 40, decodeMs: 15, augmentMs: 2, waitMs: 3 },
    });
  });
});

describe('early stops', () => {
  const run = (steps: number, plannedSteps: number | null): RunResult => ({
    ...{ ...madeUpResult('r'), steps },
    stoppedEarly: plannedSteps === null ? null : { plannedSteps },
  });

  it('are counted among the finished runs, with where they happened', () => {
    expect(describeEarlyStops([run(2000, null), null])).toBeNull();
    expect(describeEarlyStops([run(300, 2000), run(900, 2000), run(2000, null), null])).toBe(
      '2 of 3 runs stopped early, at steps 300 to 900 of 2,000; their curves end there.',
    );
    expect(describeEarlyStops([run(300, 2000)])).toBe(
      '1 of 1 run stopped early, at step 300 of 2,000; its curve ends there.',
    );
  });
});
