/** Points near one another, found by a k-d tree: in low dimensions in about n log n steps, and never with more memory than n. Pure. */

/** Points in the order of the tree. */
interface Branch {
  start: number;
  end: number;
  /** Of its points, by dimension. */
  low: Float32Array;
  high: Float32Array;
  /** Null of a leaf. */
  parts: readonly [Branch, Branch] | null;
}

export interface PointTree {
  dimensions: number;
  /** Row by row, in the order of the tree. */
  points: Float32Array;
  /** By place in the tree: the number that the point had before. */
  numbers: Uint32Array;
  root: Branch;
  leaves: readonly Branch[];
}

const MOST_IN_LEAF = 32;

/** @param points row by row, `dimensions` numbers each */
export function plantTree(points: Float32Array, dimensions: number): PointTree {
  const numbers = Uint32Array.from({ length: points.length / dimensions }, (_, i) => i);
  const leaves: Branch[] = [];
  const at = (number: number, dimension: number): number => points[number * dimensions + dimension] as number;
  function grow(start: number, end: number): Branch {
    const low = new Float32Array(dimensions).fill(Infinity);
    const high = new Float32Array(dimensions).fill(-Infinity);
    for (let i = start; i < end; i++) {
      for (let d = 0; d < dimensions; d++) {
        const value = at(numbers[i] as number, d);
        if (value < (low[d] as number)) low[d] = value;
        if (value > (high[d] as number)) high[d] = value;
      }
    }
    const branch: Branch = { start, end, low, high, parts: null };
    if (end - start <= MOST_IN_LEAF) {
      leaves.push(branch);
      return branch;
    }
    const extents = Array.from(high, (value, d) => value - (low[d] as number));
    const widest = extents.indexOf(Math.max(...extents));
    numbers.subarray(start, end).sort((a, b) => at(a, widest) - at(b, widest));
    const middle = (start + end) >> 1;
    branch.parts = [grow(start, middle), grow(middle, end)];
    return branch;
  }
  const root = grow(0, numbers.length);
  const ordered = new Float32Array(points.length);
  numbers.forEach((number, i) => {
    ordered.set(points.subarray(number * dimensions, (number + 1) * dimensions), i * dimensions);
  });
  return { dimensions, points: ordered, numbers, root, leaves };
}

/**
 * Every pair of points within `reach` of which one lies in `leaf` and the other in it or behind it: over all leaves, each pair once.
 * @param skip whether nothing is wanted of these two leaves
 * @param visit gets the numbers that the points had before
 */
export function searchFrom(
  { dimensions, points, numbers, root }: PointTree,
  leaf: Branch,
  {
    reach,
    skip,
    visit,
  }: { reach: number; skip: (a: Branch, b: Branch) => boolean; visit: (a: number, b: number) => void },
): void {
  const most = reach * reach;
  const waiting = [root];
  for (let branch = waiting.pop(); branch !== undefined; branch = waiting.pop()) {
    if (branch.end <= leaf.start || gap(leaf, branch) > most) continue;
    if (branch.parts !== null) waiting.push(...branch.parts);
    else if (!skip(leaf, branch)) compare(leaf, branch);
  }

  /** Of one point from the box of a leaf. */
  function gapFrom(i: number, { low, high }: Branch): number {
    let sum = 0;
    for (let d = 0; d < dimensions && sum <= most; d++) {
      const value = points[i * dimensions + d] as number;
      const apart =
        value < (low[d] as number)
          ? (low[d] as number) - value
          : value > (high[d] as number)
            ? value - (high[d] as number)
            : 0;
      sum += apart * apart;
    }
    return sum;
  }

  function compare(a: Branch, b: Branch): void {
    for (let i = a.start; i < a.end; i++) {
      if (gapFrom(i, b) > most) continue;
      for (let j = Math.max(b.start, i + 1); j < b.end; j++) {
        let sum = 0;
        for (let d = 0; d < dimensions && sum <= most; d++) {
          const difference = (points[i * dimensions + d] as number) - (points[j * dimensions + d] as number);
          sum += difference * difference;
        }
        if (sum <= most) visit(numbers[i] as number, numbers[j] as number);
      }
    }
  }
}

/** Square of the least distance between points of the two. */
function gap(a: Branch, b: Branch): number {
  let sum = 0;
  for (let d = 0; d < a.low.length; d++) {
    const apart = Math.max(
      (a.low[d] as number) - (b.high[d] as number),
      (b.low[d] as number) - (a.high[d] as number),
      0,
    );
    sum += apart * apart;
  }
  return sum;
}
