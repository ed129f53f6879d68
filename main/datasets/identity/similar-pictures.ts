/**
 * One picture saved anew, in another size, format or compression: found among many by its 16 x 16 grey values, in a few comparisons an image.
 * Pure.
 */

/** Root mean square of the differences, in grey values (0 to 255), up to which two pictures are one. */
export const SIMILAR_RMS = 2;
/** The same as a share of the contrast (standard deviation), so that pale pictures are not all alike. */
const SIMILAR_SHARE = 0.06;
/** Contrast below which a picture shows too little to be told from others. */
const LEAST_CONTRAST = 4;
const CELLS = 256;
/** Two grids within the limit differ by at most this much along any direction: the width of a cell of the index. */
const REACH = SIMILAR_RMS * Math.sqrt(CELLS);

/** Positions of pictures, each pair once with the smaller first. Pictures without contrast are compared with none. */
export function findSimilarPictures(grids: readonly Uint8Array[]): [number, number][] {
  const pairs: [number, number][] = [];
  const buckets = new Map<string, number[]>();
  grids.forEach((grid, i) => {
    const contrast = contrastOf(grid);
    if (contrast < LEAST_CONTRAST) return;
    const place = placeOf(grid);
    const limit = Math.min(SIMILAR_RMS, SIMILAR_SHARE * contrast);
    for (const key of neighbours(place)) {
      for (const other of buckets.get(key) ?? []) {
        if (isWithin(grids[other] as Uint8Array, grid, limit)) pairs.push([other, i]);
      }
    }
    const own = place.join();
    const bucket = buckets.get(own);
    if (bucket === undefined) buckets.set(own, [i]);
    else bucket.push(i);
  });
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

function neighbours(place: readonly number[]): string[] {
  return place
    .reduce<number[][]>((all, at) => all.flatMap((before) => [-1, 0, 1].map((step) => [...before, at + step])), [[]])
    .map((found) => found.join());
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
