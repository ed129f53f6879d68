/** Axes: d3's scales with the labels of their ticks. Pure. */
import { scaleLinear } from 'd3-scale';
import type { AxisRange } from '../figure.ts';

export interface Axis {
  /** Data value to pixels. */
  at: (value: number) => number;
  domain: readonly [number, number];
  ticks: { value: number; label: string }[];
}

/** A linear axis with about `count` round ticks inside `domain`. */
export function linearAxis(domain: readonly [number, number], range: readonly [number, number], count: number): Axis {
  const [low, high] = domain[0] === domain[1] ? [domain[0] - 0.5, domain[1] + 0.5] : domain;
  const scale = scaleLinear([low, high], range);
  const format = scale.tickFormat(count);
  return {
    at: (value) => scale(value),
    domain: [low, high],
    ticks: scale.ticks(count).map((value) => ({ value, label: format(value) })),
  };
}

/** Share of the extent that is left free at either end before it is rounded outward. */
const ROOM = 0.03;

/** Round ends around `values`, as far as `range` lets them go. */
export function roundDomain(values: readonly number[], range: AxisRange, count: number): [number, number] {
  const { from = Infinity, to = -Infinity, within: [least, most] = [-Infinity, Infinity] } = range;
  let [low, high] = [from, to];
  // Not by spreading: curves are long.
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [Number.isFinite(low) ? low : 0, 1];
  const room = ROOM * (high - low);
  const ends = [low === from ? low : low - room, high === to ? high : high + room] as const;
  const [start, end] = scaleLinear([Math.max(least, ends[0]), Math.min(most, ends[1])], [0, 1])
    .nice(Math.round(1.4 * count))
    .domain() as [number, number];
  return [Math.max(least, start), Math.min(most, end)];
}
