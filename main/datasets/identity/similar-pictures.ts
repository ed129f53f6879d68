/**
 * One picture saved anew, in another size, format or compression, mirrored or turned: found among many by its 16 x 16 grey values. Two
 * pictures are one where the root mean square of the differences is at most SIMILAR_RMS and SIMILAR_SHARE of the lesser contrast
 * (measured: test/peers/similar-pictures.ts). The same as comparing each with each in all turns, in far fewer steps: lengths of
 * projections are never greater than those of the grids, so that what is far apart in a few directions needs no comparison.
 * Waits for a turn now and then, so that a cancel gets through.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CELLS, GRID_SIDE } from '../../images/grey-grid.ts';
import { Groups } from '../patients.ts';
import { TURNED, uprightTurns } from './grid-turns.ts';
import { plantTree, searchFrom } from './nearby-points.ts';

/** Grey values (0 to 255). */
export const SIMILAR_RMS = 2;
/** Of the contrast (standard deviation), so that pale pictures are not all alike. */
export const SIMILAR_SHARE = 0.06;
/** Contrast below which a picture shows too little to be told from others. */
export const LEAST_CONTRAST = 4;
/** In a group of more pictures than this only enough pairs are listed to hold it together. */
export const MOST_WITH_ALL_PAIRS = 12;

/** The limit as a distance of grids, with room for the rounding of coordinates. */
const REACH = SIMILAR_RMS * GRID_SIDE + 0.01;
const DIRECTIONS = 10;
const IMAGES_IN_SAMPLE = 2000;
const LEAVES_PER_TURN = 50;

const AS_IT_IS = TURNED[0] as Uint8Array;

export interface SimilarPair {
  /** Positions of the pictures, the smaller first. */
  a: number;
  b: number;
  /** Root mean square of the differences in grey values. */
  distance: number;
  /** Of {@link TURNS}: the first picture is the other one seen so. */
  turn: number;
}

export interface SimilarPictures {
  /** Sorted by position. All pairs, but see MOST_WITH_ALL_PAIRS. */
  pairs: SimilarPair[];
  /** Who hangs together by pairs, by position. */
  groups: Groups;
}

/** Pictures by position: an array, or what takes less memory than one. */
export interface Grids {
  readonly length: number;
  at(position: number): Uint8Array | undefined;
}

/** @param isApart pairs that join nobody, whatever their distance; asked with the smaller position first */
export async function findSimilarPictures(
  grids: Grids,
  {
    isApart = () => false,
    signal,
  }: { isApart?: (a: number, b: number) => boolean; signal?: AbortSignal | undefined } = {},
): Promise<SimilarPictures> {
  const groups = new Groups(grids.length);
  const sizes = new Uint32Array(grids.length).fill(1);
  const found = new Map<number, SimilarPair>();
  /** Keys of the pairs that hold groups together, and of those that must not: they are always listed. */
  const listed = new Set<number>();
  const gridAt = (position: number): Uint8Array => grids.at(position) as Uint8Array;
  const contrasts = Float64Array.from({ length: grids.length }, (_, i) => contrastOf(gridAt(i)));
  const pictures: number[] = [];
  const turnOf: number[] = [];
  for (let i = 0; i < grids.length; i++) {
    if ((contrasts[i] as number) < LEAST_CONTRAST) continue;
    for (const turn of uprightTurns(gridAt(i), REACH)) {
      pictures.push(i);
      turnOf.push(turn);
    }
  }
  const tree = plantTree(project(grids, pictures, turnOf), DIRECTIONS);

  const visit = (p: number, q: number): void => {
    const [first, second] = (pictures[p] as number) < (pictures[q] as number) ? [p, q] : [q, p];
    const [a, b] = [pictures[first] as number, pictures[second] as number];
    if (a === b) return;
    const [left, right] = [groups.find(a), groups.find(b)];
    if (left === right && (sizes[left] as number) > MOST_WITH_ALL_PAIRS) return;
    const key = a * grids.length + b;
    if (found.has(key)) return;
    const limit = Math.min(SIMILAR_RMS, SIMILAR_SHARE * Math.min(contrasts[a] as number, contrasts[b] as number));
    const [one, other] = [gridAt(a), gridAt(b)];
    const turned = TURNED[turnOf[second] as number] as Uint8Array;
    if (rmsWithin(limit, one, other, { turned, against: TURNED[turnOf[first] as number] as Uint8Array }) === null)
      return;
    const distances = TURNED.map((each) => rmsWithin(limit, one, other, { turned: each }) ?? Infinity);
    const distance = Math.min(...distances);
    found.set(key, { a, b, distance, turn: distances.indexOf(distance) });
    if (isApart(a, b)) return void listed.add(key);
    if (left === right) return;
    listed.add(key);
    const size = (sizes[left] as number) + (sizes[right] as number);
    groups.join(left, right);
    sizes[groups.find(a)] = size;
  };

  /** By first place of a leaf: all its pictures are in one group, which only grows. */
  const isOne = new Set<number>();
  const groupOf = ({ start, end }: { start: number; end: number }): number | null => {
    const root = groups.find(pictures[tree.numbers[start] as number] as number);
    if (isOne.has(start)) return root;
    for (let i = start + 1; i < end; i++) {
      if (groups.find(pictures[tree.numbers[i] as number] as number) !== root) return null;
    }
    isOne.add(start);
    return root;
  };
  const skip: Parameters<typeof searchFrom>[2]['skip'] = (a, b) => {
    const root = groupOf(a);
    return root !== null && (sizes[root] as number) > MOST_WITH_ALL_PAIRS && groupOf(b) === root;
  };
  for (const [i, leaf] of tree.leaves.entries()) {
    if (i % LEAVES_PER_TURN === 0) {
      await nextTurn();
      signal?.throwIfAborted();
    }
    searchFrom(tree, leaf, { reach: REACH, skip, visit });
  }
  const pairs = [...found].flatMap(([key, pair]) =>
    (sizes[groups.find(pair.a)] as number) <= MOST_WITH_ALL_PAIRS || listed.has(key) ? [pair] : [],
  );
  return { pairs: pairs.sort((x, y) => x.a - y.a || x.b - y.b), groups };
}

