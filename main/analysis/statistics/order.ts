/** Sorting of scores, the one expensive step of every rank statistic. */
import { AppError } from '../../../shared/system/errors.ts';

/** Below this many items a comparison sort is quicker than six counting passes. */
const SMALL = 1024;
/** Digits of the 64-bit key, least significant first: three of the low word, three of the high word. */
const DIGITS = [
  { word: 0, shift: 0, mask: 0x7ff },
  { word: 0, shift: 11, mask: 0x7ff },
  { word: 0, shift: 22, mask: 0x3ff },
  { word: 1, shift: 0, mask: 0x7ff },
  { word: 1, shift: 11, mask: 0x7ff },
  { word: 1, shift: 22, mask: 0x3ff },
] as const;
const BUCKETS = 2048;

/**
 * Indices that put `scores` into ascending order; equal scores keep their order. O(n): a least-significant-digit radix sort
 * on the IEEE bits (sign bit flipped, negative numbers inverted), passes in which all keys share a digit skipped.
 * @throws AppError 'bad-input' where a score is not a finite number.
 */
export function ascendingOrder(scores: ArrayLike<number>): Uint32Array {
  const n = scores.length;
  const values = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const value = scores[i] as number;
    if (!Number.isFinite(value)) {
      throw new AppError(
        'bad-input',
        `Expected every score to be a finite number, got ${value} in position ${i + 1}.`,
        {
          action: 'Remove or correct the rows without a score.',
        },
      );
    }
    values[i] = value + 0; // -0 and 0 are one score
  }
  if (n >= SMALL) return radixOrder(values);
  const order = Uint32Array.from({ length: n }, (_, index) => index);
  return order.sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
}

function radixOrder(values: Float64Array): Uint32Array {
  const n = values.length;
  const bits = new Uint32Array(values.buffer);
  let low = new Uint32Array(n);
  let high = new Uint32Array(n);
  let order = new Uint32Array(n);
  const counts = DIGITS.map(() => new Uint32Array(BUCKETS));
  const [c0, c1, c2, c3, c4, c5] = counts as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  for (let i = 0; i < n; i++) {
    let l = bits[2 * i] as number;
    let h = bits[2 * i + 1] as number;
    if (h >>> 31 === 1) {
      l = ~l >>> 0;
      h = ~h >>> 0;
    } else h = (h ^ 0x80000000) >>> 0;
    low[i] = l;
    high[i] = h;
    order[i] = i;
    (c0[l & 0x7ff] as number)++;
    (c1[(l >>> 11) & 0x7ff] as number)++;
    (c2[l >>> 22] as number)++;
    (c3[h & 0x7ff] as number)++;
    (c4[(h >>> 11) & 0x7ff] as number)++;
    (c5[h >>> 22] as number)++;
  }
  let nextLow = new Uint32Array(n);
  let nextHigh = new Uint32Array(n);
  let nextOrder = new Uint32Array(n);
  for (const [pass, { word, shift, mask }] of DIGITS.entries()) {
    const count = counts[pass] as Uint32Array;
    const key = word === 0 ? low : high;
    if (n === 0 || count[((key[0] as number) >>> shift) & mask] === n) continue;
    for (let b = 0, sum = 0; b < BUCKETS; b++) {
      const held = count[b] as number;
      count[b] = sum;
      sum += held;
    }
    for (let i = 0; i < n; i++) {
      const to = (count[((key[i] as number) >>> shift) & mask] as number)++;
      nextLow[to] = low[i] as number;
      nextHigh[to] = high[i] as number;
      nextOrder[to] = order[i] as number;
    }
    [low, nextLow] = [nextLow, low];
    [high, nextHigh] = [nextHigh, high];
    [order, nextOrder] = [nextOrder, order];
  }
  return order;
}
