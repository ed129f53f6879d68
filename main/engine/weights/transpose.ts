/** Numbers that a file keeps in another order than row by row: views of a storage, and axis orders of other programs. */
import { elementCount } from '../tensors.ts';

/** Of a view: the place of its first number, its shape, and for each axis the distance of neighbours. */
export interface View {
  start: number;
  shape: readonly number[];
  strides: readonly number[];
}

/** The numbers of a view, row-major. */
export function gather(values: Float32Array, { start, shape, strides }: View): Float32Array {
  const result = new Float32Array(elementCount(shape));
  const index = shape.map(() => 0);
  for (let at = 0, from = start; at < result.length; at++) {
    result[at] = values[from] as number;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] as number) + 1;
      if (next < (shape[axis] as number)) {
        index[axis] = next;
        from += strides[axis] as number;
        break;
      }
      index[axis] = 0;
      from -= (next - 1) * (strides[axis] as number);
    }
  }
  return result;
}

/** Distances of neighbours in row-major order. */
export const stridesOf = (shape: readonly number[]): number[] =>
  shape.map((_, axis) => elementCount(shape.slice(axis + 1)));

/** Values with their axes in another order: axis `i` of the result is axis `order[i]` of the source. */
export function transpose(values: Float32Array, shape: readonly number[], order: readonly number[]): Float32Array {
  const strides = stridesOf(shape);
  return gather(values, {
    start: 0,
    shape: order.map((axis) => shape[axis] as number),
    strides: order.map((axis) => strides[axis] as number),
  });
}
