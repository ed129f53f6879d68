/** A picture as 16 x 16 means of its grey values: what stays alike when it is saved anew. Pure. */

/** Cells a side. */
export const GRID_SIDE = 16;

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
  const sums = new Float64Array(GRID_SIDE * GRID_SIDE);
  const line = new Float64Array(GRID_SIDE + 1);
  for (let y = 0; y < rows.first.length; y++) {
    line.fill(0);
    const start = Math.floor(y / rows.repeat) * width;
    for (let x = 0; x < columns.first.length; x++) {
      const at = (start + Math.floor(x / columns.repeat)) * channels;
      const grey =
        channels < 3
          ? (pixels[at] as number)
          : 0.299 * (pixels[at] as number) + 0.587 * (pixels[at + 1] as number) + 0.114 * (pixels[at + 2] as number);
      const first = columns.first[x] as number;
      const part = columns.part[x] as number;
      line[first] = (line[first] as number) + part * grey;
      line[first + 1] = (line[first + 1] as number) + (1 - part) * grey;
    }
    const first = rows.first[y] as number;
    const part = rows.part[y] as number;
    for (let column = 0; column < GRID_SIDE; column++) {
      const value = line[column] as number;
      sums[first * GRID_SIDE + column] = (sums[first * GRID_SIDE + column] as number) + part * value;
      if (part < 1 && first + 1 < GRID_SIDE) {
        const below = (first + 1) * GRID_SIDE + column;
        sums[below] = (sums[below] as number) + (1 - part) * value;
      }
    }
  }
  const area = (columns.first.length * rows.first.length) / (GRID_SIDE * GRID_SIDE);
  return Uint8Array.from(sums, (sum) => Math.round(sum / area));
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
