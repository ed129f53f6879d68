/** The parts of chart.js that the app draws with: curves that grow while a run goes on and are read with the pointer. */
import {
  Chart,
  Decimation,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
  type ChartConfiguration,
  type ChartDataset,
  type Plugin,
} from 'chart.js';
import { formatNumber } from '../../../shared/words/numbers.ts';
import { placeLabels } from '../../../shared/figures/drawing/labels.ts';
import { linearAxis } from '../../../shared/figures/drawing/scale.ts';
import { nameOfX, type Plot, type Point, type Series } from '../../../shared/figures/figure.ts';
import { SERIES_STYLES } from '../../../shared/figures/palette.ts';
import { plotExtent, Y_TICKS } from '../../../shared/figures/plot-extent.ts';
import { colourOf, type ChartTheme } from './chart-theme.ts';

Chart.register(Decimation, Filler, LinearScale, LineController, LineElement, PointElement, Tooltip);

const MEAN_WIDTH = 2;
const X_TICKS = 7;

type Line = ChartDataset<'line', Point[]>;
export type PlotChart = Chart<'line', Point[]>;

function withAlpha(colour: string, alpha: number): string {
  return `${colour}${Math.round(alpha * 255)
    .toString(16)
    .padStart(2, '0')}`;
}

function linesOf(series: Series, theme: ChartTheme, showRaw: boolean): Line[] {
  const style = SERIES_STYLES[series.slot];
  const colour = colourOf(style, theme);
  const plain = { pointRadius: 0, pointHitRadius: 0, borderWidth: 0, showLine: true } as const;
  const faint = series.seeds.map((seed): Line => ({
    ...plain,
    label: `${series.label}, ${seed.label}`,
    data: seed.points,
    borderColor: withAlpha(colour, showRaw || series.seeds.length > 1 ? 0.32 : 0),
    borderWidth: 1,
  }));
  const band: Line[] =
    series.band.length > 1
      ? [
          { ...plain, label: '', data: series.band.map(({ x, low }) => ({ x, y: low })) },
          {
            ...plain,
            label: '',
            data: series.band.map(({ x, high }) => ({ x, y: high })),
            fill: '-1',
            backgroundColor: withAlpha(colour, 0.13),
          },
        ]
      : [];
  const mean: Line = {
    label: series.label,
    data: series.mean,
    borderColor: colour,
    backgroundColor: colour,
    borderWidth: MEAN_WIDTH,
    // One that stands alone needs no dash.
    borderDash: series.label === '' ? [] : [...(style?.dash ?? [])],
    pointStyle: style?.marker ?? 'circle',
    showLine: true,
    pointRadius: series.mean.length <= 24 ? 3 : 0,
    pointHoverRadius: 4,
    // Markers on the frame are drawn whole.
    clip: 6,
  };
  return [...band, ...faint, mean];
}

export function datasetsOf(plot: Plot, theme: ChartTheme): Line[] {
  return plot.series.flatMap((series) => linesOf(series, theme, plot.showRaw ?? false));
}

/** Names at the ends of the mean lines, the reference line and the guide. */
function annotations(read: () => { plot: Plot; theme: ChartTheme }): Plugin<'line'> {
  return {
    id: 'annotations',
    beforeDatasetsDraw: (chart) => withPen(chart, read().theme, (pen) => drawQuietLines(pen, read().plot)),
    afterDatasetsDraw: (chart) => withPen(chart, read().theme, (pen) => drawNames(pen, read().plot)),
  };
}

interface Pen {
  ctx: CanvasRenderingContext2D;
  area: Chart['chartArea'];
  theme: ChartTheme;
  px: (x: number) => number;
  py: (y: number) => number;
}

function withPen({ ctx, chartArea: area, scales }: Chart<'line'>, theme: ChartTheme, draw: (pen: Pen) => void): void {
  const { x, y } = scales;
  if (!x || !y) return;
  ctx.save();
  ctx.font = `${theme.fontSize}px ${theme.font}`;
  ctx.textBaseline = 'middle';
  draw({
    ...{ ctx, area, theme },
    px: (value) => x.getPixelForValue(value),
    py: (value) => y.getPixelForValue(value),
  });
  ctx.restore();
}

