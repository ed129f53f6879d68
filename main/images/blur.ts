/** How blurred a picture is, without another one to compare with. Pure. */
import type { RgbImage } from './field-of-view.ts';

/** Half of the filter's width in pixels. */
const REACH = 4;
/** A shorter side tells nothing: the filter would be most of the picture. */
const LEAST_SIDE = 32;
/** Contrast (root mean square of neighbours' differences, of 255) below which there is nothing to be sharp or blurred. */
const LEAST_CHANGE = 0.3;

/**
 * The blur effect of Crete, Dolmiere, Ladret and Nicolas (2007): blur it once more, and see how much of the differences between neighbours is
 * left; of a sharp picture little, of a blurred one nearly all. 0 (sharp) to 1. Looks at the middle half of width and height only:
 * the edge of a fundus camera's field is sharp in every picture.
 */
export function blurEffect({ data, width, height }: RgbImage): number | null {
  const [across, down] = [Math.floor(width / 2), Math.floor(height / 2)];
  if (Math.min(across, down) < LEAST_SIDE) return null;
  const grey = new Float32Array(across * down);
  const [left, top] = [Math.floor((width - across) / 2), Math.floor((height - down) / 2)];
  for (let y = 0, to = 0; y < down; y++) {
    let at = ((top + y) * width + left) * 3;
    for (let x = 0; x < across; x++, to++, at += 3) {
      grey[to] = 0.299 * (data[at] as number) + 0.587 * (data[at + 1] as number) + 0.114 * (data[at + 2] as number);
    }
  }
  const rows = remaining(grey, { lines: down, length: across, between: across, along: 1 });
  const columns = remaining(grey, { lines: across, length: down, between: 1, along: across });
  return rows === null || columns === null ? null : Math.max(rows, columns);
}

interface Lines {
  lines: number;
  length: number;
  /** Steps in the array from one line to the next, and along a line. */
  between: number;
  along: number;
}

/** Share of the differences along the lines that a moving mean over 2 REACH + 1 pixels leaves. */
function remaining(grey: Float32Array, { lines, length, between, along }: Lines): number | null {
  let [all, lost, squares] = [0, 0, 0];
  const width = 2 * REACH + 1;
  const at = (line: number, i: number): number => grey[line * between + i * along] as number;
  for (let line = 0; line < lines; line++) {
    for (let i = REACH + 1; i < length - REACH; i++) {
      const change = Math.abs(at(line, i) - at(line, i - 1));
      // Neighbouring means share all but their outermost pixels.
      const smooth = Math.abs(at(line, i + REACH) - at(line, i - 1 - REACH)) / width;
      all += change;
      squares += change * change;
      if (change > smooth) lost += change - smooth;
    }
  }
  const count = lines * (length - width);
  return Math.sqrt(squares / count) < LEAST_CHANGE ? null : 1 - lost / all;
}
