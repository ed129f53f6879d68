/** SVCCA: CCA between the leading singular directions of two sets of activations (Raghu et al., NeurIPS 2017). */
import type { Activations, JointCovariance, LinearAlgebra, Matrix } from '../../platform/linear-algebra.ts';
import { ccaOfCovariance, jointCovariance, type CcaOptions, type CcaResult } from './coefficients.ts';

export interface SvccaOptions extends CcaOptions {
  /** Share of each set's variance that its kept directions carry; default 0.99. */
  variance?: number;
}

export interface SvccaResult extends CcaResult {
  variance: number;
  /** Directions kept of X and Y. */
  directionsX: number;
  directionsY: number;
  /** The share of variance that they carry. */
  carriedX: number;
  carriedY: number;
}

export const SVCCA_VARIANCE = 0.99;

/** @throws AppError `bad-input` like `checkActivations`. */
export function svcca(algebra: LinearAlgebra, x: Activations, y: Activations, options: SvccaOptions = {}): SvccaResult {
  return svccaOfCovariance(algebra, jointCovariance(algebra, x, y), options);
}

/**
 * Of each set the fewest singular directions are kept whose squared singular values reach `variance` of their sum; they become
 * the new neurons s_j v_j. With the left singular vectors U of the centred data these are U^T X, so their covariances are
 * U^T Cov U: the eigenvectors of the covariance are all that is needed of the data.
 */
export function svccaOfCovariance(
  algebra: LinearAlgebra,
  covariance: JointCovariance,
  { variance = SVCCA_VARIANCE, ...options }: SvccaOptions = {},
): SvccaResult {
  const x = leadingDirections(algebra, covariance.xx, variance);
  const y = leadingDirections(algebra, covariance.yy, variance);
  const half = algebra.multiply(x.vectors, covariance.xy, { transposeA: true });
  const result = ccaOfCovariance(
    algebra,
    { xx: diagonalMatrix(x.variances), yy: diagonalMatrix(y.variances), xy: algebra.multiply(half, y.vectors) },
    options,
  );
  return {
    ...result,
    variance,
    directionsX: x.variances.length,
    directionsY: y.variances.length,
    carriedX: x.carried,
    carriedY: y.carried,
  };
}

interface Directions {
  /** Descending. */
  variances: number[];
  /** neurons x directions. */
  vectors: Matrix;
  carried: number;
}

function leadingDirections(algebra: LinearAlgebra, covariance: Matrix, share: number): Directions {
  const { values, vectors } = algebra.symmetricEigen(covariance);
  const descending = Array.from(values, (value) => Math.max(0, value)).reverse();
  const whole = descending.reduce((sum, value) => sum + value, 0);
  let covered = 0;
  let count = 0;
  while (count < descending.length && (count === 0 || covered < share * whole))
    covered += descending[count++] as number;
  return {
    variances: descending.slice(0, count),
    vectors: lastColumnsReversed(vectors, count),
    carried: whole === 0 ? 0 : covered / whole,
  };
}

function lastColumnsReversed({ rows, columns, values }: Matrix, count: number): Matrix {
  const result = new Float64Array(rows * count);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < count; j++) result[row * count + j] = values[row * columns + (columns - 1 - j)] as number;
  }
  return { rows, columns: count, values: result };
}

function diagonalMatrix(values: readonly number[]): Matrix {
  const side = values.length;
  const result = new Float64Array(side * side);
  values.forEach((value, i) => (result[i * side + i] = value));
  return { rows: side, columns: side, values: result };
}
