import { describe, expect, it } from 'vitest';
import { downloadDouble, uploadDouble } from '../../../main/engine/linalg/double.ts';
import { createLinearAlgebra } from '../../../main/engine/linalg/linear-algebra.ts';
import { loadTensorFlow } from '../../../main/engine/tf.ts';
import type { Matrix } from '../../../main/platform/linear-algebra.ts';
import { RandomStream } from '../../../shared/system/random.ts';

const algebra = createLinearAlgebra();
const matrix = (rows: number[][]): Matrix => ({
  rows: rows.length,
  columns: rows[0]?.length ?? 0,
  values: Float64Array.from(rows.flat()),
});
const made = (rows: number, columns: number, seed = 0): Matrix => {
  const stream = new RandomStream(seed, 'linear-algebra');
  return { rows, columns, values: Float64Array.from({ length: rows * columns }, () => stream.normal()) };
};
function expectNear(got: Matrix | null, expected: Matrix, tolerance = 1e-12): void {
  expect([got?.rows, got?.columns]).toEqual([expected.rows, expected.columns]);
  const worst = Math.max(...expected.values.map((value, i) => Math.abs(value - (got?.values[i] ?? NaN))));
  expect(worst).toBeLessThanOrEqual(tolerance);
}
/** The definition, one covariance at a time. */
function covarianceOf(x: Matrix, y: Matrix): Matrix {
  const [cx, cy] = [centred(x), centred(y)];
  const result = new Float64Array(x.rows * y.rows);
  for (let i = 0; i < x.rows; i++) {
    for (let j = 0; j < y.rows; j++) {
      let sum = 0;
      for (let k = 0; k < x.columns; k++) sum += (cx[i * x.columns + k] as number) * (cy[j * x.columns + k] as number);
      result[i * y.rows + j] = sum / (x.columns - 1);
    }
  }
  return { rows: x.rows, columns: y.rows, values: result };
}
function centred({ columns, values }: Matrix): Float64Array {
  const result = values.slice();
  for (let from = 0; from < result.length; from += columns) {
    const row = result.subarray(from, from + columns);
    const mean = row.reduce((sum, value) => sum + value, 0) / columns;
    row.forEach((value, i) => (row[i] = value - mean));
  }
  return result;
}

describe('the native linear algebra', () => {
  it('keeps every bit of a float64 number', () => {
    const tf = loadTensorFlow();
    const values = Float64Array.of(1 / 3, -0, 5e-324, Number.MAX_VALUE, Math.PI, -Infinity);
    const tensor = uploadDouble(tf, [2, 3], values);
    expect(downloadDouble(tf, tensor)).toEqual(values);
    tf.release(tensor);
  });

  it('multiplies, transposed or not', () => {
    const a = matrix([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expectNear(
      algebra.multiply(a, a, { transposeB: true }),
      matrix([
        [14, 32],
        [32, 77],
      ]),
    );
    expectNear(
      algebra.multiply(a, a, { transposeA: true }),
      matrix([
        [17, 22, 27],
        [22, 29, 36],
        [27, 36, 45],
      ]),
    );
  });

  it('factors positive definite matrices, and says which are not', () => {
    const lower = matrix([
      [2, 0],
      [1, 3],
    ]);
    const positive = algebra.multiply(lower, lower, { transposeB: true });
    expectNear(algebra.cholesky(positive), lower);
    expectNear(
      algebra.solveLower(lower, lower),
      matrix([
        [1, 0],
        [0, 1],
      ]),
    );
    expect(
      algebra.cholesky(
        matrix([
          [1, 2],
          [2, 1],
        ]),
      ),
    ).toBeNull();
  });

  it('finds eigenvalues in ascending order, with their vectors', () => {
    const a = matrix([
      [2, 1],
      [1, 2],
    ]);
    const { values, vectors } = algebra.symmetricEigen(a);
    expect([...values].map((value) => Math.round(value * 1e12) / 1e12)).toEqual([1, 3]);
    const scaled = algebra.multiply(a, vectors);
    scaled.values.forEach((value, i) => {
      expect(value).toBeCloseTo((vectors.values[i] as number) * (values[i % 2] as number), 12);
    });
  });

  it('finds singular values in descending order', () => {
    expect([
      ...algebra.singularValues(
        matrix([
          [0, 2, 0],
          [-5, 0, 0],
        ]),
      ),
    ]).toEqual([5, 2]);
  });

  it.each([
    [5, 7],
    // Large enough to be computed by blocks.
    [300, 130],
  ])('gives covariances of %i and %i neurons as the definition does', (neuronsX, neuronsY) => {
    const datapoints = 40;
    const x = made(neuronsX, datapoints, 1);
    const y = made(neuronsY, datapoints, 2);
    const asActivations = ({ rows, columns, values }: Matrix) => ({ neurons: rows, datapoints: columns, values });
    const { xx, xy, yy } = algebra.covariance(asActivations(x), asActivations(y));
    expectNear(xx, covarianceOf(x, x));
    expectNear(xy, covarianceOf(x, y));
    expectNear(yy, covarianceOf(y, y));
  });

  it('widens float32 activations exactly', () => {
    const values = made(3, 10).values;
    const single = Float32Array.from(values);
    const activations = { neurons: 3, datapoints: 10, values: single };
    const widened = { ...activations, values: Float64Array.from(single) };
    expect(algebra.covariance(activations, activations)).toEqual(algebra.covariance(widened, widened));
  });

  it('gives the singular vectors of centred activations', () => {
    const { rows, columns, values } = made(4, 9, 3);
    const { values: singular, right } = algebra.centredSvd({ neurons: rows, datapoints: columns, values });
    expect(singular).toHaveLength(4);
    expect([right.rows, right.columns]).toEqual([9, 4]);
    const gram = algebra.multiply(right, right, { transposeA: true });
    expectNear(gram, matrix([0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => (i === j ? 1 : 0)))));
    // Centred rows add up to 0, so every right singular vector does.
    for (let j = 0; j < 4; j++) {
      let sum = 0;
      for (let i = 0; i < 9; i++) sum += right.values[i * 4 + j] as number;
      expect(sum).toBeCloseTo(0, 12);
    }
  });

  it('frees its tensors, also after a failure', () => {
    const tf = loadTensorFlow();
    const before = tf.liveTensors();
    algebra.symmetricEigen(made(6, 6));
    algebra.cholesky(
      matrix([
        [1, 2],
        [2, 1],
      ]),
    );
    expect(() => algebra.multiply(made(2, 3), made(2, 3))).toThrow();
    expect(() =>
      algebra.covariance(
        { neurons: 2, datapoints: 3, values: new Float64Array(5) },
        { neurons: 1, datapoints: 3, values: new Float64Array(3) },
      ),
    ).toThrow('Expected 6 values');
    expect(tf.liveTensors()).toBe(before);
  });
});
