/** X X^T, X Y^T and Y Y^T of two centred sets: where nearly all of a covariance's time goes. */
import type { JointCovariance, Matrix } from '../../platform/linear-algebra.ts';
import { bool, dtype } from '../ops/attributes.ts';
import { DT_INT32, type DeviceTensor, type Tf } from '../tf.ts';
import { downloadDouble, T_DOUBLE } from './double.ts';

/** Smaller products leave TensorFlow's kernel without work for all cores; larger ones compute more of the mirrored half. */
const LEAST_BLOCK = 128;
const MOST_BLOCKS = 4;

/** `x` and `y`: neurons x datapoints, float64. They stay the caller's. */
export function crossProducts(tf: Tf, x: DeviceTensor, y: DeviceTensor): JointCovariance {
  return { xx: selfProduct(tf, x), xy: product(tf, x, y), yy: selfProduct(tf, y) };
}

/** `x` times its transpose, by blocks on and above the diagonal; the rest is mirrored, so that the result is symmetric to the bit. */
function selfProduct(tf: Tf, x: DeviceTensor): Matrix {
  const [neurons] = x.shape as [number, number];
  const blocks = Math.max(1, Math.min(MOST_BLOCKS, Math.floor(neurons / LEAST_BLOCK)));
  const edges = Array.from({ length: blocks + 1 }, (_, block) => Math.round((block * neurons) / blocks));
  const parts = edges.slice(0, -1).map((from, block) => sliceRows(tf, x, from, (edges[block + 1] as number) - from));
  const values = new Float64Array(neurons * neurons);
  parts.forEach((upper, i) => {
    parts.slice(i).forEach((right, ahead) => {
      const [top, left] = [edges[i] as number, edges[i + ahead] as number];
      mirror(values, neurons, { block: product(tf, upper, right), top, left });
    });
  });
  tf.release(...parts);
  return { rows: neurons, columns: neurons, values };
}

function product(tf: Tf, a: DeviceTensor, b: DeviceTensor): Matrix {
  const result = tf.run('MatMul', [T_DOUBLE, bool('transpose_a', false), bool('transpose_b', true)], [a, b]);
  const values = downloadDouble(tf, result);
  tf.release(result);
  return { rows: a.shape[0] as number, columns: b.shape[0] as number, values };
}

function sliceRows(tf: Tf, x: DeviceTensor, from: number, count: number): DeviceTensor {
  const begin = tf.int32([from, 0]);
  const size = tf.int32([count, -1]);
  const result = tf.run('Slice', [T_DOUBLE, dtype('Index', DT_INT32)], [x, begin, size]);
  tf.release(begin, size);
  return result;
}

/** Puts a block and its transpose into their places of a square matrix. */
function mirror(
  square: Float64Array,
  side: number,
  { block, top, left }: { block: Matrix; top: number; left: number },
): void {
  for (let row = 0; row < block.rows; row++) {
    for (let column = 0; column < block.columns; column++) {
      const value = block.values[row * block.columns + column] as number;
      square[(top + row) * side + left + column] = value;
      square[(left + column) * side + top + row] = value;
    }
  }
}
