/** A line chart of several initialisations: every seed faint, their mean bold, a band of one SD to either side. */
import { linearScale, px, spreadLabels, type LinearScale } from './chart-scale.ts';
import { clipMiddle } from './forest-figure.ts';
import { markup, type Markup } from '../markup.ts';

export interface Point {
  x: number;
  y: number;
}

export interface LineSeries {
  label: string;
  slot: number;
  /** SVG dash array of the mean line; empty = solid. */
  dash: readonly number[];
  /** One list of points per seed, x ascending. */
  seeds: Point[][];
}

export interface LineFigure {
  title: string;
  xLabel: string;
  yLabel: string;
  yDomain: [number, number];
  series: readonly LineSeries[];
  /** A horizontal line, e.g. the AUC that 'steps to threshold' waits for. */
  threshold?: { value: number; label: string };
  /** What a reader of the text alone is told. */
  description: string;
}

const WIDTH = 760;
const HEIGHT = 320;
const PLOT = { left: 62, right: 548, top: 34, bottom: 268 };

/** Mean, and mean minus and plus one sample standard deviation over seeds (0 with one), at every x that all seeds have. */
export function seedBand(seeds: readonly Point[][]): { x: number; mean: number; low: number; high: number }[] {
  const [first, ...others] = seeds.map((points) => new Map(points.map((point) => [point.x, point.y])));
  if (first === undefined) return [];
  return [...first].flatMap(([x, y]) => {
    const values = [y, ...others.flatMap((seed) => seed.get(x) ?? [])];
    if (values.length !== seeds.length) return [];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const sd = values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1));
    return [{ x, mean, low: mean - sd, high: mean + sd }];
  });
}

export function lineFigure(figure: LineFigure): Markup {
  const last = Math.max(
    1,
    ...figure.series.flatMap((s) => s.seeds.flatMap((points) => points.map((point) => point.x))),
  );
  const x = linearScale({ domain: [0, last], range: [PLOT.left, PLOT.right], count: 6 });
  const y = linearScale({ domain: figure.yDomain, range: [PLOT.bottom, PLOT.top] });
  return markup`<svg class="figure" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${figure.description}">
<text class="strong" x="${PLOT.left}" y="18">${figure.title}</text>
${axes({ x, y, xLabel: figure.xLabel, yLabel: figure.yLabel })}
${threshold(figure, y)}
${figure.series.map((series) => seriesLines(series, x, y))}
${labels(figure.series, x, y)}
</svg>`;
}

function axes(params: { x: LinearScale; y: LinearScale; xLabel: string; yLabel: string }): Markup {
  const { x, y, xLabel, yLabel } = params;
  const middle = (PLOT.top + PLOT.bottom) / 2;
  return markup`${y.ticks.map(
    (tick) =>
      markup`<path class="grid" d="M${PLOT.left} ${px(y.at(tick))}H${PLOT.right}"/><text class="tick" x="${PLOT.left - 8}" y="${px(y.at(tick) + 4)}" text-anchor="end">${y.format(tick)}</text>`,
  )}${x.ticks.map(
    (tick) =>
      markup`<path class="axis" d="M${px(x.at(tick))} ${PLOT.bottom}v4"/><text class="tick" x="${px(x.at(tick))}" y="${PLOT.bottom + 18}" text-anchor="middle">${x.format(tick)}</text>`,
  )}<path class="axis" d="M${PLOT.left} ${PLOT.bottom}H${PLOT.right}"/><text class="quiet" x="${(PLOT.left + PLOT.right) / 2}" y="${PLOT.bottom + 38}" text-anchor="middle">${xLabel}</text><text class="quiet" transform="rotate(-90 16 ${middle})" x="16" y="${middle}" text-anchor="middle">${yLabel}</text>`;
}

function threshold({ threshold: line, yDomain }: LineFigure, y: LinearScale): Markup | null {
  if (line === undefined || line.value < yDomain[0] || line.value > yDomain[1]) return null;
  const at = y.at(line.value);
  return markup`<path class="threshold" d="M${PLOT.left} ${px(at)}H${PLOT.right}"/><text class="tick" x="${PLOT.left + 4}" y="${px(at - 4)}">${line.label}</text>`;
}

function seriesLines(series: LineSeries, x: LinearScale, y: LinearScale): Markup {
  const path = (points: readonly Point[]): string =>
    points.map((point, i) => `${i === 0 ? 'M' : 'L'}${px(x.at(point.x))} ${px(y.at(point.y))}`).join('');
  const band = seedBand(series.seeds);
  const several = series.seeds.length > 1;
  const within = (value: number): number => Math.min(y.domain[1], Math.max(y.domain[0], value));
  const area =
    several && band.length > 1
      ? markup`<path class="band" d="${path(band.map((b) => ({ x: b.x, y: within(b.high) })))}${path([...band].reverse().map((b) => ({ x: b.x, y: within(b.low) }))).replace(/^M/, 'L')}Z"/>`
      : null;
  const faint = several ? series.seeds.map((points) => markup`<path class="faint" d="${path(points)}"/>`) : null;
  const mean = band.map((b) => ({ x: b.x, y: b.mean }));
  const only = mean[0];
  const line =
    mean.length === 1 && only !== undefined
      ? markup`<circle class="dot" cx="${px(x.at(only.x))}" cy="${px(y.at(only.y))}" r="3.5"/>`
      : markup`<path class="line" stroke-dasharray="${series.dash.join(' ') || 'none'}" d="${path(mean)}"/>`;
  return markup`<g class="s${series.slot}">${area}${faint}${line}</g>`;
}

/** Each line's name at its end, moved apart where lines end close together. */
function labels(all: readonly LineSeries[], x: LinearScale, y: LinearScale): Markup[] {
  const ends = all.flatMap((series) => {
    const end = seedBand(series.seeds).at(-1) ?? null;
    return end === null ? [] : [{ series, x: x.at(end.x), y: y.at(end.mean) }];
  });
  const placed = spreadLabels(
    ends.map((end) => end.y),
    16,
    PLOT.top,
    PLOT.bottom,
  );
  return ends.map(({ series, x: endX, y: endY }, i) => {
    const at = placed[i] as number;
    const from = Math.min(endX + 3, PLOT.right);
    return markup`<g class="s${series.slot}"><path class="leader" d="M${px(from)} ${px(endY)}L${PLOT.right + 10} ${px(at)}"/><path class="line" stroke-dasharray="${series.dash.join(' ') || 'none'}" d="M${PLOT.right + 10} ${px(at)}h22"/><text class="direct" x="${PLOT.right + 38}" y="${px(at + 4)}">${clipMiddle(series.label, 27)}</text></g>`;
  });
}
