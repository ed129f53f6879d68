/**
 * Occlusion maps: a patch of one colour is centred on each cell of a grid in turn, and what it does to the score is the value of that cell
 * (Zeiler and Fergus, ECCV 2014). Any model will do: it is only asked for scores.
 */
import { IMAGE_CHANNELS } from '../graph/definition.ts';

export interface OcclusionOptions {
  /** size x size x 3, normalised. */
  image: Float32Array;
  size: number;
  /** Cells in each direction. */
  cells: number;
  /** Side of the patch in pixels. */
  patch: number;
  /** The patch's colour, normalised. */
  colour: readonly [number, number, number];
  /** Scores of `count` images, count x size x size x 3. */
  scores: (images: Float32Array, count: number) => ArrayLike<number>;
  /** How many images are asked for at once. */
  batch: number;
}

/**
 * Yields how many cells are done after each batch; returns the score of the untouched image, and cells x cells values, row-major:
 * score - score while the cell is hidden. At the edges the patch is cut.
 */
export function* occlude(options: OcclusionOptions): Generator<number, { score: number; values: number[] }, undefined> {
  const { image, cells, batch } = options;
  const score = options.scores(image, 1)[0] as number;
  const values: number[] = [];
  const total = cells * cells;
  for (let from = 0; from < total; from += batch) {
    const count = Math.min(batch, total - from);
    const images = new Float32Array(count * image.length);
    for (let i = 0; i < count; i++) {
      images.set(image, i * image.length);
      hide(images.subarray(i * image.length, (i + 1) * image.length), from + i, options);
    }
    const hidden = options.scores(images, count);
    for (let i = 0; i < count; i++) values.push(score - (hidden[i] as number));
    yield Math.min(total, from + count);
  }
  return { score, values };
}

/** Paints the patch over `cell` of the grid into `image` itself. */
export function hide(
  image: Float32Array,
  cell: number,
  { size, cells, patch, colour }: Pick<OcclusionOptions, 'size' | 'cells' | 'patch' | 'colour'>,
): void {
  const edge = (position: number): [from: number, to: number] => {
    const from = Math.round(((position + 0.5) * size) / cells - patch / 2);
    return [Math.max(0, from), Math.min(size, from + patch)];
  };
  const [top, bottom] = edge(Math.floor(cell / cells));
  const [left, right] = edge(cell % cells);
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) image.set(colour, (y * size + x) * IMAGE_CHANNELS);
  }
}
