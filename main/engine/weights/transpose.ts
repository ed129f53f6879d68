/** Axis orders of other programs. */
import { elementCount } from '../tensors.ts';

/** Values with their axes in another order: axis `i` of the result is axis `order[i]` of the source. */
export function transpose(
  values: Float32Array,
  shape: readonly number[],
  order: readonly number[],
): { values: Float32Array; shape: number[] } {
  const to = order.map((axis) => shape[axis] as number);
  const strides = shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
  const steps = order.map((axis) => strides[axis] as number);
  const result = new Float32Array(values.length);
  const index = to.map(() => 0);
  for (let at = 0, from = 0; at < result.length; at++) {
    result[at] = values[from] as number;
    for (let axis = to.length - 1; axis >= 0; axis--) {
      const next = (index[axis] as number) + 1;
      if (next < (to[axis] as number)) {
        index[axis] = next;
        from += steps[axis] as number;
        break;
      }
      index[axis] = 0;
      from -= (next - 1) * (steps[axis] as number);
    }
  }
  return { values: result, shape: to };
}
