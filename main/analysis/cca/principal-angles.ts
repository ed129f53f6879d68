/**
 * Exact CCA without any regularisation: cosines of the principal angles between the spaces that the centred activations of two
 * sets span (Björck and Golub, Mathematics of Computation 1973, 27:579-594). Slower than `cca`, and a check of it.
 */
import type { Activations, LinearAlgebra, Matrix } from '../../platform/linear-algebra.ts';
import { checkActivations } from './check-activations.ts';

export interface PrincipalAngles {
  /** Descending, in [0, 1]; as many as the smaller rank. */
  cosines: number[];
  rankX: number;
  rankY: number;
}

/** Singular values below this share of the largest one count as 0. */
export const RANK_TOLERANCE = 1e-8;

/** @throws AppError `bad-input` like `checkActivations`. */
export function principalAngles(algebra: LinearAlgebra, x: Activations, y: Activations): PrincipalAngles {
  checkActivations(x, y);
  const basisX = orthonormalBasis(algebra, x);
  const basisY = orthonormalBasis(algebra, y);
  const cosines =
    basisX.columns === 0 || basisY.columns === 0
      ? []
      : algebra.singularValues(algebra.multiply(basisX, basisY, { transposeA: true }));
  return {
    cosines: Array.from(cosines, (value) => Math.min(1, Math.max(0, value))),
    rankX: basisX.columns,
    rankY: basisY.columns,
  };
}

/** datapoints x rank. */
function orthonormalBasis(algebra: LinearAlgebra, activations: Activations): Matrix {
  const { values, right } = algebra.centredSvd(activations);
  const cut = RANK_TOLERANCE * (values[0] ?? 0);
  const rank = values.filter((value) => value > cut).length;
  const basis = new Float64Array(right.rows * rank);
  for (let row = 0; row < right.rows; row++) {
    for (let column = 0; column < rank; column++) {
      basis[row * rank + column] = right.values[row * right.columns + column] as number;
    }
  }
  return { rows: right.rows, columns: rank, values: basis };
}
