/** How far the axes of a plot go: the same for each way of drawing it. Pure. */
import { roundDomain } from './drawing/scale.ts';
import type { Plot } from './figure.ts';

export const Y_TICKS = 5;

export function plotExtent(plot: Plot): { x: [number, number]; y: [number, number] } {
  return { x: xExtent(plot), y: roundDomain(shownValues(plot), plot.yRange, Y_TICKS) };
}

/** The last step drawn, or where the run will end. */
function xExtent({ categories, xRange, xMax = 0, series }: Plot): [number, number] {
  if (categories) return [-0.5, categories.length - 0.5];
  if (xRange) return [...xRange];
  const ends = series.flatMap(({ mean, seeds }) => [mean, ...seeds.map(({ points }) => points)]);
  return [0, Math.max(1, xMax, ...ends.map((points) => points.at(-1)?.x ?? 0))];
}

function shownValues({ series, reference }: Plot): number[] {
  return [
    ...series.flatMap(({ mean, band, seeds }) => [
      ...mean.map(({ y }) => y),
      ...band.flatMap(({ low, high }) => [low, high]),
      ...seeds.flatMap(({ points }) => points.map(({ y }) => y)),
    ]),
    ...(reference === null ? [] : [reference.y]),
  ];
}
