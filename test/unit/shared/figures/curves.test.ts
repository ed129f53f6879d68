import { describe, expect, it } from 'vitest';
import { bucketMeans, bucketSize, curveOf, meanCurve, runningMean } from '../../../../shared/figures/curves.ts';
import type { MetricEvent } from '../../../../shared/run/run.ts';

const evaluation = (step: number, headlineAuc: number | null): MetricEvent => ({
  type: 'evaluation',
  step,
  epoch: 0,
  loss: 0.5,
  auc: {},
  headlineAuc,
  best: false,
});

describe('curves', () => {
  it('leaves out what is undefined', () => {
    const events = [evaluation(1, null), evaluation(2, 0.7)];
    expect(curveOf(events, 'validation-auc')).toEqual([{ x: 2, y: 0.7 }]);
    expect(curveOf(events, 'validation-loss')).toHaveLength(2);
    expect(curveOf(events, 'training-loss')).toEqual([]);
  });

  it('means only over steps that every seed has, with the sample standard deviation', () => {
    const { mean, band } = meanCurve([
      [
        { x: 1, y: 1 },
        { x: 2, y: 2 },
        { x: 3, y: 9 },
      ],
      [
        { x: 1, y: 3 },
        { x: 2, y: 2 },
      ],
      [],
    ]);
    expect(mean).toEqual([
      { x: 1, y: 2 },
      { x: 2, y: 2 },
    ]);
    expect(band[0]?.high).toBeCloseTo(2 + Math.SQRT2, 12);
    expect(band[1]).toEqual({ x: 2, low: 2, high: 2 });
  });

  it('has no band with one seed', () => {
    expect(meanCurve([[{ x: 1, y: 1 }]])).toEqual({ mean: [{ x: 1, y: 1 }], band: [] });
    expect(meanCurve([])).toEqual({ mean: [], band: [] });
  });

  it('smooths without shifting', () => {
    const points = Array.from({ length: 60 }, (_, x) => ({ x, y: x }));
    const smooth = runningMean(points);
    expect(smooth[30]).toEqual({ x: 30, y: 30 });
    expect(smooth).toHaveLength(60);
    expect(runningMean([{ x: 1, y: 5 }])).toEqual([{ x: 1, y: 5 }]);
  });

  it('draws long runs by means of reports in a row', () => {
    expect([1, 2000, 2001, 100_000].map((longest) => bucketSize(longest, 2000))).toEqual([1, 1, 2, 64]);
    const points = [4, 2, 9].map((y, index) => ({ x: index + 1, y }));
    expect(bucketMeans(points, 2)).toEqual([{ x: 2, y: 3 }]);
    expect(bucketMeans(points, 1)).toEqual(points);
  });
});
