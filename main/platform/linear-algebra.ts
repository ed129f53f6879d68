/**
 * Float64 linear algebra as the analyses need it. `main/analysis` holds definitions and no numerics of this kind; `main/engine`
 * does them natively through TensorFlow (`createLinearAlgebra`). The two are neighbours: whoever starts an analysis hands the
 * one to the other.
 */

/** Row-major. */
export interface Matrix {
  rows: number;
  columns: number;
  values: Float64Array;
}

/** Activations: one row per neuron, one column per datapoint, row-major. float32 is widened exactly. */
export interface Activations {
  neurons: number;
  datapoints: number;
  values: Float32Array | Float64Array;
}

/** Covariances of the neurons of two sets over the same datapoints, with denominator datapoints - 1. */
export interface JointCovariance {
  /** neurons of X x neurons of X, symmetric. */
  xx: Matrix;
  /** neurons of X x neurons of Y. */
  xy: Matrix;
  yy: Matrix;
}

export interface LinearAlgebra {
  /** Of two sets with equal numbers of datapoints, at least two. */
  covariance(x: Activations, y: Activations): JointCovariance;
  /** `a` times `b`, either of them transposed first. */
  multiply(a: Matrix, b: Matrix, options?: { transposeA?: boolean; transposeB?: boolean }): Matrix;
  /** L, lower triangular with L L^T = `a`; null where `a` is not positive definite to working precision. */
  cholesky(a: Matrix): Matrix | null;
  /** L^-1 `b` for a lower triangular L. */
  solveLower(lower: Matrix, b: Matrix): Matrix;
  /** Eigenvalues of a symmetric matrix, ascending, and its orthonormal eigenvectors as columns. */
  symmetricEigen(a: Matrix): { values: Float64Array; vectors: Matrix };
  /** Descending. */
  singularValues(a: Matrix): Float64Array;
  /** Singular values (descending) of the activations with each neuron's mean subtracted, and right singular vectors as columns. */
  centredSvd(x: Activations): { values: Float64Array; right: Matrix };
}
