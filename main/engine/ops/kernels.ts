/**
 * Which implementation of an op to run. TensorFlow for CPUs carries oneDNN kernels beside its own (Eigen); by default it takes
 * them only on processors with AVX-512 VNNI or newer, although most of them are faster on AVX2 too. They are registered under
 * names of their own, so each op can choose. The choice depends on the op and its shape alone, never on a measurement: the
 * same run gives the same numbers twice. Measurements: docs/decisions/006-training-engine.md.
 */
import type { DeviceTensor, OpAttribute, Tf } from '../tf.ts';
import { bool, ints, T_FLOAT, text } from './attributes.ts';

/** What marks an op as one of oneDNN's, in place of TensorFlow's own graph rewriter. */
const ONEDNN_KERNEL = text('_kernel', 'MklNameChangeOp');

const available = new WeakMap<Tf, boolean>();

/** True where oneDNN's kernels can be called: TensorFlow builds for x86-64 and 64-bit Arm CPUs. */
export function hasOneDnn(tf: Tf): boolean {
  let answer = available.get(tf);
  if (answer === undefined) {
    answer = tf.device === 'cpu' && tryOneDnn(tf);
    available.set(tf, answer);
  }
  return answer;
}

/** Runs oneDNN's kernel of an op; to be asked only where {@link hasOneDnn}. */
export function runOneDnn(
  tf: Tf,
  op: string,
  attributes: OpAttribute[],
  inputs: readonly DeviceTensor[],
  outputs: number,
): DeviceTensor[] {
  return tf.execute(`_MklNative${op}`, [...attributes, ONEDNN_KERNEL], inputs, outputs);
}

function tryOneDnn(tf: Tf): boolean {
  const image = tf.upload([1, 4, 4, 8], new Float32Array(128));
  const kernel = tf.upload([1, 1, 8, 8], new Float32Array(64));
  const convolution = [T_FLOAT, ints('strides', [1, 1, 1, 1]), text('padding', 'SAME')];
  const pooling = [...convolution, ints('ksize', [1, 3, 3, 1]), bool('workspace_enabled', true)];
  try {
    tf.release(...runOneDnn(tf, 'Conv2D', [...convolution, bool('is_filter_const', false)], [image, kernel], 1));
    tf.release(...runOneDnn(tf, 'MaxPool', pooling, [image], 2));
    return true;
  } catch {
    return false;
  } finally {
    tf.release(image, kernel);
  }
}
