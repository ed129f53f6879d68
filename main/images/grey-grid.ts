/** A picture as 16 x 16 means of its grey values: what stays alike when it is saved anew. Pure. */

/** Cells a side. */
export const GRID_SIDE = 16;
export const CELLS = GRID_SIDE * GRID_SIDE;

/**
 * @param pixels interleaved bytes, row by row
 * @returns 256 grey values (0 to 255), row by row; pixels on the border of two cells count for both in proportion
 */
export function greyGrid(
  pixels: Uint8Array,
  { width, height, channels }: { width: number; height: number; channels: number },
): Uint8Array {
  const columns = shares(width);
  const rows = shares(height);
  const sums = new Float64Array((GRID_SIDE + 1) * GRID_SIDE);
  // Lines of one row of cells are summed pixel by pixel before they are shared out over its cells.
  let band = new Float64Array(width);
  let below = new Float64Array(width);
  const finish = (row: number): void => {
    for (let x = 0; x < columns.first.length; x++) {
      const value = band[Math.floor(x / columns.repeat)] as number;
      const at = row * GRID_SIDE + (columns.first[x] as number);
      const part = columns.part[x] as number;
      sums[at] = (sums[at] as number) + part * value;
      if (part < 1) sums[at + 1] = (sums[at + 1] as number) + (1 - part) * value;
    }
    [band, below] = [below, band];
    below.fill(0);
  };
  let row = 0;
  for (let y = 0; y < rows.first.length; y++) {
    if (rows.first[y] !== row) finish(row++);
    const start = Math.floor(y / rows.repeat) * width * channels;
    const part = rows.part[y] as number;
    addLine(band, pixels, { start, channels, weight: part });
    if (part < 1) addLine(below, pixels, { start, channels, weight: 1 - part });
  }
  finish(row);
  const area = (columns.first.length * rows.first.length) / CELLS;
  return Uint8Array.from(sums.subarray(0, CELLS), (sum) => Math.round(sum / area));
}

/** Adds the grey values of one line of pixels. */
function addLine(
  into: Float64Array,
  pixels: Uint8Array,
  { start, channels, weight }: { start: number; channels: number; weight: number },
): void {
  if (channels < 3) {
    for (let x = 0, at = start; x < into.length; x++, at += channels) {
      into[x] = (into[x] as number) + weight * (pixels[at] as number);
    }
    return;
  }
  const [red, green, blue] = [0.299 * weight, 0.587 * weight, 0.114 * weight];
  for (let x = 0, at = start; x < into.length; x++, at += channels) {
    into[x] =
      (into[x] as number) +
      red * (pixels[at] as number) +
      green * (pixels[at + 1] as number) +
      blue * (pixels[at + 2] as number);
  }
}

/** For each pixel of a line the cell in which it begins, and its part in that cell; the rest is in the next one. Lines of fewer pixels than cells repeat them. */
function shares(pixels: number): { first: Uint8Array; part: Float64Array; repeat: number } {
  const repeat = Math.ceil(GRID_SIDE / pixels);
  const length = pixels * repeat;
  const first = new Uint8Array(length);
  const part = new Float64Array(length);
  const size = length / GRID_SIDE;
  for (let i = 0; i < length; i++) {
    const cell = Math.min(GRID_SIDE - 1, Math.floor(i / size + 1e-9));
    first[i] = cell;
    part[i] = cell === GRID_SIDE - 1 ? 1 : Math.min(1, (cell + 1) * size - i);
  }
  return { first, part, repeat };
}
