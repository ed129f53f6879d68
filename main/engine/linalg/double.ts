/**
 * Float64 tensors. TensorFlow's kernels of linear algebra take them, but the binding passes only float32 and int32 arrays: so a
 * float64 array goes in and out as pairs of int32 with the same bits (`Bitcast`), which is exact and costs one copy.
 */
import { dtype } from '../ops/attributes.ts';
import { DT_DOUBLE, DT_FLOAT, DT_INT32, type DeviceTensor, type Tf } from '../tf.ts';

export const T_DOUBLE = dtype('T', DT_DOUBLE);

/** A row-major array as a float64 tensor; float32 values are widened by TensorFlow. */
export function uploadDouble(tf: Tf, shape: readonly number[], values: Float32Array | Float64Array): DeviceTensor {
  if (values instanceof Float32Array) {
    const single = tf.upload(shape, values);
    const double = tf.run('Cast', [dtype('SrcT', DT_FLOAT), dtype('DstT', DT_DOUBLE)], [single]);
    tf.release(single);
    return double;
  }
  const pairs = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  const bits = tf.uploadInt32([...shape, 2], pairs);
  const shared = tf.run('Bitcast', [dtype('T', DT_INT32), dtype('type', DT_DOUBLE)], [bits]);
  tf.release(bits);
  return shared;
}

/** A fresh copy of a float64 tensor's values, row-major. */
export function downloadDouble(tf: Tf, tensor: DeviceTensor): Float64Array {
  const bits = tf.run('Bitcast', [dtype('T', DT_DOUBLE), dtype('type', DT_INT32)], [tensor]);
  const pairs = tf.downloadInt32(bits);
  tf.release(bits);
  if (pairs.byteOffset % 8 === 0) return new Float64Array(pairs.buffer, pairs.byteOffset, pairs.length / 2);
  return new Float64Array(pairs.slice().buffer);
}
