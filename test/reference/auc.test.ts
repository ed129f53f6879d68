/**
 * Reproduces every case of `auc.json` (scikit-learn, R pROC, a direct implementation of Obuchowski 1997) within the
 * tolerances of the reference README. Which cases, score vectors, targets and pairs there are is read from the file.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { auc, clusteredDelong, delong, estimateAuc } from '../../main/analysis/statistics/auc.ts';
import { differenceDraws } from '../../main/analysis/bootstrap/combine.ts';
import { percentileInterval } from '../../main/analysis/bootstrap/interval.ts';
import { bootstrapHere } from '../../main/analysis/bootstrap/job.ts';
import { createBootstrapPlan, planAuc, planAveragePrecision } from '../../main/analysis/bootstrap/plan.ts';
import { indexPatients } from '../../main/analysis/bootstrap/sampling.ts';
import { comparePaired } from '../../main/analysis/statistics/comparison.ts';
import { averagePrecision, brier, prCurve, rocCurve } from '../../main/analysis/statistics/curves.ts';
import {
  interpolatedSensitivity,
  sensitivityAtSpecificity,
  specificityAtSensitivity,
  youden,
} from '../../main/analysis/statistics/operating-points.ts';
import { Z95 } from '../../main/analysis/statistics/normal.ts';
import { placements, type Placements } from '../../main/analysis/statistics/placements.ts';
import { buildClusters } from '../../main/analysis/statistics/variance.ts';

interface Expected {
  auc: number | null;
  average_precision: number | null;
  brier: number | null;
  delong_variance: number | null;
  delong_ci95: [number, number] | null;
  sensitivity_at_specificity: Record<string, number>;
  specificity_at_sensitivity: Record<string, number>;
  sensitivity_at_specificity_interpolated?: Record<string, number>;
  youden_max: number | null;
  roc_curve?: null | { threshold: (number | null)[]; fpr: number[]; tpr: number[] };
  pr_curve?: null | { threshold: number[]; precision: number[]; recall: number[] };
}
interface Pair {
  a: string;
  b: string;
  auc_difference: number;
  covariance: number;
  z: number;
  p_value: number;
  difference_ci95?: [number, number];
}
interface Case {
  name: string;
  labels: number[];
  scores: Record<string, number[]>;
  n: number;
  n_positive: number;
  patient?: (number | string)[];
  expected: Record<string, Expected>;
  paired_delong?: Pair[];
  clustered?: {
    patients: number;
    per_vector: Record<
      string,
      {
        variance: number;
        ci95: [number, number];
        cluster_bootstrap_se?: number;
        cluster_bootstrap_percentile_ci95?: [number, number];
      }
    >;
    pair?: Pair & { cluster_bootstrap_se?: number };
  };
}

const folder = process.env['REFERENCE_DIR'] ?? path.join(import.meta.dirname, '../fixtures/reference');
const { cases } = JSON.parse(readFileSync(path.join(folder, 'auc.json'), 'utf8')) as { cases: Case[] };

const ABSOLUTE = 1e-12;
const P_VALUE = 1e-7;
const RELATIVE = 1e-9;
const BOOTSTRAP = 0.1;

function expectAbsolute(actual: number | null | undefined, expected: number | null, tolerance = ABSOLUTE): void {
  if (expected === null) expect(actual).toBeNull();
  else expect(Math.abs((actual ?? NaN) - expected)).toBeLessThanOrEqual(tolerance);
}

/** Relative 1e-9; values that are exactly 0 in theory may differ by rounding. */
function expectRelative(actual: number | null | undefined, expected: number | null, tolerance = RELATIVE): void {
  if (expected === null) expect(actual).toBeNull();
  else
    expect(Math.abs((actual ?? NaN) - expected)).toBeLessThanOrEqual(Math.max(tolerance * Math.abs(expected), 1e-15));
}

function expectAll(actual: readonly (number | null)[] | undefined, expected: readonly (number | null)[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) expectAbsolute(actual?.[index], value);
}

/** The references print the clipped estimate +- 1.96 SE; this app's intervals are others (docs/statistics.md), their SE is the same. */
function expectWald(value: number | null, se: number | null, ends: readonly [number, number] | null, lowest: -1 | 0) {
  if (value === null || se === null) return expect(ends).toBeNull();
  const clip = (end: number): number => Math.min(1, Math.max(lowest, end));
  expectRelative(clip(value - Z95 * se), ends?.[0] ?? null);
  expectRelative(clip(value + Z95 * se), ends?.[1] ?? null);
}

function placementsOf(item: Case, vector: string): Placements {
  const part = placements(item.labels, item.scores[vector] as number[]);
  if (part === null) throw new Error(`case ${item.name}: a class is missing`);
  return part;
}

it('has cases', () => expect(cases.length).toBeGreaterThan(0));

