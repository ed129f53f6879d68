/**
 * Padding of NHWC images. TensorFlow's convolutions and poolings pad by their own rule (SAME) or not at all (VALID); so many
 * cells on each side are added before a VALID one and taken off its gradient: oneDNN's kernels have no explicit padding, and
 * the copy costs less than doing without them.
 */
import { DT_FLOAT, DT_INT32, type DeviceTensor, type Tf } from '../tf.ts';
import { dtype } from './attributes.ts';

/** How TensorFlow walks a window over an image, the same in both directions. */
export interface Walk {
  stride: number;
  padding: 'SAME' | 'VALID';
}

/** Loses every comparison with a finite number. */
export const LOWEST_FLOAT32 = -3.4028234663852886e38;

/** A layer's padding in TensorFlow's terms: `cells` on each side first, then the walk. */
export function walkOf({ stride, padding }: { stride: number; padding: 'same' | 'valid' | number }): {
  cells: number;
  walk: Walk;
} {
  return {
    cells: typeof padding === 'number' ? padding : 0,
    walk: { stride, padding: padding === 'same' ? 'SAME' : 'VALID' },
  };
}

/** `cells` more rows and columns of `value` on each side; with 0 cells, the same tensor with one more owner. */
export function pad(tf: Tf, x: DeviceTensor, cells: number, value: number): DeviceTensor {
  if (cells === 0) return tf.retain(x);
  const paddings = tf.uploadInt32([4, 2], Int32Array.of(0, 0, cells, cells, cells, cells, 0, 0));
  const constant = tf.scalar(value);
  const result = tf.run('PadV2', [dtype('T', DT_FLOAT), dtype('Tpaddings', DT_INT32)], [x, paddings, constant]);
  tf.release(paddings, constant);
  return result;
}

/** Takes off what {@link pad} added; owned by the caller, as its input is. */
export function unpad(tf: Tf, x: DeviceTensor, cells: number): DeviceTensor {
  if (cells === 0) return tf.retain(x);
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const begin = tf.int32([0, cells, cells, 0]);
  const size = tf.int32([batch, height - 2 * cells, width - 2 * cells, channels]);
  const result = tf.run('Slice', [dtype('T', DT_FLOAT), dtype('Index', DT_INT32)], [x, begin, size]);
  tf.release(begin, size);
  return result;
}
