/** Series as marks: lines with their seeds and bands, error bars, bars, points. Pure. */
import {
  area,
  line,
  symbol,
  symbolCircle,
  symbolCross,
  symbolDiamond,
  symbolSquare,
  symbolStar,
  symbolTriangle,
} from 'd3-shape';
import { markup, type Markup } from '../../words/markup.ts';
import { formatNumber } from '../../words/numbers.ts';
import type { Point, Series } from '../figure.ts';
import type { Marker } from '../palette.ts';
import type { Axis } from './scale.ts';
import { paint, px, stroke, styleOf } from './sheet.ts';

export interface Pen {
  x: Axis;
  y: Axis;
  digits: number;
  /** What an x is called where a point is named. */
  nameOfX: (x: number) => string;
}

/** The parts of a line within the y axis, cut where it leaves. */
export function clipCurve(points: readonly Point[], [low, high]: readonly [number, number]): Point[][] {
  if (points.every(({ y }) => y >= low && y <= high)) return [[...points]];
  const pieces: Point[][] = [];
  for (const [index, b] of points.entries()) {
    const a = points[index - 1];
    if (a === undefined || Math.max(a.y, b.y) < low || Math.min(a.y, b.y) > high) continue;
    const at = (y: number): Point => ({ x: a.x + ((b.x - a.x) * (y - a.y)) / (b.y - a.y), y });
    const cut = (point: Point): Point => (point.y < low ? at(low) : point.y > high ? at(high) : point);
    const last = pieces.at(-1);
    if (last?.at(-1) === a) last.push(cut(b));
    else pieces.push([cut(a), cut(b)]);
  }
  return pieces;
}

export function curvePath({ x, y }: Pick<Pen, 'x' | 'y'>, points: readonly Point[]): string {
  const draw = line<Point>(
    (point) => x.at(point.x),
    (point) => y.at(point.y),
  ).digits(1);
  return clipCurve(points, y.domain)
    .map((piece) => draw(piece) ?? '')
    .join('');
}

export function dashOf(slot: number): Markup | null {
  const { dash } = styleOf(slot);
  return dash.length === 0 ? null : markup` stroke-dasharray="${dash.join(' ')}"`;
}

/** Band, seeds and mean, from the back to the front. */
export function lineMarks(
  series: Series,
  pen: Pen,
  { showRaw = false, whiskers = false, points = false } = {},
): Markup {
  const { label, slot, seeds, mean } = series;
  const faint =
    seeds.length > 1 || showRaw
      ? seeds.map(({ points: own }) => stroke(curvePath(pen, own), slot, markup` stroke-opacity="0.38"`))
      : null;
  const width = markup` stroke-width="${points ? 1.4 : 2.2}" stroke-linejoin="round"`;
  const bold =
    mean.length > 1 &&
    stroke(curvePath(pen, mean), slot, markup`${width}${points || label === '' ? null : dashOf(slot)}`);
  return markup`${whiskers ? null : bandMark(series, pen)}${faint}${bold}${whiskers && errorBars(series, pen, points ? 'faint' : 'plain')}${
    points || whiskers || mean.length === 1 ? dots(series, pen, points ? 2 : 2.8) : null
  }`;
}

function bandMark({ slot, band }: Series, { x, y }: Pen): Markup | null {
  if (band.length < 2) return null;
  const [least, most] = y.domain;
  const shape = area<Series['band'][number]>(
    (point) => x.at(point.x),
    (point) => y.at(Math.max(least, point.low)),
    (point) => y.at(Math.min(most, point.high)),
  ).digits(1);
  return markup`<path d="${shape(band)}" ${paint({ fill: slot })} fill-opacity="0.12"/>`;
}

/** Faint ones are many and have no caps; dark ones stand on bars of the series' colour. */
type ErrorBarStyle = 'plain' | 'faint' | 'dark';

function errorBars({ slot, band }: Series, { x, y }: Pen, style: ErrorBarStyle): Markup {
  const d = band.map(({ x: place, low, high }) => {
    const [left, top, bottom] = [x.at(place), px(y.at(high)), px(y.at(low))];
    const caps = style === 'faint' ? '' : `M${px(left - 3)} ${top}h6M${px(left - 3)} ${bottom}h6`;
    return `M${px(left)} ${top}V${bottom}${caps}`;
  });
  if (style === 'dark') return stroke(d.join(''), 'ink');
  const more = style === 'faint' ? markup` stroke-opacity="0.38"` : markup` stroke-width="1.8"`;
  return stroke(d.join(''), slot, more);
}

/** What a pointer that rests on a mark is told. */
function nameMark({ label, band }: Series, { x, y }: Point, pen: Pen): Markup {
  const show = (value: number): string => formatNumber(value, pen.digits);
  const ends = band.find((candidate) => candidate.x === x);
  const interval = ends === undefined ? '' : ` (${show(ends.low)} to ${show(ends.high)})`;
  return markup`<title>${label}, ${pen.nameOfX(x)}: ${show(y)}${interval}</title>`;
}

function dots(series: Series, pen: Pen, radius: number): Markup {
  const circles = series.mean.map(
    (point) =>
      markup`<circle cx="${px(pen.x.at(point.x))}" cy="${px(pen.y.at(point.y))}" r="${radius}">${nameMark(series, point, pen)}</circle>`,
  );
  return markup`<g ${paint({ fill: series.slot })}>${circles}</g>`;
}

export function barMarks(series: Series, pen: Pen, width: number): Markup {
  const zero = pen.y.at(Math.max(0, pen.y.domain[0]));
  const bars = series.mean.map((point) => {
    const [left, top] = [pen.x.at(point.x - width / 2), pen.y.at(point.y)];
    return markup`<rect x="${px(left)}" y="${px(top)}" width="${px(pen.x.at(point.x + width / 2) - left)}" height="${px(Math.max(0, zero - top))}">${nameMark(series, point, pen)}</rect>`;
  });
  return markup`<g ${paint({ fill: series.slot })}>${bars}</g>${errorBars(series, pen, 'dark')}`;
}

const SYMBOLS = {
  circle: symbolCircle,
  rect: symbolSquare,
  triangle: symbolTriangle,
  rectRot: symbolDiamond,
  star: symbolStar,
  cross: symbolCross,
} as const;

/** A marker around (0, 0), `area` square pixels large. */
export const markerPath = (marker: Marker, size: number): string => symbol(SYMBOLS[marker], size).digits(1)() ?? '';

export function pointMarks(series: Series, at: readonly Point[], pen: Pen): Markup {
  const shape = markerPath(styleOf(series.slot).marker, 22);
  const points = at.map(
    (point) =>
      markup`<path transform="translate(${px(pen.x.at(point.x))} ${px(pen.y.at(point.y))})" d="${shape}">${nameMark(series, point, pen)}</path>`,
  );
  return markup`<g ${paint({ fill: series.slot })} fill-opacity="0.8">${points}</g>`;
}
