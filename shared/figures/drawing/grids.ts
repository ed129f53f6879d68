/** Small images side by side, one square a weight. Pure. */
import { markup } from '../../words/markup.ts';
import type { Grids } from '../figure.ts';
import { CHARACTER } from './labels.ts';
import { pngDataUri, type Rgba } from './png.ts';
import { text, type Body, type Sheet } from './sheet.ts';

/** Side of a weight's square. */
const SQUARE = 5;
const GAP = 24;
const MARGIN = 8;

export function drawGrids({ grids, note }: Grids, { top }: Sheet): Body {
  let x = MARGIN;
  const parts = grids.map(({ title, image }) => {
    const [width, height] = [image.width * SQUARE, image.height * SQUARE];
    const part = markup`${text(title, x, top + 8, { paint: 'quiet' })}<image x="${x}" y="${top + 16}" width="${width}" height="${height}" image-rendering="pixelated" href="${pngDataUri(enlarge(image))}"/>\n`;
    // A small grid still has room for its title.
    x += Math.max(width, Math.ceil(title.length * CHARACTER)) + GAP;
    return part;
  });
  const bottom = top + 16 + Math.max(0, ...grids.map(({ image }) => image.height * SQUARE));
  return {
    parts: markup`${parts}${note !== '' && text(note, MARGIN, bottom + 18, { paint: 'quiet' })}`,
    height: bottom + (note === '' ? MARGIN : 26),
    width: x - GAP + MARGIN,
  };
}

/** As many pixels a weight as it is wide: programs that smooth images still show squares. */
function enlarge({ width, height, rgba }: Rgba): Rgba {
  const large = new Uint8ClampedArray(width * height * 4 * SQUARE ** 2);
  const row = width * SQUARE * 4;
  for (let y = 0; y < height; y++) {
    const start = y * SQUARE * row;
    for (let x = 0; x < width * SQUARE; x++) {
      const from = (y * width + Math.floor(x / SQUARE)) * 4;
      large.set(rgba.subarray(from, from + 4), start + x * 4);
    }
    for (let copy = 1; copy < SQUARE; copy++) large.copyWithin(start + copy * row, start, start + row);
  }
  return { width: width * SQUARE, height: height * SQUARE, rgba: large };
}
