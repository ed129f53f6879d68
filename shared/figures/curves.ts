/** From metric events to the lines of a figure. Pure. */
import type { MetricEvent } from '../run/run.ts';
import type { Point, Series } from './figure.ts';

export const CURVE_KINDS = ['validation-auc', 'validation-loss', 'training-loss'] as const;
export type CurveKind = (typeof CURVE_KINDS)[number];

function pointOf(event: MetricEvent, kind: CurveKind): Point | null {
  if (kind === 'training-loss') return event.type === 'step' ? { x: event.step, y: event.loss } : null;
  if (event.type !== 'evaluation') return null;
  const y = kind === 'validation-auc' ? event.headlineAuc : event.loss;
  return y === null ? null : { x: event.step, y };
}

/** The curve of one run; undefined values leave a gap in the list. */
export function curveOf(events: readonly MetricEvent[], kind: CurveKind): Point[] {
  return events.flatMap((event) => pointOf(event, kind) ?? []);
}

/**
 * The mean of several seeds' curves, at the steps where all of them have a value: a mean over changing sets of seeds would
 * jump where one of them ends. The band is the mean plus and minus one sample standard deviation; empty with fewer than two curves.
 */
export function meanCurve(curves: readonly Point[][]): Pick<Series, 'mean' | 'band'> {
  const present = curves.filter((curve) => curve.length > 0);
  const byStep = new Map<number, number[]>();
  for (const curve of present) {
    for (const { x, y } of curve) byStep.set(x, [...(byStep.get(x) ?? []), y]);
  }
  const full = [...byStep].filter(([, values]) => values.length === present.length).sort((a, b) => a[0] - b[0]);
  const stats = full.map(([x, values]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { x, mean, sd: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : null };
  });
  return {
    mean: stats.map(({ x, mean }) => ({ x, y: mean })),
    band: stats.flatMap(({ x, mean, sd }) => (sd === null ? [] : [{ x, low: mean - sd, high: mean + sd }])),
  };
}

/** Share of the curve that one value of the running mean covers. */
const SMOOTHING_SHARE = 1 / 15;

/** The mean of each point with its neighbours to both sides: noise goes, and nothing is shifted in time. */
export function runningMean(points: readonly Point[]): Point[] {
  const reach = Math.floor((points.length * SMOOTHING_SHARE) / 2);
  const sums = [0];
  for (const { y } of points) sums.push((sums.at(-1) as number) + y);
  return points.map(({ x }, index) => {
    const from = Math.max(0, index - reach);
    const to = Math.min(points.length, index + reach + 1);
    return { x, y: ((sums[to] as number) - (sums[from] as number)) / (to - from) };
  });
}

/** How many reports one point stands for, so that a curve has at most `most`; a power of two, so that it seldom changes. */
export function bucketSize(longest: number, most: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(longest / most)));
}

/** Means of `size` reports in a row, each at the last one's step; an incomplete last bucket waits. */
export function bucketMeans(points: readonly Point[], size: number): Point[] {
  if (size <= 1) return [...points];
  return Array.from({ length: Math.floor(points.length / size) }, (_, bucket) => {
    const part = points.slice(bucket * size, (bucket + 1) * size);
    return { x: (part.at(-1) as Point).x, y: part.reduce((sum, point) => sum + point.y, 0) / size };
  });
}
