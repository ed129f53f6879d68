/** Values of independent programs: `test/peers/statistics_peers.py` wrote them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';

type Pair = [number, number];

interface Peers {
  data: { labels: number[]; patients: number[]; a: number[]; b: number[] };
  weighted: { weights: number[]; auc: Pair; average_precision: Pair }[];
  percentile: { draws: number[]; low: number; high: number; sd: number };
  wilson: { count: number; total: number; ci: Pair }[];
  adjust: { p: number[]; holm: number[]; bh: number[] };
  mcnemar: { b: number; c: number; p: number }[];
  normal_quantile: { p: number; z: number }[];
  nadeau_bengio: { differences: number[]; train: number; test: number; se: number; t: number; p: number; ci: Pair };
  t_interval: { values: number[]; ci: Pair };
  signed_rank: { differences: number[]; p: number }[];
  margin: {
    difference: number;
    se: number;
    margin: number;
    df: number | null;
    lower: number;
    upper: number;
    p_noninferior: number;
    p_equivalent: number;
  }[];
  unpaired: { split: number; difference: number; t: number; df: number; p: number };
  thresholds: {
    split: number;
    rules: Record<
      string,
      {
        threshold: number;
        sensitivity: number;
        specificity: number;
        test: {
          tp: number;
          fp: number;
          tn: number;
          fn: number;
          lr_positive: number[];
          lr_negative: number[];
          ppv_at_10: number[];
          npv_at_10: number[];
        };
      }
    >;
  };
  kappa: { truth: number[]; predicted: number[]; kappa: number };
  calibration: {
    brier: number;
    scaled_brier: number;
    ece_width: { a: number; b: number };
    ece_mass: { a: number; b: number };
  } & Record<
    'a' | 'b',
    {
      intercept: number;
      intercept_se: number;
      slope: number;
      slope_se: number;
      slope_se_clustered: number;
      intercept_se_clustered: number;
      clipped: number;
    }
  >;
  decision_curve: { threshold: number; model: number; all: number }[];
  hanley_mcneil: { auc: number; positives: number; negatives: number; se: number }[];
  precision: {
    auc: number;
    width: number;
    prevalence: number;
    design_effect: number;
    positives: number;
    negatives: number;
  }[];
  power: {
    one: { auc: number; null: number; positives: number; negatives: number; power: number }[];
    two: { a: number; b: number; r: number; positives: number; negatives: number; power: number }[];
  };
}

const file = path.join(import.meta.dirname, '../../fixtures/statistics/peers.json');

export const peers = JSON.parse(readFileSync(file, 'utf8')) as Peers;

/** Relative, with an absolute floor of 1e-14. */
export function expectClose(actual: number | null | undefined, expected: number, relative = 1e-9): void {
  expect(Math.abs((actual ?? NaN) - expected)).toBeLessThanOrEqual(Math.max(relative * Math.abs(expected), 1e-14));
}
