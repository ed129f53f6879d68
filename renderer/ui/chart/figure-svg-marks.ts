/** Points, bars, error bars, guides and keys of a figure as SVG. Pure. */
import { escapeXml } from '../../../shared/figures/svg-escape.ts';
import { round, type Pen } from './svg-pen.ts';
import type { Figure, FigureSeries, Point } from './figure.ts';
import type { LineStyle, Marker } from './series-style.ts';

const QUIET = '#5c5e5a';
const INK = '#1b1c1e';

const SHAPES: Record<Marker, string> = {
  circle: 'M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0',
  rect: 'M-3.2 -3.2h6.4v6.4h-6.4Z',
  triangle: 'M0 -4L4 3.2H-4Z',
  rectRot: 'M0 -4.4L4.4 0L0 4.4L-4.4 0Z',
  star: 'M0 -4V4M-3.5 -2L3.5 2M-3.5 2L3.5 -2',
  cross: 'M0 -4V4M-4 0H4',
};

export function markerSvg({ light, marker }: LineStyle, x: number, y: number): string {
  return `<path transform="translate(${round(x)} ${round(y)})" d="${SHAPES[marker]}" fill="${light}" stroke="${light}" stroke-width="1.2"/>`;
}

export function barsSvg(series: FigureSeries, { px, py, figure }: Pen): string {
  const half = (figure.barWidth ?? 0.8) / 2;
  return series.mean
    .map(({ x, y }) => {
      const left = px(x - half);
      const top = py(y);
      return `<rect x="${left}" y="${top}" width="${round(px(x + half) - left)}" height="${round(Math.max(0, py(0) - top))}" fill="${series.style.light}"/>`;
    })
    .join('');
}

export function whiskersSvg(series: FigureSeries, { px, py, figure }: Pen): string {
  const colour = figure.marks === 'bars' ? INK : series.style.light;
  return series.band
    .map(({ x, low, high }) => {
      const [at, top, bottom] = [px(x), py(high), py(low)];
      return `<path d="M${at} ${top}V${bottom}M${round(at - 3)} ${top}h6M${round(at - 3)} ${bottom}h6" fill="none" stroke="${colour}" stroke-width="1.3"/>`;
    })
    .join('');
}

export function guideSvg(
  guide: NonNullable<Figure['guide']>,
  path: (points: Point[]) => string,
  px: (x: number) => number,
  py: (y: number) => number,
): string {
  const [first] = guide.points;
  if (!first) return '';
  return (
    `<path clip-path="url(#plot)" d="${path([...guide.points])}" fill="none" stroke="${QUIET}" stroke-dasharray="3 3"/>` +
    `<text x="${round(px(first.x) + 4)}" y="${round(py(first.y) - 6)}" fill="${QUIET}">${escapeXml(guide.label)}</text>`
  );
}

export function keySvg(series: readonly FigureSeries[], figure: Figure, at: { x: number; y: number }): string {
  return series
    .map(({ label, style }, index) => {
      const y = at.y + index * 18;
      const shown = figure.marks === 'bars' ? { ...style, marker: 'rect' as const } : style;
      return `${markerSvg(shown, at.x, y)}<text x="${at.x + 10}" y="${y + 4}" fill="${style.light}">${escapeXml(label)}</text>`;
    })
    .join('');
}
