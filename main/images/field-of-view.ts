/**
 * The circular field of a fundus camera: the bright part of the picture within its dark surround. Works on a small RGB image;
 * tolerates fields cut off above and below, dark vignettes, noise in the surround and bright marks or letters outside the field.
 */
export interface RgbImage {
  /** width x height x 3, row-major. */
  data: Uint8Array;
  width: number;
  height: number;
}

/** A square in the image's pixels; it reaches beyond the image where the field is cut off. */
export interface SquareWindow {
  left: number;
  top: number;
  side: number;
}

/** Brightness above the surround, as a share of the field's own, at which a pixel counts as field. */
const FIELD_SHARE = 0.12;
/** A row or column belongs to the field when this share of the longest one is lit; removes specks and tabs. */
const EXTENT_SHARE = 0.06;
/** A field smaller than this share of the image is no fundus photograph's: the picture is taken as it is. */
const SMALLEST_AREA = 0.1;

function brightness({ data, width, height }: RgbImage): Uint8Array {
  const grey = new Uint8Array(width * height);
  for (let i = 0, j = 0; i < grey.length; i++, j += 3) {
    grey[i] = Math.max(data[j] as number, data[j + 1] as number, data[j + 2] as number);
  }
  return grey;
}

function histogram(values: Iterable<number>): Uint32Array {
  const counts = new Uint32Array(256);
  for (const value of values) counts[value] = (counts[value] as number) + 1;
  return counts;
}

/** The value that `share` of all counted values are at or below. */
export function percentile(counts: Uint32Array, share: number): number {
  const wanted = share * counts.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  return counts.findIndex((count) => (seen += count) >= wanted);
}

/** Median brightness of the four corners, each a sixteenth of the shorter side. */
function surroundLevel(grey: Uint8Array, width: number, height: number): number {
  const reach = Math.max(1, Math.floor(Math.min(width, height) / 16));
  const corners: number[] = [];
  for (let y = 0; y < reach; y++) {
    for (let x = 0; x < reach; x++) {
      for (const row of [y, height - 1 - y]) {
        for (const column of [x, width - 1 - x]) corners.push(grey[row * width + column] as number);
      }
    }
  }
  return percentile(histogram(corners), 0.5);
}

/** Keeps the largest 4-connected part of `mask` (1 = set) and returns its number of pixels. */
function keepLargestPart(mask: Uint8Array, width: number): number {
  const labels = new Int32Array(mask.length);
  const stack = new Int32Array(mask.length);
  let best = 0;
  let bestSize = 0;
  let label = 0;
  for (let start = 0; start < mask.length; start++) {
    if (mask[start] === 0 || labels[start] !== 0) continue;
    label++;
    let size = 0;
    let top = 0;
    stack[top++] = start;
    labels[start] = label;
    while (top > 0) {
      const at = stack[--top] as number;
      size++;
      const x = at % width;
      for (const next of [x > 0 ? at - 1 : -1, x < width - 1 ? at + 1 : -1, at - width, at + width]) {
        if (next >= 0 && next < mask.length && mask[next] === 1 && labels[next] === 0) {
          labels[next] = label;
          stack[top++] = next;
        }
      }
    }
    if (size > bestSize) [best, bestSize] = [label, size];
  }
  for (let i = 0; i < mask.length; i++) mask[i] = labels[i] === best && best > 0 ? 1 : 0;
  return bestSize;
}

function extent(counts: Uint32Array): { first: number; last: number } {
  const needed = Math.max(1, EXTENT_SHARE * counts.reduce((most, count) => Math.max(most, count), 0));
  const first = counts.findIndex((count) => count >= needed);
  const last = counts.findLastIndex((count) => count >= needed);
  return { first, last };
}

/** The centred square that holds the whole picture's shorter side. */
export function centreSquare(width: number, height: number): SquareWindow {
  const side = Math.min(width, height);
  return { left: (width - side) / 2, top: (height - side) / 2, side };
}

/** The square around the field of view; null where the picture has no dark surround. */
export function findField(image: RgbImage): SquareWindow | null {
  const { width, height } = image;
  const grey = brightness(image);
  const surround = surroundLevel(grey, width, height);
  const field = percentile(histogram(grey), 0.9);
  if (surround > 0.6 * field || field - surround < 8) return null;
  const threshold = surround + FIELD_SHARE * (field - surround);
  const mask = grey.map((value) => (value > threshold ? 1 : 0));
  if (keepLargestPart(mask, width) < SMALLEST_AREA * mask.length) return null;
  const rows = new Uint32Array(height);
  const columns = new Uint32Array(width);
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0) continue;
    const y = Math.floor(i / width);
    const x = i % width;
    rows[y] = (rows[y] as number) + 1;
    columns[x] = (columns[x] as number) + 1;
  }
  const across = extent(columns);
  const down = extent(rows);
  const side = Math.max(across.last - across.first, down.last - down.first) + 1;
  return { left: (across.first + across.last + 1 - side) / 2, top: (down.first + down.last + 1 - side) / 2, side };
}

/** The square around the field of view; {@link centreSquare} where the picture has no dark surround. */
export function findFieldOfView(image: RgbImage): SquareWindow {
  return findField(image) ?? centreSquare(image.width, image.height);
}