/** Beneath the curves. */
function drawQuietLines({ ctx, area, theme, px, py }: Pen, plot: Plot): void {
  const { reference, guide } = plot;
  ctx.beginPath();
  ctx.rect(area.left, area.top, area.width, area.height);
  ctx.clip();
  ctx.strokeStyle = ctx.fillStyle = theme.role('--ink-3');
  ctx.setLineDash([3, 3]);
  const across = (y: number): Point[] => plotExtent(plot).x.map((x) => ({ x, y }));
  const lines = [
    ...(reference ? [{ label: reference.label, points: across(reference.y) }] : []),
    ...(guide ? [guide] : []),
  ];
  for (const { label, points } of lines) {
    ctx.beginPath();
    for (const { x, y } of points) ctx.lineTo(px(x), py(y));
    ctx.stroke();
    const [first] = points;
    const at = first ? Math.max(py(first.y) - theme.fontSize * 0.75, area.top + theme.fontSize) : 0;
    if (first) ctx.fillText(label, px(first.x) + 6, at);
  }
}

function drawNames({ ctx, area, theme, py }: Pen, { series }: Plot): void {
  const drawn = series.filter(({ mean }) => mean.length > 0);
  const ends = drawn.map(({ mean }) => py((mean.at(-1) as Point).y));
  placeLabels(ends, theme.fontSize * 1.25, area.top, area.bottom).forEach((at, index) => {
    const { slot, label } = drawn[index] as Series;
    ctx.fillStyle = colourOf(SERIES_STYLES[slot], theme);
    ctx.fillText(label, area.right + 8, at);
  });
}

function rightPadding({ series }: Plot, theme: ChartTheme): number {
  const longest = Math.max(0, ...series.map(({ label }) => label.length));
  return longest === 0 ? 8 : 14 + longest * theme.fontSize * 0.56;
}

/** Options for the plot as it is; call again when the theme or the labels change. */
export function optionsOf(plot: Plot, theme: ChartTheme): NonNullable<ChartConfiguration<'line', Point[]>['options']> {
  const font = { family: theme.font, size: theme.fontSize };
  const extent = plotExtent(plot);
  /** The ticks that a saved figure has. */
  const axisOf = ([min, max]: readonly [number, number], count: number, name: string) => {
    const ticks = linearAxis([min, max], [0, 1], count).ticks;
    const labels = new Map(ticks.map(({ value, label }) => [value, label]));
    return {
      type: 'linear' as const,
      ...{ min, max },
      title: { display: true, text: name, color: theme.role('--ink-2'), font },
      afterBuildTicks: (axis: { ticks: { value: number }[] }) => {
        axis.ticks = ticks.map(({ value }) => ({ value }));
      },
      ticks: { color: theme.role('--ink-2'), font, callback: (value: string | number) => labels.get(Number(value)) },
    };
  };
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    parsing: false,
    normalized: true,
    events: ['mousemove', 'mouseout'],
    interaction: { mode: 'nearest', axis: 'x', intersect: false },
    layout: { padding: { right: rightPadding(plot, theme), top: 8 } },
    scales: {
      x: {
        ...axisOf(extent.x, X_TICKS, plot.xLabel),
        grid: { display: false },
        border: { color: theme.role('--line-strong') },
      },
      y: {
        ...axisOf(extent.y, Y_TICKS, plot.yLabel),
        grid: { color: theme.role('--line') },
        border: { display: false },
      },
    },
    plugins: {
      decimation: { enabled: true, algorithm: 'lttb', samples: 400, threshold: 800 },
      tooltip: {
        animation: false,
        displayColors: false,
        filter: (item) => item.dataset.borderWidth === MEAN_WIDTH,
        callbacks: {
          title: ([item]) => (item ? `${plot.xName ?? 'Step'} ${nameOfX(plot, item.parsed.x ?? NaN)}` : ''),
          label: (item) => [item.dataset.label, formatNumber(item.parsed.y, plot.digits)].filter(Boolean).join(': '),
        },
      },
    },
  };
}

export function createPlotChart(canvas: HTMLCanvasElement, read: () => { plot: Plot; theme: ChartTheme }): PlotChart {
  const { plot, theme } = read();
  return new Chart<'line', Point[]>(canvas, {
    type: 'line',
    data: { datasets: datasetsOf(plot, theme) },
    options: optionsOf(plot, theme),
    plugins: [annotations(read)],
  });
}
