/** Multiplying by the inverse square root of a covariance, up to a rotation, which no singular value sees. */
import type { LinearAlgebra, Matrix } from '../../platform/linear-algebra.ts';

/**
 * W `b` for a W with W^T W = `a`^-1 (pseudo-inverse where `a` is singular). `a` is symmetric with a largest entry of about 1.
 *
 * Where `a` is safely positive definite, W is the inverse of its Cholesky factor L: a^(-1/2) = Q L^-1 with Q orthogonal, at a
 * tenth of the cost of eigenvectors. Else W comes from the eigenvalues, and those that are zero to working precision give 0.
 */
export function whiten(algebra: LinearAlgebra, a: Matrix, b: Matrix): Matrix {
  const lower = algebra.cholesky(a);
  if (lower !== null && smallestPivot(lower) > SAFE_PIVOT) return algebra.solveLower(lower, b);
  const { values, vectors } = algebra.symmetricEigen(a);
  const cut = a.rows * Number.EPSILON * Math.max(...values);
  const projected = algebra.multiply(vectors, b, { transposeA: true });
  for (let i = 0; i < projected.rows; i++) {
    const eigenvalue = values[i] as number;
    const factor = eigenvalue > cut ? 1 / Math.sqrt(eigenvalue) : 0;
    for (let j = i * projected.columns; j < (i + 1) * projected.columns; j++) {
      projected.values[j] = (projected.values[j] as number) * factor;
    }
  }
  return projected;
}

/** Squared pivots below this are nearly rounding: float64 leaves about 1e-16 of the largest entry, which is 1. */
const SAFE_PIVOT = 1e-12;

function smallestPivot({ rows, columns, values }: Matrix): number {
  let smallest = Infinity;
  for (let i = 0; i < rows; i++) smallest = Math.min(smallest, (values[i * columns + i] as number) ** 2);
  return smallest;
}
