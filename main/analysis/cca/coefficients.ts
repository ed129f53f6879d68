/**
 * Canonical correlation between two sets of neurons on the same datapoints: Raghu et al., "SVCCA", NeurIPS 2017, with the
 * numerical conventions of the program that the Transfusion paper used (google/svcca): both covariances are scaled by
 * their largest entry, neurons with nearly no variance are dropped, and `epsilon` is added to the diagonals.
 */
import type { Activations, JointCovariance, LinearAlgebra, Matrix } from '../../platform/linear-algebra.ts';
import { checkActivations } from './check-activations.ts';
import { whiten } from './whitening.ts';

export interface CcaOptions {
  /** Default 1e-10. Relative to each set's largest (co)variance. */
  epsilon?: number;
  /** Share of the sum of coefficients that {@link CcaResult.meanThresholded} covers; default 0.98. */
  threshold?: number;
}

export interface CcaResult {
  epsilon: number;
  threshold: number;
  /** Descending, in [0, 1]; one for each neuron of the smaller set (after dropping). Empty where a set has no variance at all. */
  coefficients: number[];
  sum: number;
  /** Mean of all coefficients: the CCA similarity of the paper. 0 where there is none. */
  mean: number;
  /** The fewest leading coefficients, fewer than all, whose sum reaches `threshold` of the whole; null where none do. */
  thresholdCount: number | null;
  /** Mean of the first `thresholdCount` coefficients, or of all where that is null. */
  meanThresholded: number;
  /** Neurons that were not dropped. */
  keptX: number;
  keptY: number;
}

export const CCA_EPSILON = 1e-10;
export const CCA_THRESHOLD = 0.98;

/**
 * CCA of two sets of activations.
 * @throws AppError `bad-input` like `checkActivations`
 */
export function cca(algebra: LinearAlgebra, x: Activations, y: Activations, options: CcaOptions = {}): CcaResult {
  return ccaOfCovariance(algebra, jointCovariance(algebra, x, y), options);
}

/** Covariances of two sets, checked. @throws like {@link cca}. */
export function jointCovariance(algebra: LinearAlgebra, x: Activations, y: Activations): JointCovariance {
  checkActivations(x, y);
  return algebra.covariance(x, y);
}

/** CCA from covariances with any common denominator. */
export function ccaOfCovariance(
  algebra: LinearAlgebra,
  covariance: JointCovariance,
  { epsilon = CCA_EPSILON, threshold = CCA_THRESHOLD }: CcaOptions = {},
): CcaResult {
  const scaleX = largest(covariance.xx);
  const scaleY = largest(covariance.yy);
  const keptX = scaleX === 0 ? [] : withVariance(covariance.xx, epsilon * scaleX);
  const keptY = scaleY === 0 ? [] : withVariance(covariance.yy, epsilon * scaleY);
  const coefficients =
    keptX.length === 0 || keptY.length === 0
      ? []
      : correlations(algebra, {
          xx: regularised(covariance.xx, { kept: keptX, scale: scaleX, epsilon }),
          yy: regularised(covariance.yy, { kept: keptY, scale: scaleY, epsilon }),
          xy: part(covariance.xy, { rows: keptX, columns: keptY, scale: Math.sqrt(scaleX) * Math.sqrt(scaleY) }),
        });
  return {
    epsilon,
    threshold,
    coefficients,
    ...summarise(coefficients, threshold),
    keptX: keptX.length,
    keptY: keptY.length,
  };
}

/** Singular values of Sxx^(-1/2) Sxy Syy^(-1/2). */
function correlations(algebra: LinearAlgebra, { xx, xy, yy }: JointCovariance): number[] {
  const halfWhite = whiten(algebra, xx, xy);
  const white = whiten(algebra, yy, transposed(halfWhite));
  // Rounding takes coefficients of 1 a little above it.
  return Array.from(algebra.singularValues(white), (value) => Math.min(1, Math.max(0, value)));
}

function summarise(
  coefficients: readonly number[],
  threshold: number,
): Pick<CcaResult, 'sum' | 'mean' | 'thresholdCount' | 'meanThresholded'> {
  const sum = total(coefficients);
  const mean = coefficients.length === 0 ? 0 : sum / coefficients.length;
  const thresholdCount = leadingCount(coefficients, sum, threshold);
  const meanThresholded =
    thresholdCount === null ? mean : total(coefficients.slice(0, thresholdCount)) / thresholdCount;
  return { sum, mean, thresholdCount, meanThresholded };
}

function leadingCount(coefficients: readonly number[], sum: number, threshold: number): number | null {
  if (sum === 0) return null;
  let covered = 0;
  for (let count = 1; count < coefficients.length; count++) {
    covered += coefficients[count - 1] as number;
    if (covered / sum >= threshold) return count;
  }
  return null;
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

function diagonal({ rows, columns, values }: Matrix): number[] {
  return Array.from({ length: rows }, (_, i) => values[i * columns + i] as number);
}

function largest({ values }: Matrix): number {
  let found = 0;
  for (const value of values) found = Math.max(found, Math.abs(value));
  return found;
}

/** Indices of the neurons whose variance is not below `least`. */
function withVariance(matrix: Matrix, least: number): number[] {
  return diagonal(matrix).flatMap((variance, index) => (variance >= least ? [index] : []));
}

function part(
  matrix: Matrix,
  { rows, columns, scale }: { rows: readonly number[]; columns: readonly number[]; scale: number },
): Matrix {
  const values = new Float64Array(rows.length * columns.length);
  rows.forEach((row, i) => {
    columns.forEach((column, j) => {
      values[i * columns.length + j] = (matrix.values[row * matrix.columns + column] as number) / scale;
    });
  });
  return { rows: rows.length, columns: columns.length, values };
}

function regularised(
  matrix: Matrix,
  { kept, scale, epsilon }: { kept: readonly number[]; scale: number; epsilon: number },
): Matrix {
  const result = part(matrix, { rows: kept, columns: kept, scale });
  for (let i = 0; i < kept.length; i++)
    result.values[i * kept.length + i] = (result.values[i * kept.length + i] as number) + epsilon;
  return result;
}

function transposed({ rows, columns, values }: Matrix): Matrix {
  const result = new Float64Array(values.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) result[j * rows + i] = values[i * columns + j] as number;
  return { rows: columns, columns: rows, values: result };
}
