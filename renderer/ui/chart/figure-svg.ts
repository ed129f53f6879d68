/** A line figure as a standalone SVG file, in light colours, with the system's sans serif: for a manuscript or a slide. Pure. */
import { escapeXml } from '../../../shared/figures/svg-escape.ts';
import { round, type Pen } from './svg-pen.ts';
import { hasKey, placeLabels, type Figure, type FigureSeries, type Frame, type Point } from './figure.ts';
import { barsSvg, guideSvg, keySvg, markerSvg, whiskersSvg } from './figure-svg-marks.ts';

export interface SvgOptions {
  width: number;
  height: number;
}

const INK = '#1b1c1e';
const QUIET = '#5c5e5a';
const RULE = '#dededa';
const MARGIN = { top: 34, bottom: 46, left: 58 };
const TEXT = 'font-family="Helvetica, Arial, sans-serif"';

function labelWidth(figure: Figure): number {
  return (hasKey(figure) ? 34 : 18) + 6.2 * Math.max(0, ...figure.series.map((series) => series.label.length));
}

/** The figure as SVG text. `frame` gives extents and ticks. */
export function figureSvg(figure: Figure, frame: Frame, options: SvgOptions): string {
  const { width, height } = options;
  const right = width - labelWidth(figure);
  const bottom = height - MARGIN.bottom;
  const px = (x: number) =>
    round(MARGIN.left + ((x - frame.x.min) / (frame.x.max - frame.x.min || 1)) * (right - MARGIN.left));
  const py = (y: number) =>
    round(bottom - ((y - frame.y.min) / (frame.y.max - frame.y.min || 1)) * (bottom - MARGIN.top));
  const path = (points: Point[]) => points.map((p, i) => `${i === 0 ? 'M' : 'L'}${px(p.x)} ${py(p.y)}`).join('');

  const grid = frame.y.ticks.map(
    ({ value, label }) =>
      `<path d="M${MARGIN.left} ${py(value)}H${right}" stroke="${RULE}"/>` +
      `<text x="${MARGIN.left - 8}" y="${py(value) + 4}" text-anchor="end" fill="${QUIET}">${escapeXml(label)}</text>`,
  );
  const xTicks = frame.x.ticks.map(
    ({ value, label }) =>
      `<path d="M${px(value)} ${bottom}v5" stroke="${QUIET}"/>` +
      `<text x="${px(value)}" y="${bottom + 18}" text-anchor="middle" fill="${QUIET}">${escapeXml(label)}</text>`,
  );
  const reference = figure.reference
    ? `<path d="M${MARGIN.left} ${py(figure.reference.y)}H${right}" stroke="${QUIET}" stroke-dasharray="3 3"/>` +
      `<text x="${MARGIN.left + 4}" y="${py(figure.reference.y) - 5}" fill="${QUIET}">${escapeXml(figure.reference.label)}</text>`
    : '';

  const drawn = figure.series.filter((series) => series.mean.length > 0);
  const ends = placeLabels(
    drawn.map((series) => py((series.mean.at(-1) as Point).y)),
    14,
    MARGIN.top,
    bottom,
  );
  const pen = (index: number): Pen => ({ px, py, path, end: ends[index] as number, right, figure });
  const body = drawn.map((series, index) => seriesSvg(series, pen(index)));

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ${TEXT} font-size="12">`,
    `<title>${escapeXml(figure.title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${MARGIN.left}" y="18" font-size="13" font-weight="600" fill="${INK}">${escapeXml(figure.title)}</text>`,
    ...grid,
    ...xTicks,
    `<path d="M${MARGIN.left} ${bottom}H${right}" stroke="${QUIET}"/>`,
    reference,
    `<clipPath id="plot"><rect x="${MARGIN.left}" y="${MARGIN.top}" width="${right - MARGIN.left}" height="${bottom - MARGIN.top}"/></clipPath>`,
    figure.guide ? guideSvg(figure.guide, path, px, py) : '',
    ...body,
    hasKey(figure) ? keySvg(drawn, figure, { x: right + 16, y: MARGIN.top + 8 }) : '',
    `<text x="${(MARGIN.left + right) / 2}" y="${height - 10}" text-anchor="middle" fill="${INK}">${escapeXml(figure.xLabel)}</text>`,
    `<text transform="translate(14 ${(MARGIN.top + bottom) / 2}) rotate(-90)" text-anchor="middle" fill="${INK}">${escapeXml(figure.yLabel)}</text>`,
    '</svg>',
  ].join('\n');
}

function seriesSvg(series: FigureSeries, pen: Pen): string {
  const { px, py, path, end, right, figure } = pen;
  const whiskers = figure.whiskers ? whiskersSvg(series, pen) : '';
  if (figure.marks === 'bars') return `<g>${barsSvg(series, pen)}${whiskers}</g>`;
  if (figure.marks === 'points')
    return `<g>${whiskers}${series.mean.map((p) => markerSvg(series.style, px(p.x), py(p.y))).join('')}</g>`;
  const colour = series.style.light;
  const dash = series.style.dash.length > 0 ? ` stroke-dasharray="${series.style.dash.join(' ')}"` : '';
  const high = series.band.map(({ x, high: y }) => ({ x, y }));
  const low = series.band.map(({ x, low: y }) => ({ x, y })).toReversed();
  const band =
    high.length > 1 && !figure.whiskers
      ? `<path d="${path(high)}${path(low).replace('M', 'L')}Z" fill="${colour}" fill-opacity="0.13"/>`
      : '';
  const seeds = series.seeds
    .map((seed) => `<path d="${path(seed.points)}" fill="none" stroke="${colour}" stroke-opacity="0.3"/>`)
    .join('');
  const last = series.mean.at(-1) as Point;
  return (
    `<g><g clip-path="url(#plot)">${band}${seeds}</g>${whiskers}` +
    `<path d="${path(series.mean)}" fill="none" stroke="${colour}" stroke-width="2" stroke-linejoin="round"${dash}/>` +
    `<circle cx="${px(last.x)}" cy="${py(last.y)}" r="2.5" fill="${colour}"/>` +
    `<text x="${right + 9}" y="${end + 4}" fill="${colour}">${escapeXml(series.label)}</text></g>`
  );
}
