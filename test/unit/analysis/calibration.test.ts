import { describe, expect, it } from 'vitest';
import { bootstrapHere } from '../../../main/analysis/bootstrap/job.ts';
import { createBootstrapPlan } from '../../../main/analysis/bootstrap/plan.ts';
import { indexPatients } from '../../../main/analysis/bootstrap/sampling.ts';
import { calibrate, planBrier, scaledBrier } from '../../../main/analysis/calibration/calibration.ts';
import { brier } from '../../../main/analysis/statistics/curves.ts';
import { decisionCurve, thresholdRange } from '../../../main/analysis/calibration/decision-curve.ts';
import {
  gradeConfusion,
  gradeOfLabels,
  gradeOfProbabilities,
  planKappa,
  quadraticKappa,
} from '../../../main/analysis/statistics/kappa.ts';
import { probabilityHistogram, reliability } from '../../../main/analysis/calibration/reliability.ts';
import { expectClose, peers } from './peers.ts';

const { labels, a, b, patients: names } = peers.data;
const patients = indexPatients(names);
const expected = peers.calibration;

describe('Brier score', () => {
  it('and its scaled form agree with scikit-learn', () => {
    expectClose(brier(labels, a), expected.brier, 1e-12);
    expectClose(scaledBrier(labels, a), expected.scaled_brier, 1e-12);
    expect(scaledBrier([1, 1], [0.5, 0.6])).toBeNull();
    expect(scaledBrier([1, 0], [1.5, 0.6])).toBeNull();
  });

  it('have clustered intervals', () => {
    const plan = createBootstrapPlan({ seed: 1, patients, labels: [labels] });
    const read = planBrier(plan, { labels, scores: a });
    const none = planBrier(plan, { labels, scores: a.map((score) => 2 * score) });
    const draws = bootstrapHere(plan.job());
    expectClose(read.brier(draws).value, expected.brier, 1e-12);
    expectClose(read.scaled(draws).value, expected.scaled_brier, 1e-12);
    expect(read.brier(draws).low).toBeLessThan(expected.brier);
    expect(read.brier(draws).high).toBeGreaterThan(expected.brier);
    expect(none.brier(draws)).toMatchObject({
      value: null,
      why: expect.stringContaining('no probabilities') as string,
    });
  });
});

describe('calibration intercept and slope', () => {
  it.each(['a', 'b'] as const)('agree with statsmodels: model %s', (name) => {
    const scores = { a, b }[name];
    const values = expected[name];
    const plain = calibrate(labels, scores);
    expectClose(plain.intercept.value, values.intercept, 1e-8);
    expectClose(plain.intercept.se, values.intercept_se, 1e-7);
    expectClose(plain.slope.value, values.slope, 1e-8);
    expectClose(plain.slope.se, values.slope_se, 1e-7);
    expect(plain.clipped).toBe(values.clipped);
    const clustered = calibrate(labels, scores, patients);
    expectClose(clustered.slope.value, values.slope, 1e-8);
    expectClose(clustered.slope.se, values.slope_se_clustered, 1e-7);
    expectClose(clustered.intercept.se, values.intercept_se_clustered, 1e-7);
    expectClose(clustered.slope.high, values.slope + 1.959963984540054 * values.slope_se_clustered, 1e-7);
  });

  it('invent no slope where the classes are separated', () => {
    for (const scores of [
      [0.1, 0.2, 0.7, 0.9],
      [0.9, 0.8, 0.2, 0.1],
      [0.1, 0.5, 0.5, 0.9],
      [0, 0, 1, 1],
    ]) {
      const { slope, intercept } = calibrate([0, 0, 1, 1], scores);
      expect(slope).toMatchObject({ value: null, se: null, why: expect.stringContaining('separate') as string });
      expect(intercept.value).not.toBeNull();
    }
    expect(calibrate([0, 1, 0, 1], [0, 0, 1, 1]).slope.value).toBeCloseTo(0, 10);
  });

  it('are undefined, and say why', () => {
    expect(calibrate([0, 1, 1], [0.4, 0.4, 0.4]).slope.why).toContain('same probability');
    expect(calibrate([0, 1, 1], [0.4, 0.4, 0.4]).intercept.value).toBeCloseTo(Math.log(2) - Math.log(0.4 / 0.6), 10);
    expect(calibrate([1, 1], [0.4, 0.5]).intercept.why).toContain('no negative');
    expect(calibrate([1, 0], [4, 0.5]).slope.why).toContain('no probabilities');
  });

  it('have no interval from one patient', () => {
    const { slope } = calibrate([0, 1, 0, 1], [0.2, 0.3, 0.6, 0.7], indexPatients(['p', 'p', 'p', 'p']));
    expect(slope.value).not.toBeNull();
    expect(slope).toMatchObject({ se: null, low: null, why: expect.stringContaining('two patients') as string });
  });

  it('are found where predictions are far off', () => {
    const far = labels.map((_, i) => (a[i] as number) * 1e-5 + 1e-6);
    const { intercept } = calibrate(labels, far);
    expect(intercept.value).toBeGreaterThan(5);
    // The score equation: fitted probabilities sum to the positives.
    const fitted = far.reduce(
      (sum, p) => sum + 1 / (1 + Math.exp(-(Math.log(p / (1 - p)) + (intercept.value ?? 0)))),
      0,
    );
    expect(fitted).toBeCloseTo(
      labels.reduce((sum, y) => sum + y, 0),
      8,
    );
  });
});

