/**
 * What a figure shows, apart from how it is drawn. A builder per noun makes one from results; `drawFigure` draws it, `figureTable`
 * lists its numbers, and chart.js draws the curves that are read with the pointer. Positions are data, never pixels. Pure.
 */
import type { Rgba } from './drawing/png.ts';

export interface Point {
  x: number;
  y: number;
}

export interface SeedCurve {
  /** 'seed 0' */
  label: string;
  points: Point[];
}

export interface Series {
  id: string;
  /** Its name in the figure; empty where it is the only one. */
  label: string;
  /** In palette.ts. */
  slot: number;
  mean: Point[];
  /** Low and high around each mean, e.g. one standard deviation over seeds, or an interval; empty where there is none. */
  band: { x: number; low: number; high: number }[];
  seeds: SeedCurve[];
  /** Marked on or beside the line, e.g. the operating point of each seed. */
  marked?: Point[];
}

/** Numbers that the axis shows at least, and how far it goes at most. */
export interface AxisRange {
  from?: number;
  to?: number;
  within?: readonly [number, number];
}

/** A quiet line of its own, e.g. a least-squares fit or a level that differs from stage to stage. */
export interface Guide {
  points: readonly Point[];
  label: string;
}

/** Lines, points or bars over one pair of axes. */
export interface Plot {
  kind: 'plot';
  title: string;
  xLabel: string;
  yLabel: string;
  series: Series[];
  /** A horizontal line with a name, e.g. the threshold. */
  reference: { y: number; label: string } | null;
  guide?: Guide | null;
  /** Digits after the point in tables and labels. */
  digits: number;
  yRange: AxisRange;
  /** Default: from 0 to where the lines end. */
  xRange?: readonly [number, number];
  /** Right end of the x axis where it is known before the lines get there. */
  xMax?: number | undefined;
  /** Shows single curves beneath the bold one even where there is only one of them. */
  showRaw?: boolean;
  /** How means are drawn, default `line`. Bars have a key in place of names at the ends of lines. */
  marks?: 'line' | 'bars';
  /** Width of a bar in units of x. */
  barWidth?: number;
  /** Names of x = 0, 1, 2 and so on, in place of numbers. Series may stand a little beside them, so as not to hide each other. */
  categories?: readonly string[];
  /** Draws `band` as error bars. */
  whiskers?: boolean;
  /** What x is called where a point is named; default 'Step'. */
  xName?: string;
}

/** Small square plots side by side, on common axes. */
export interface Panels {
  kind: 'panels';
  title: string;
  xLabel: string;
  yLabel: string;
  panels: { title: string; under: string; series: Series[]; guide: Guide | null }[];
  /** `line`: a thin line of points with error bars. `curve`: as the lines of a plot, with seeds and band. */
  marks: 'line' | 'points' | 'curve';
  xRange: readonly [number, number];
  yRange: readonly [number, number];
  digits: number;
  /** Names of series, each once, beneath; else the titles of panels name them. */
  key: boolean;
}

/** Estimates with their intervals, one beneath the other. */
export interface Forest {
  kind: 'forest';
  title: string;
  xLabel: string;
  groups: { title: string; rows: ForestRow[] }[];
  /** A quiet vertical line where the axis reaches to both its sides. */
  reference: number;
  /** Further lines, which the axis always reaches, and the reference with them. */
  lines?: { x: number; label: string }[];
  within: readonly [number, number];
}

export interface ForestRow {
  label: string;
  slot: number;
  value: number | null;
  low: number | null;
  high: number | null;
  /** Single seeds. */
  dots: number[];
  /** The value and its interval as they are printed. */
  words: { value: string; interval: string };
}

/** How many went on at each step, what was left out and why, and the sets that came of it. */
export interface Flow {
  kind: 'flow';
  title: string;
  steps: { name: string; words: string; left: { words: string; note: string } | null }[];
  sets: { name: string; words: string }[];
}

/** Counts of values before and after, one small histogram a layer. */
export interface Histograms {
  kind: 'histograms';
  title: string;
  slot: number;
  layers: { name: string; before: readonly number[]; after: readonly number[]; limit: string; words: string }[];
}

/** Grids of small images, one square a weight. */
export interface Grids {
  kind: 'grids';
  title: string;
  note: string;
  grids: { title: string; image: Rgba }[];
}

export type Figure = Plot | Panels | Forest | Flow | Histograms | Grids;

/** What an x is called: its category, or the number. */
export const nameOfX = (plot: Plot, x: number): string => plot.categories?.[Math.round(x)] ?? String(x);

/** Shifts of `count` series around their category, `pitch` apart. */
export function besides(count: number, pitch: number): number[] {
  return Array.from({ length: count }, (_, index) => (index - (count - 1) / 2) * pitch);
}
