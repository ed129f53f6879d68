/** A picture as it is, mirrored, and turned by quarters: the eight ways to see one 16 x 16 grid. Pure. */
import { TURNS } from '../../../shared/dataset/picture-pairs.ts';
import { CELLS, GRID_SIDE } from '../../images/grey-grid.ts';

/** By turn: where in the picture the value of each cell stands. */
export const TURNED: readonly Uint8Array[] = TURNS.map((_, turn) =>
  Uint8Array.from({ length: CELLS }, (_unused, i) => {
    let [x, y] = [i % GRID_SIDE, Math.floor(i / GRID_SIDE)];
    if (turn & 1) x = GRID_SIDE - 1 - x;
    if (turn & 2) y = GRID_SIDE - 1 - y;
    if (turn & 4) [x, y] = [y, x];
    return y * GRID_SIDE + x;
  }),
);

/**
 * The turns in which a picture is bright on the right, at the bottom, and more on the right than at the bottom: usually one. Where that is
 * a close call, all turns that it may be, so that two pictures within `reach` (square root of the sum of squared differences) of one another
 * in any turn have turns in common in which they are. (In the turn of their mean, each is within half of it of the three conditions.)
 */
export function uprightTurns(grid: Uint8Array, reach: number): number[] {
  let [right, bottom] = [0, 0];
  grid.forEach((value, i) => {
    right += i % GRID_SIDE < GRID_SIDE / 2 ? -value : value;
    bottom += i < CELLS / 2 ? -value : value;
  });
  const least = (-reach / 2) * GRID_SIDE - 1e-6;
  return TURNED.flatMap((_, turn) => {
    const [x, y] = turn & 4 ? [bottom, right] : [right, bottom];
    const [toRight, toBottom] = [turn & 1 ? -x : x, turn & 2 ? -y : y];
    return toRight >= least && toBottom >= least && (toRight - toBottom) / Math.SQRT2 >= least ? [turn] : [];
  });
}
