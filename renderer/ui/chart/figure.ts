/** What a line figure shows, whichever way it is drawn: on screen, as SVG, as PNG or as a table. */
import type { LineStyle } from './series-style.ts';

export interface Point {
  x: number;
  y: number;
}

export interface SeedCurve {
  /** 'seed 0' */
  label: string;
  points: Point[];
}

export interface FigureSeries {
  id: string;
  label: string;
  style: LineStyle;
  mean: Point[];
  /** Low and high around each mean, e.g. one standard deviation over seeds, or an interval; empty where there is none. */
  band: { x: number; low: number; high: number }[];
  seeds: SeedCurve[];
}

export interface Figure {
  title: string;
  xLabel: string;
  yLabel: string;
  series: FigureSeries[];
  /** A horizontal line with a name, e.g. the threshold. */
  reference: { y: number; label: string } | null;
  /** Digits after the point in tables and labels. */
  digits: number;
  /** The axis shows at least down to `min`, and never passes `floor` or `max`. */
  yRange: { min?: number; floor?: number; max?: number };
  /** Right end of the x axis where it is known before the lines get there; default: where they end. */
  xMax?: number | undefined;
  /** Shows single curves beneath the bold one even where there is only one of them. */
  showRaw?: boolean;
  /** How means are drawn, default `line`. Points and bars carry a key in place of names at the ends of lines. */
  marks?: 'line' | 'points' | 'bars';
  /** Width of a bar in units of x. */
  barWidth?: number;
  /** Names of x = 0, 1, 2 and so on, in place of numbers. Series may stand a little beside them, so as not to hide each other. */
  categories?: readonly string[];
  /** Draws `band` as error bars. */
  whiskers?: boolean;
  /** What x is called where a point is named; default 'Step'. */
  xName?: string;
  /** Default: from 0 to where the lines end. */
  xRange?: readonly [number, number];
  /** A quiet line of its own, e.g. a least-squares fit or a level that differs from stage to stage. */
  guide?: { points: readonly Point[]; label: string } | null;
}

/** Names stand in a key beside points and bars, at the ends of lines otherwise. */
export function hasKey(figure: Figure): boolean {
  return figure.marks !== undefined && figure.marks !== 'line';
}

/** What an x is called: its category, or the number. */
export function nameOfX(figure: Figure, x: number): string {
  return figure.categories?.[Math.round(x)] ?? String(x);
}

/** Shifts of `count` series around their category, `pitch` apart. */
export function besides(count: number, pitch: number): number[] {
  return Array.from({ length: count }, (_, index) => (index - (count - 1) / 2) * pitch);
}

/** Drawn extent and ticks, taken from the chart on screen so that an exported figure shows the same axes. */
export interface Frame {
  x: { min: number; max: number; ticks: { value: number; label: string }[] };
  y: { min: number; max: number; ticks: { value: number; label: string }[] };
}

/** Labels at the right end of lines, pushed apart until none overlap. Returns a position for each of `wanted`. */
export function placeLabels(wanted: readonly number[], spacing: number, top: number, bottom: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] as number) - (wanted[b] as number));
  const placed = new Array<number>(wanted.length).fill(0);
  let previous = -Infinity;
  for (const index of order) {
    previous = Math.max(wanted[index] as number, previous + spacing, top);
    placed[index] = previous;
  }
  let next = bottom + spacing;
  for (const index of order.toReversed()) {
    next = Math.min(placed[index] as number, next - spacing);
    placed[index] = next;
  }
  return placed;
}
