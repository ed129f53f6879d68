/**
 * One picture saved anew, in another size, format or compression: found among many by its 16 x 16 grey values, in a few comparisons an image.
 * Waits for a turn now and then, so that a cancel gets through.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Root mean square of the differences, in grey values (0 to 255), up to which two pictures are one. */
export const SIMILAR_RMS = 2;
/** The same as a share of the contrast (standard deviation), so that pale pictures are not all alike. */
const SIMILAR_SHARE = 0.06;
/** Contrast below which a picture shows too little to be told from others. */
const LEAST_CONTRAST = 4;
const CELLS = 256;
/** Two grids within the limit differ by at most this much along any direction: the width of a cell of the index. */
const REACH = SIMILAR_RMS * Math.sqrt(CELLS);
const IMAGES_PER_TURN = 500;
/** More than places along one direction, so that a place has a key of its own. */
const BASE = 1024;

const keyOf = (place: readonly number[]): number => place.reduce((key, at) => key * BASE + at, 0);

/** From the key of a place to those of its 81 neighbours, itself included. */
const STEPS = [-1, 0, 1].flatMap((a) =>
  [-1, 0, 1].flatMap((b) => [-1, 0, 1].flatMap((c) => [-1, 0, 1].map((d) => keyOf([a, b, c, d])))),
);

/** Positions of pictures, each pair once with the smaller first. Pictures without contrast are compared with none. */
export async function findSimilarPictures(
  grids: readonly Uint8Array[],
  signal?: AbortSignal,
): Promise<[number, number][]> {
  const pairs: [number, number][] = [];
  const buckets = new Map<number, number[]>();
  for (const [i, grid] of grids.entries()) {
    if (i % IMAGES_PER_TURN === 0) {
      await nextTurn();
      signal?.throwIfAborted();
    }
    const contrast = contrastOf(grid);
    if (contrast < LEAST_CONTRAST) continue;
    const place = placeOf(grid);
    const limit = Math.min(SIMILAR_RMS, SIMILAR_SHARE * contrast);
    const own = keyOf(place);
    for (const step of STEPS) {
      for (const other of buckets.get(own + step) ?? []) {
        if (isWithin(grids[other] as Uint8Array, grid, limit)) pairs.push([other, i]);
      }
    }
    const bucket = buckets.get(own);
    if (bucket === undefined) buckets.set(own, [i]);
    else bucket.push(i);
  }
  return pairs;
}

function contrastOf(grid: Uint8Array): number {
  let [sum, squares] = [0, 0];
  for (const value of grid) {
    sum += value;
    squares += value * value;
  }
  return Math.sqrt(Math.max(0, squares / CELLS - (sum / CELLS) ** 2));
}

/** Brightness as a whole, left against right, top against bottom, and across: four directions at right angles. */
function placeOf(grid: Uint8Array): number[] {
  let [whole, side, height, across] = [0, 0, 0, 0];
  grid.forEach((value, i) => {
    const isLeft = i % 16 < 8;
    const isTop = i < CELLS / 2;
    whole += value;
    side += isLeft ? value : -value;
    height += isTop ? value : -value;
    across += isLeft === isTop ? value : -value;
  });
  const length = Math.sqrt(CELLS);
  return [whole, side, height, across].map((sum) => Math.floor(sum / length / REACH));
}

function isWithin(a: Uint8Array, b: Uint8Array, rms: number): boolean {
  const most = rms * rms * CELLS;
  let sum = 0;
  for (let i = 0; i < CELLS; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    sum += difference * difference;
    if (sum > most) return false;
  }
  return true;
}
