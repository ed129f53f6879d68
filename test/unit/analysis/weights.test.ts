import { describe, expect, it } from 'vitest';
import { weightHistogram } from '../../../main/analysis/weights/histogram.ts';
import {
  addSums,
  meanAndSd,
  weightMovementOf,
  weightMovementSums,
} from '../../../main/analysis/weights/weight-movement.ts';

const array = (...values: number[]): Float32Array => Float32Array.from(values);

describe('movement', () => {
  it('is the norm of the difference over that of the start, and the cosine', () => {
    const moved = weightMovementOf(weightMovementSums(array(3, 4), array(3, 4 + 5)));
    expect(moved.relativeDistance).toBeCloseTo(1, 12);
    expect(moved.cosine).toBeCloseTo((9 + 36) / (5 * Math.sqrt(90)), 12);
    expect(moved).toMatchObject({ rmsBefore: Math.sqrt(12.5), rmsAfter: Math.sqrt(45), count: 2 });
  });

  it('is 0 and 1 where nothing moved', () => {
    expect(weightMovementOf(weightMovementSums(array(1, -2, 5), array(1, -2, 5)))).toMatchObject({
      relativeDistance: 0,
      cosine: 1,
    });
  });

  it('is undefined from nothing', () => {
    expect(weightMovementOf(weightMovementSums(array(0, 0), array(1, 0)))).toMatchObject({
      relativeDistance: null,
      cosine: null,
    });
  });

  it('of several tensors is that of all their values', () => {
    const parts = [weightMovementSums(array(1, 2), array(2, 2)), weightMovementSums(array(-3), array(4))];
    expect(weightMovementOf(addSums(parts))).toEqual(
      weightMovementOf(weightMovementSums(array(1, 2, -3), array(2, 2, 4))),
    );
  });

  it('has a mean and an SD over what is known', () => {
    expect(meanAndSd([1, null, 3])).toEqual({ mean: 2, sd: Math.SQRT2 });
    expect(meanAndSd([4])).toEqual({ mean: 4, sd: null });
    expect(meanAndSd([null])).toBeNull();
  });
});

describe('weightHistogram', () => {
  it('counts both in common bins around zero', () => {
    expect(weightHistogram(array(-1, 0, 0.4, 2), array(1.9, -2), 4)).toEqual({
      low: -2,
      high: 2,
      before: [0, 1, 2, 1],
      after: [1, 0, 0, 1],
    });
  });

  it('copes with zeros and with what is not finite', () => {
    expect(weightHistogram(array(0, 0), array(NaN, Infinity), 2)).toEqual({
      low: -1,
      high: 1,
      before: [0, 2],
      after: [0, 0],
    });
  });
});