describe.each(cases)('auc.json: $name', (item) => {
  it('has the stated counts', () => {
    expect(item.labels).toHaveLength(item.n);
    expect(item.labels.reduce((sum, label) => sum + label, 0)).toBe(item.n_positive);
  });

  describe.each(Object.entries(item.expected))('scores %s', (vector, expected) => {
    const scores = item.scores[vector] as number[];

    it('AUC, average precision, Brier, Youden', () => {
      expectAbsolute(auc(item.labels, scores), expected.auc);
      expectAbsolute(averagePrecision(item.labels, scores), expected.average_precision);
      expectAbsolute(brier(item.labels, scores), expected.brier);
      expectAbsolute(youden(item.labels, scores)?.index ?? null, expected.youden_max);
    });

    it('DeLong variance and interval', () => {
      const matrix = delong({ labels: item.labels, scores: [scores] });
      expectRelative(matrix?.covariance[0]?.[0] ?? null, expected.delong_variance);
      const estimate = estimateAuc(item.labels, scores);
      expectWald(estimate.auc, estimate.se, expected.delong_ci95, 0);
      if (expected.delong_variance === null) expect(estimate.why).toContain('not estimable');
    });

    it('operating points', () => {
      for (const [target, value] of Object.entries(expected.sensitivity_at_specificity)) {
        expectAbsolute(sensitivityAtSpecificity(item.labels, scores, Number(target)), value);
      }
      for (const [target, value] of Object.entries(expected.specificity_at_sensitivity)) {
        expectAbsolute(specificityAtSensitivity(item.labels, scores, Number(target)), value);
      }
      for (const [target, value] of Object.entries(expected.sensitivity_at_specificity_interpolated ?? {})) {
        expectAbsolute(interpolatedSensitivity(item.labels, scores, Number(target)), value);
      }
    });

    it('curves', () => {
      if (expected.roc_curve) {
        const curve = rocCurve(item.labels, scores);
        expectAll(curve?.threshold, expected.roc_curve.threshold);
        expectAll(curve?.fpr, expected.roc_curve.fpr);
        expectAll(curve?.tpr, expected.roc_curve.tpr);
      }
      if (expected.pr_curve) {
        const curve = prCurve(item.labels, scores);
        expectAll(curve?.threshold, expected.pr_curve.threshold);
        expectAll(curve?.precision, expected.pr_curve.precision);
        expectAll(curve?.recall, expected.pr_curve.recall);
      }
    });
  });

  it.each(item.paired_delong ?? [])('paired DeLong: $a and $b', (pair) => {
    const matrix = delong({ labels: item.labels, scores: [item.scores[pair.a], item.scores[pair.b]] as number[][] });
    expectRelative(matrix?.covariance[0]?.[1], pair.covariance);
    const result = comparePaired([placementsOf(item, pair.a)], [placementsOf(item, pair.b)], null);
    expectAbsolute(result.difference, pair.auc_difference);
    expectRelative(result.z, pair.z);
    expectAbsolute(result.p, pair.p_value, P_VALUE);
    if (pair.difference_ci95 !== undefined) {
      expectWald(result.difference, result.se, pair.difference_ci95, -1);
    }
  });

  const { clustered, patient } = item;
  if (clustered !== undefined && patient !== undefined) {
    // The reference drew patients without strata.
    const bootstrap = createBootstrapPlan({
      seed: 1,
      patients: indexPatients(patient),
      labels: [item.labels],
      strata: 'none',
    });
    const readers = Object.fromEntries(
      Object.entries(item.scores).map(([vector, scores]) => {
        const input = { labels: item.labels, scores };
        return [vector, { auc: planAuc(bootstrap, input), precision: planAveragePrecision(bootstrap, input) }];
      }),
    );
    const draws = bootstrapHere(bootstrap.job());
    const perDraw = (vector: string): Float64Array => readers[vector]?.auc(draws).perDraw ?? new Float64Array(0);

    it.each(Object.entries(clustered.per_vector))('clustered by patient: %s', (vector, expected) => {
      expect(new Set(patient).size).toBe(clustered.patients);
      const scores = item.scores[vector] as number[];
      const matrix = clusteredDelong({ labels: item.labels, scores: [scores], clusters: patient });
      expectRelative(matrix?.covariance[0]?.[0], expected.variance);
      const estimate = estimateAuc(item.labels, scores, patient);
      expectWald(estimate.auc, estimate.se, expected.ci95, 0);
      const drawn = readers[vector]?.auc(draws);
      expectAbsolute(drawn?.value, item.expected[vector]?.auc ?? null);
      expectAbsolute(readers[vector]?.precision(draws).value, item.expected[vector]?.average_precision ?? null);
      if (expected.cluster_bootstrap_se !== undefined) {
        expectRelative(estimate.se, expected.cluster_bootstrap_se, BOOTSTRAP);
        expectRelative(drawn?.se, expected.cluster_bootstrap_se, BOOTSTRAP);
      }
      if (expected.cluster_bootstrap_percentile_ci95 !== undefined) {
        // Both ends are random; a tenth of the interval's width is far beyond their noise and far below a wrong method's error.
        const [low, high] = expected.cluster_bootstrap_percentile_ci95;
        expectAbsolute(drawn?.low, low, BOOTSTRAP * (high - low));
        expectAbsolute(drawn?.high, high, BOOTSTRAP * (high - low));
      }
    });

    const { pair } = clustered;
    if (pair !== undefined) {
      it('clustered by patient: the pair', () => {
        const clusters = buildClusters(item.labels, patient);
        const result = comparePaired([placementsOf(item, pair.a)], [placementsOf(item, pair.b)], clusters);
        const matrix = clusteredDelong({
          labels: item.labels,
          scores: [item.scores[pair.a], item.scores[pair.b]] as number[][],
          clusters: patient,
        });
        expectAbsolute(result.difference, pair.auc_difference);
        expectRelative(matrix?.covariance[0]?.[1], pair.covariance);
        expectRelative(result.z, pair.z);
        expectAbsolute(result.p, pair.p_value, P_VALUE);
        if (pair.difference_ci95 !== undefined) {
          expectWald(result.difference, result.se, pair.difference_ci95, -1);
        }
        if (pair.cluster_bootstrap_se !== undefined) {
          expectRelative(result.se, pair.cluster_bootstrap_se, BOOTSTRAP);
          const drawn = percentileInterval(result.difference, differenceDraws(perDraw(pair.a), perDraw(pair.b)));
          expectRelative(drawn.se, pair.cluster_bootstrap_se, BOOTSTRAP);
        }
      });
    }
  }
});
