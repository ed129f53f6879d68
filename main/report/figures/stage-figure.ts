/** Values along the stages of a network, from the image up: lines or bars with error bars, one colour per initialisation. */
import { SERIES_STYLES } from '../../../shared/figures/palette.ts';
import { linearScale, px, spreadLabels, type LinearScale } from './chart-scale.ts';
import { clipMiddle } from './forest-figure.ts';
import { markup, type Markup } from '../markup.ts';

export interface StageSeries {
  label: string;
  slot: number;
  points: { stage: string; value: number; low: number | null; high: number | null }[];
}

export interface StageFigure {
  title: string;
  yLabel: string;
  yDomain: [number, number];
  stages: readonly string[];
  series: readonly StageSeries[];
  marks: 'lines' | 'bars';
  /** A quiet line with a name, one value a stage. */
  guide?: { values: readonly number[]; label: string } | null;
  description: string;
}

const WIDTH = 760;
const PLOT = { left: 62, right: 500, top: 34, bottom: 268 };
const HEIGHT = 336;
/** Names of stages below this many stand level. */
const LEVEL_NAMES = 7;

export function stageFigure(figure: StageFigure): Markup {
  const pitch = (PLOT.right - PLOT.left) / figure.stages.length;
  const y = linearScale({ domain: figure.yDomain, range: [PLOT.bottom, PLOT.top] });
  const middleOf = (stage: string): number => PLOT.left + (figure.stages.indexOf(stage) + 0.5) * pitch;
  const gap =
    figure.marks === 'bars' ? (pitch * 0.8) / figure.series.length : Math.min(6, (pitch * 0.5) / figure.series.length);
  const drawn = figure.series.map((series, index) => {
    const shift = (index - (figure.series.length - 1) / 2) * gap;
    const at = (stage: string): number => middleOf(stage) + shift;
    return figure.marks === 'bars' ? bars(series, at, y, gap * 0.88) : line(series, at, y);
  });
  return markup`<svg class="figure" viewBox="0 0 ${WIDTH} ${figure.stages.length <= LEVEL_NAMES ? PLOT.bottom + 48 : HEIGHT}" role="img" aria-label="${figure.description}">
<text class="strong" x="${PLOT.left}" y="18">${figure.title}</text>
${axes(figure, y, middleOf)}
${guide(figure, y, middleOf)}
${drawn}
${figure.marks === 'bars' ? barKey(figure.series) : lineKey(figure.series, y)}
</svg>`;
}

function axes(figure: StageFigure, y: LinearScale, middleOf: (stage: string) => number): Markup {
  const level = figure.stages.length <= LEVEL_NAMES;
  const names = figure.stages.map((stage) => {
    const x = px(middleOf(stage));
    return level
      ? markup`<text class="tick" x="${x}" y="${PLOT.bottom + 18}" text-anchor="middle">${stage}</text>`
      : markup`<text class="tick" transform="translate(${x} ${PLOT.bottom + 12}) rotate(-45)" text-anchor="end">${stage}</text>`;
  });
  const middle = (PLOT.top + PLOT.bottom) / 2;
  return markup`${y.ticks.map(
    (tick) =>
      markup`<path class="grid" d="M${PLOT.left} ${px(y.at(tick))}H${PLOT.right}"/><text class="tick" x="${PLOT.left - 8}" y="${px(y.at(tick) + 4)}" text-anchor="end">${y.format(tick)}</text>`,
  )}${names}<path class="axis" d="M${PLOT.left} ${PLOT.bottom}H${PLOT.right}"/><text class="quiet" x="${(PLOT.left + PLOT.right) / 2}" y="${level ? PLOT.bottom + 40 : HEIGHT - 8}" text-anchor="middle">Stage, from the image up</text><text class="quiet" transform="rotate(-90 16 ${middle})" x="16" y="${middle}" text-anchor="middle">${figure.yLabel}</text>`;
}

function guide(figure: StageFigure, y: LinearScale, middleOf: (stage: string) => number): Markup | null {
  const { guide: shown, stages } = figure;
  if (!shown || shown.values.length !== stages.length) return null;
  const points = stages.map((stage, i) => `${px(middleOf(stage))} ${px(y.at(shown.values[i] as number))}`);
  return markup`<path class="threshold" d="M${points.join('L')}"/><text class="tick" x="${px(middleOf(stages[0] as string))}" y="${px(y.at(shown.values[0] as number) - 9)}">${shown.label}</text>`;
}

function errorBars(series: StageSeries, at: (stage: string) => number, y: LinearScale, kind: string): Markup[] {
  return series.points.flatMap(({ stage, low, high }) => {
    if (low === null || high === null) return [];
    const x = at(stage);
    return [
      markup`<path class="${kind}" d="M${px(x)} ${px(y.at(high))}V${px(y.at(low))}M${px(x - 3)} ${px(y.at(high))}h6M${px(x - 3)} ${px(y.at(low))}h6"/>`,
    ];
  });
}

const dashOf = (slot: number): string => SERIES_STYLES[slot]?.dash.join(' ') || 'none';

function line(series: StageSeries, at: (stage: string) => number, y: LinearScale): Markup {
  const points = series.points.map(({ stage, value }) => `${px(at(stage))} ${px(y.at(value))}`);
  const dots = series.points.map(
    ({ stage, value }) => markup`<circle class="dot" cx="${px(at(stage))}" cy="${px(y.at(value))}" r="2.8"/>`,
  );
  return markup`<g class="s${series.slot}"><path class="line" stroke-dasharray="${dashOf(series.slot)}" d="M${points.join('L')}"/>${errorBars(series, at, y, 'interval')}${dots}</g>`;
}

function bars(series: StageSeries, at: (stage: string) => number, y: LinearScale, width: number): Markup {
  const zero = y.at(Math.max(0, y.domain[0]));
  const shapes = series.points.map(
    ({ stage, value }) =>
      markup`<rect class="mean" x="${px(at(stage) - width / 2)}" y="${px(y.at(value))}" width="${px(width)}" height="${px(Math.max(0, zero - y.at(value)))}"/>`,
  );
  return markup`<g class="s${series.slot}">${shapes}${errorBars(series, at, y, 'axis')}</g>`;
}

/** Each line's name at the height of its end. */
function lineKey(all: readonly StageSeries[], y: LinearScale): Markup[] {
  const named = all.filter(({ points }) => points.length > 0);
  const placed = spreadLabels(
    named.map(({ points }) => y.at((points.at(-1) as StageSeries['points'][number]).value)),
    16,
    PLOT.top,
    PLOT.bottom,
  );
  return named.map(
    ({ label, slot }, i) =>
      markup`<g class="s${slot}"><path class="line" stroke-dasharray="${dashOf(slot)}" d="M${PLOT.right + 8} ${px(placed[i] as number)}h22"/><text class="direct" x="${PLOT.right + 36}" y="${px((placed[i] as number) + 4)}">${clipMiddle(label, 31)}</text></g>`,
  );
}

function barKey(all: readonly StageSeries[]): Markup[] {
  return all.map(
    ({ label, slot }, i) =>
      markup`<g class="s${slot}"><rect class="mean" x="${PLOT.right + 14}" y="${PLOT.top + i * 18}" width="10" height="10"/><text class="direct" x="${PLOT.right + 30}" y="${PLOT.top + 9 + i * 18}">${clipMiddle(label, 31)}</text></g>`,
  );
}
