import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { auc } from '../../../main/analysis/statistics/auc.ts';
import { bootstrapHere } from '../../../main/analysis/bootstrap/job.ts';
import { differenceDraws } from '../../../main/analysis/bootstrap/combine.ts';
import { percentileInterval } from '../../../main/analysis/bootstrap/interval.ts';
import { createBootstrapPlan } from '../../../main/analysis/bootstrap/plan.ts';
import { indexPatients } from '../../../main/analysis/bootstrap/sampling.ts';
import { planCalibrationDraws } from '../../../main/analysis/calibration/calibration-draws.ts';
import { calibrate } from '../../../main/analysis/calibration/calibration.ts';
import { brier } from '../../../main/analysis/statistics/curves.ts';
import { decisionThresholds, planDecisionCurve } from '../../../main/analysis/calibration/decision-curve.ts';
import { applyRecalibration, fitRecalibration } from '../../../main/analysis/calibration/recalibration.ts';
import { compareCalls } from '../../../main/analysis/study/study-calls.ts';
import { expectClose, peers } from './peers.ts';

interface Expected {
  platt: { intercept: number; slope: number; after: { brier: number; slope: number } };
  temperature: { slope: number; after: { brier: number; slope: number } };
}
/** `test/peers/recalibration_peers.py` wrote it. */
const file = path.join(import.meta.dirname, '../../fixtures/statistics/recalibration.json');
const expected = JSON.parse(readFileSync(file, 'utf8')) as Record<'a' | 'b', Expected>;
const { labels, a, b, patients: names } = peers.data;
const patients = indexPatients(names);

describe('recalibration', () => {
  it.each(['a', 'b'] as const)('agrees with statsmodels and SciPy, and leaves the AUC: model %s', (name) => {
    const scores = { a, b }[name];
    const test = { labels: labels.slice(150), scores: scores.slice(150) };
    for (const method of ['platt', 'temperature'] as const) {
      const { fitted } = fitRecalibration(method, labels.slice(0, 150), scores.slice(0, 150));
      if (fitted === null) throw new Error('Expected a fit.');
      expectClose(fitted.slope, expected[name][method].slope, 1e-6);
      if (method === 'platt') expectClose(fitted.intercept, expected[name].platt.intercept, 1e-7);
      else expect(fitted.intercept).toBe(0);
      const after = applyRecalibration(fitted, test.scores);
      expectClose(brier(test.labels, after), expected[name][method].after.brier, 1e-6);
      expectClose(calibrate(test.labels, after).slope.value, expected[name][method].after.slope, 1e-5);
      expectClose(auc(test.labels, after), auc(test.labels, test.scores) as number, 1e-12);
    }
  });

  it('says why nothing was fitted', () => {
    const why = (method: 'platt' | 'temperature', y: number[], p: number[]) => fitRecalibration(method, y, p).why;
    expect(why('platt', [1, 1], [0.2, 0.7])).toContain('no negative item');
    expect(why('platt', [0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4])).toContain('separate the classes');
    expect(why('temperature', [0, 0, 1, 1], [0.1, 0.2, 0.7, 0.8])).toContain('separate the classes');
    expect(why('temperature', [0, 0, 1, 1], [0.1, 0.2, 0.3, 0.8])).toBeNull();
    expect(why('platt', [1, 0, 1, 0, 1, 0], [0.2, 0.3, 0.4, 0.5, 0.1, 0.9])).toContain('would not rise');
    expect(why('platt', [1, 0], [0.5, 0.5])).toContain('same probability');
    expect(why('platt', [1, 0], [3, 0.5])).toContain('no probabilities');
  });
});

describe('draws', () => {
  it('of intercept and slope have the spread of the sandwich', () => {
    const plan = createBootstrapPlan({ seed: 1, patients, labels: [labels], strata: 'none' });
    const calibration = calibrate(labels, a, patients);
    const read = planCalibrationDraws(plan, { labels, scores: a, calibration });
    const drawn = read(bootstrapHere(plan.job()));
    for (const name of ['intercept', 'slope'] as const) {
      const { se } = percentileInterval(calibration[name].value, drawn[name]);
      expect((se as number) / (calibration[name].se as number)).toBeGreaterThan(0.85);
      expect((se as number) / (calibration[name].se as number)).toBeLessThan(1.2);
    }
  });

  it('of a decision curve hold its points', () => {
    const thresholds = decisionThresholds({ from: 0.05, to: 0.5 });
    expect(thresholds).toHaveLength(46);
    expect(decisionThresholds({ from: 0.012, to: 0.034 })).toHaveLength(23);
    expect(decisionThresholds({ from: 0.001, to: 0.999 }).length).toBeLessThanOrEqual(51);
    const plan = createBootstrapPlan({ seed: 1, patients, labels: [labels] });
    const { curve, perDraw } = planDecisionCurve(plan, { labels, scores: a, thresholds });
    perDraw(bootstrapHere(plan.job())).forEach(({ gain, cost }, index) => {
      const { low, high } = percentileInterval(curve.points[index]?.model ?? null, differenceDraws(gain, cost));
      expect(low).toBeLessThan(curve.points[index]?.model as number);
      expect(high).toBeGreaterThan(curve.points[index]?.model as number);
    });
  });
});

describe('arms at frozen thresholds', () => {
  it('are compared on patients, seed by seed, and adjusted over all tests', () => {
    const one = { armId: 'A', seed: 0, scores: [0.9, 0.9, 0.9, 0.1, 0.1, 0.1], threshold: 0.5 };
    const two = { armId: 'B', seed: 0, scores: [0.1, 0.1, 0.9, 0.1, 0.9, 0.1], threshold: 0.5 };
    const params = { pairs: [{ armA: 'A', armB: 'B' }], labels: [1, 1, 1, 0, 0, null] };
    const [row] = compareCalls({ ...params, runs: [one, two], patients: [0, 1, 2, 3, 4, 5] });
    expect(row?.positive).toEqual({ patients: 3, onlyA: 2, onlyB: 0, p: 0.5, adjustedP: 1 });
    expect(row?.negative).toEqual({ patients: 2, onlyA: 1, onlyB: 0, p: 1, adjustedP: 1 });
    const none = compareCalls({
      ...params,
      runs: [one, { ...two, threshold: undefined }],
      patients: [0, 1, 2, 3, 4, 5],
    });
    expect(none[0]?.why).toContain('No threshold');
    expect(compareCalls({ ...params, runs: [one, { ...two, seed: 1 }], patients: [0, 1, 2, 3, 4, 5] })).toEqual([]);
  });
});
