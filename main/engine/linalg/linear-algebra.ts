/** The port of `main/platform/linear-algebra.ts`, done by TensorFlow's native float64 kernels. */
import { AppError } from '../../../shared/system/errors.ts';
import type { Activations, LinearAlgebra, Matrix } from '../../platform/linear-algebra.ts';
import { bool, dtype } from '../ops/attributes.ts';
import { DT_INT32, loadTensorFlow, type DeviceTensor, type Tf } from '../tf.ts';
import { crossProducts } from './cross-products.ts';
import { downloadDouble, T_DOUBLE, uploadDouble } from './double.ts';

/** @throws AppError `runtime-missing` */
export function createLinearAlgebra(tf = loadTensorFlow()): LinearAlgebra {
  /** Runs `work` on tensors of these matrices, which live no longer. */
  function on<T>(matrices: readonly Matrix[], work: (...tensors: DeviceTensor[]) => T): T {
    const tensors = matrices.map(({ rows, columns, values }) => uploadDouble(tf, [rows, columns], values));
    try {
      return work(...tensors);
    } finally {
      tf.release(...tensors);
    }
  }

  /** Downloads and frees. */
  function take(tensor: DeviceTensor): Matrix {
    const [rows = 1, columns = 1] = tensor.shape;
    return { rows, columns, values: takeValues(tensor) };
  }
  function takeValues(tensor: DeviceTensor): Float64Array {
    const values = downloadDouble(tf, tensor);
    tf.release(tensor);
    return values;
  }

  return {
    covariance(x, y) {
      const cx = centred(tf, x);
      const cy = centred(tf, y);
      try {
        const products = crossProducts(tf, cx, cy);
        for (const { values } of [products.xx, products.xy, products.yy]) divide(values, x.datapoints - 1);
        return products;
      } finally {
        tf.release(cx, cy);
      }
    },
    multiply: (a, b, { transposeA = false, transposeB = false } = {}) =>
      on([a, b], (ta, tb) =>
        take(tf.run('MatMul', [T_DOUBLE, bool('transpose_a', transposeA), bool('transpose_b', transposeB)], [ta, tb])),
      ),
    cholesky: (a) =>
      on([a], (ta) => {
        const factor = tryCholesky(tf, ta);
        if (factor === null) return null;
        const lower = take(factor);
        return lower.values.every((value) => Number.isFinite(value)) ? lower : null;
      }),
    solveLower: (lower, b) =>
      on([lower, b], (tl, tb) =>
        take(tf.run('MatrixTriangularSolve', [T_DOUBLE, bool('lower', true), bool('adjoint', false)], [tl, tb])),
      ),
    symmetricEigen: (a) =>
      on([a], (ta) => {
        const [values, vectors] = tf.execute('SelfAdjointEigV2', [T_DOUBLE, bool('compute_v', true)], [ta], 2);
        return { values: takeValues(values as DeviceTensor), vectors: take(vectors as DeviceTensor) };
      }),
    singularValues: (a) =>
      on([a], (ta) => {
        const [values, ...unused] = tf.execute('Svd', svdAttributes(false), [ta], 3);
        tf.release(...unused);
        return takeValues(values as DeviceTensor);
      }),
    centredSvd(x) {
      const tensor = centred(tf, x);
      try {
        const [values, left, right] = tf.execute('Svd', svdAttributes(true), [tensor], 3) as [
          DeviceTensor,
          DeviceTensor,
          DeviceTensor,
        ];
        tf.release(left);
        return { values: takeValues(values), right: take(right) };
      } finally {
        tf.release(tensor);
      }
    },
  };
}

const svdAttributes = (vectors: boolean) => [T_DOUBLE, bool('compute_uv', vectors), bool('full_matrices', false)];

/** neurons x datapoints with each neuron's mean subtracted. */
function centred(tf: Tf, { neurons, datapoints, values }: Activations): DeviceTensor {
  if (values.length !== neurons * datapoints) {
    throw new AppError(
      'internal',
      `Expected ${neurons * datapoints} values for ${neurons} x ${datapoints} activations, got ${values.length}.`,
    );
  }
  const raw = uploadDouble(tf, [neurons, datapoints], values);
  const axis = tf.int32([1]);
  const means = tf.run('Mean', [T_DOUBLE, dtype('Tidx', DT_INT32), bool('keep_dims', true)], [raw, axis]);
  const result = tf.run('Sub', [T_DOUBLE], [raw, means]);
  tf.release(raw, axis, means);
  return result;
}

/** Null where TensorFlow says that the matrix is not positive definite (it may also answer with values that are not finite). */
function tryCholesky(tf: Tf, a: DeviceTensor): DeviceTensor | null {
  try {
    return tf.run('Cholesky', [T_DOUBLE], [a]);
  } catch (error) {
    if (/cholesky/i.test((error as Error).message)) return null;
    throw error;
  }
}

function divide(values: Float64Array, by: number): void {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) / by;
}
