/** What `cca.json` and `npy/expected.json` say about one comparison. */
import { expect } from 'vitest';
import type { CcaResult } from '../../../main/analysis/cca/coefficients.ts';

export interface ExpectedCca {
  epsilon: number;
  coefs: number[];
  mean_all: number;
  sum: number;
  threshold?: number;
  idx: number | null;
  mean_thresholded: number;
  kept_x: number;
  kept_y: number;
}

export interface ExpectedSvcca extends ExpectedCca {
  variance_fraction: number;
  k_x: number;
  k_y: number;
  cum_at_k?: [number, number];
}

/** Coefficients and means within `tolerance`, the sum within that of each coefficient, counts exactly. */
export function expectCca(result: CcaResult, expected: ExpectedCca, tolerance: number): void {
  expectClose(result.coefficients, expected.coefs, tolerance);
  expectClose([result.mean, result.meanThresholded], [expected.mean_all, expected.mean_thresholded], tolerance);
  expectClose([result.sum], [expected.sum], tolerance * Math.max(1, expected.coefs.length));
  expect(result.thresholdCount).toBe(expected.idx);
  expect([result.keptX, result.keptY]).toEqual([expected.kept_x, expected.kept_y]);
}

export function expectClose(got: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(got.length).toBe(expected.length);
  const worst = Math.max(0, ...expected.map((value, i) => Math.abs(value - (got[i] ?? NaN))));
  expect(worst).toBeLessThanOrEqual(tolerance);
}