function contrastOf(grid: Uint8Array): number {
  let [sum, squares] = [0, 0];
  for (const value of grid) {
    sum += value;
    squares += value * value;
  }
  return Math.sqrt(Math.max(0, squares / CELLS - (sum / CELLS) ** 2));
}

/** Null where the distance is greater than `limit`. */
function rmsWithin(
  limit: number,
  a: Uint8Array,
  b: Uint8Array,
  { turned, against = AS_IT_IS }: { turned: Uint8Array; against?: Uint8Array },
): number | null {
  const most = limit * limit * CELLS;
  let sum = 0;
  for (let i = 0; i < CELLS; i++) {
    const difference = (a[against[i] as number] as number) - (b[turned[i] as number] as number);
    sum += difference * difference;
    if (sum > most) return null;
  }
  return Math.sqrt(sum / CELLS);
}

/** Of the slow waves of the cosine transform (lengths 1, at right angles), those in which the pictures differ most: row by row. */
function project(grids: Grids, pictures: readonly number[], turnOf: readonly number[]): Float32Array {
  const along = (waves: readonly (readonly number[])[], at: number): number[] => {
    const grid = grids.at(pictures[at] as number) as Uint8Array;
    const from = TURNED[turnOf[at] as number] as Uint8Array;
    return waves.map((wave) => {
      let sum = 0;
      for (let i = 0; i < CELLS; i++) sum += (wave[i] as number) * (grid[from[i] as number] as number);
      return sum;
    });
  };
  const step = Math.max(1, Math.floor(pictures.length / IMAGES_IN_SAMPLE));
  const sample = Array.from({ length: Math.ceil(pictures.length / step) }, (_, i) => i * step);
  const sampled = sample.map((at) => along(WAVES, at));
  const spreads = WAVES.map((wave, w) => {
    const values = sampled.map((row) => row[w] as number);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { wave, spread: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) };
  });
  spreads.sort((x, y) => y.spread - x.spread);
  const chosen = spreads.slice(0, DIRECTIONS).map(({ wave }) => wave);
  const points = new Float32Array(pictures.length * DIRECTIONS);
  for (let at = 0; at < pictures.length; at++) points.set(along(chosen, at), at * DIRECTIONS);
  return points;
}

const SLOWEST = 8;
const WAVES: readonly (readonly number[])[] = Array.from({ length: SLOWEST * SLOWEST }, (_, k) => {
  const [u, v] = [k % SLOWEST, Math.floor(k / SLOWEST)];
  const value = (frequency: number, at: number): number =>
    Math.sqrt((frequency === 0 ? 1 : 2) / GRID_SIDE) * Math.cos(((2 * at + 1) * frequency * Math.PI) / (2 * GRID_SIDE));
  return Array.from({ length: CELLS }, (_unused, i) => value(u, i % GRID_SIDE) * value(v, Math.floor(i / GRID_SIDE)));
});