describe('reliability', () => {
  it.each(['a', 'b'] as const)('expected calibration error of model %s agrees with NumPy', (name) => {
    const scores = { a, b }[name];
    expectClose(reliability(labels, scores, { binning: 'equal-width' }).ece, expected.ece_width[name], 1e-12);
    expectClose(reliability(labels, scores, { binning: 'equal-mass' }).ece, expected.ece_mass[name], 1e-12);
  });

  it('bins hold every item once; tied probabilities stay together', () => {
    const { curve } = reliability(labels, b, { binning: 'equal-mass' });
    expect(curve.reduce((sum, bin) => sum + bin.items, 0)).toBe(labels.length);
    curve.slice(1).forEach((bin, i) => expect(bin.from).toBeGreaterThan(curve[i]?.to as number));
    const edges = reliability([0, 1, 1, 0], [0, 0.1, 1, 0.95], { binning: 'equal-width' });
    expect(edges.curve.map(({ from, to, items }) => [from, to, items])).toEqual([
      [0, 0.1, 1],
      [0.1, 0.2, 1],
      [0.9, 1, 2],
    ]);
    expect(edges.curve[2]?.observed.value).toBe(0.5);
    expectClose(edges.mce, 0.9, 1e-12);
  });

  it('is undefined without items or probabilities', () => {
    expect(reliability([], [], { binning: 'equal-width' })).toMatchObject({ ece: null, curve: [] });
    expect(reliability([1], [3], { binning: 'equal-mass' }).why).toContain('no probabilities');
    expect(probabilityHistogram([1, 0, 0], [1, 0.51, 0], 2)).toEqual({ positives: [0, 1], negatives: [1, 1] });
    expect(probabilityHistogram([1], [2])).toBeNull();
  });
});

describe('decision curve', () => {
  it('agrees with NumPy', () => {
    const curve = decisionCurve(
      labels,
      a,
      peers.decision_curve.map(({ threshold }) => threshold),
    );
    peers.decision_curve.forEach(({ model, all }, i) => {
      expectClose(curve.points[i]?.model, model, 1e-12);
      expectClose(curve.points[i]?.all, all, 1e-12);
    });
  });

  it('has no points where it is undefined, and a range of thresholds', () => {
    expect(decisionCurve([1, 1], [0.2, 0.3], [0.1])).toMatchObject({ points: [], prevalence: null });
    expect(decisionCurve([1, 0], [2, 0.3], [0.1]).why).toContain('no probabilities');
    expect(() => decisionCurve([1, 0], [0.2, 0.3], [1])).toThrow('threshold in (0, 1)');
    expect(thresholdRange(0.1, 0.3, 2)).toEqual([0.1, 0.2, 0.3]);
  });
});

describe('grades', () => {
  const { truth, predicted, kappa } = peers.kappa;

  it('quadratic weighted kappa agrees with scikit-learn', () => {
    expectClose(quadraticKappa(gradeConfusion(truth, predicted, 5), 5), kappa, 1e-12);
  });

  it('has a clustered interval, and is undefined where there is nothing to agree on', () => {
    const grouped = indexPatients(truth.map((_, i) => i >> 1));
    const plan = createBootstrapPlan({
      seed: 1,
      patients: grouped,
      labels: [truth.map((grade) => (grade > 1 ? 1 : 0))],
    });
    const read = planKappa(plan, { truth, predicted, grades: 5 });
    const constant = planKappa(plan, { truth: truth.map(() => 2), predicted: truth.map(() => 2), grades: 5 });
    const unknown = planKappa(plan, { truth: truth.map(() => null), predicted, grades: 5 });
    const draws = bootstrapHere(plan.job());
    expect(read(draws)).toMatchObject({ items: 200, grades: 5, draws: 2000, why: null });
    expectClose(read(draws).value, kappa, 1e-12);
    expect(read(draws).high).toBeGreaterThan(kappa);
    expect(constant(draws)).toMatchObject({ value: null, why: expect.stringContaining('same grade') as string });
    expect(unknown(draws)).toMatchObject({
      value: null,
      items: 0,
      why: expect.stringContaining('no graded') as string,
    });
  });

  it('come from the largest of the outputs, and from labels with one positive', () => {
    expect(gradeOfProbabilities([0.2, 0.9, 0.9, 0.1, 0])).toBe(1);
    expect(gradeOfProbabilities([0, 0, 0, 0, 0])).toBe(0);
    expect(gradeOfLabels([0, 0, 1, 0, 0])).toBe(2);
    expect(gradeOfLabels([0, 0, 0])).toBeNull();
    expect(gradeOfLabels([1, 0, 1])).toBeNull();
    expect(gradeOfLabels([null, null])).toBeNull();
    expect(() => gradeConfusion([5], [0], 5)).toThrow('Expected grades 0 to 4, got 5');
  });
});
