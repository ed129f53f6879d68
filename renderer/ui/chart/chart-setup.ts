/** The parts of chart.js that the app draws with, and the options of a line figure. */
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
import { colourOf, type ChartTheme } from './chart-theme.ts';
import { drawKey, drawOver, drawUnder } from './chart-marks.ts';
import { hasKey, nameOfX, placeLabels, type Figure, type FigureSeries, type Point } from './figure.ts';

Chart.register(Decimation, Filler, LinearScale, LineController, LineElement, PointElement, Tooltip);

const MEAN_WIDTH = 2;

type Line = ChartDataset<'line', Point[]>;
export type FigureChart = Chart<'line', Point[]>;

function withAlpha(colour: string, alpha: number): string {
  return `${colour}${Math.round(alpha * 255)
    .toString(16)
    .padStart(2, '0')}`;
}

function linesOf(series: FigureSeries, theme: ChartTheme, figure: Figure): Line[] {
  const { showRaw = false, whiskers = false, marks = 'line' } = figure;
  const colour = colourOf(series, theme);
  const plain = { pointRadius: 0, pointHitRadius: 0, borderWidth: 0, showLine: true } as const;
  const faint = series.seeds.map((seed): Line => ({
    ...plain,
    label: `${series.label}, ${seed.label}`,
    data: seed.points,
    borderColor: withAlpha(colour, showRaw || series.seeds.length > 1 ? 0.32 : 0),
    borderWidth: 1,
  }));
  const band: Line[] =
    series.band.length > 1 && !whiskers
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
    borderDash: [...series.style.dash],
    pointStyle: series.style.marker,
    showLine: marks === 'line',
    pointRadius: marks === 'bars' ? 0 : series.mean.length <= 24 || marks === 'points' ? 3 : 0,
    pointHoverRadius: marks === 'bars' ? 0 : 4,
    // Markers on the frame are drawn whole.
    clip: 6,
  };
  return [...band, ...faint, mean];
}

export function datasetsOf(figure: Figure, theme: ChartTheme): Line[] {
  return figure.series.flatMap((series) => linesOf(series, theme, figure));
}

/** Names at the ends of the mean lines, and the reference line. */
function annotations(read: () => { figure: Figure; theme: ChartTheme }): Plugin<'line'> {
  return {
    id: 'annotations',
    beforeDatasetsDraw(chart) {
      const { figure, theme } = read();
      drawUnder(chart, figure, theme);
    },
    afterDatasetsDraw(chart) {
      const { figure, theme } = read();
      drawOver(chart, figure, theme);
      const { ctx, chartArea: area, scales } = chart;
      const y = scales['y'];
      const x = scales['x'];
      if (!x || !y) return;
      ctx.save();
      ctx.font = `${theme.fontSize}px ${theme.font}`;
      ctx.textBaseline = 'middle';
      if (figure.reference && figure.reference.y >= y.min && figure.reference.y <= y.max) {
        const at = y.getPixelForValue(figure.reference.y);
        ctx.strokeStyle = ctx.fillStyle = theme.role('--ink-3');
        ctx.setLineDash([3, 3]);
        ctx.beginPath();
        ctx.moveTo(area.left, at);
        ctx.lineTo(area.right, at);
        ctx.stroke();
        ctx.fillText(figure.reference.label, area.left + 6, at - theme.fontSize * 0.75);
      }
      const drawn = figure.series.filter((series) => series.mean.length > 0);
      if (hasKey(figure)) {
        drawKey(chart, drawn, figure, theme);
        ctx.restore();
        return;
      }
      const ends = drawn.map((series) => y.getPixelForValue((series.mean.at(-1) as Point).y));
      placeLabels(ends, theme.fontSize * 1.25, area.top, area.bottom).forEach((at, index) => {
        const series = drawn[index] as FigureSeries;
        ctx.fillStyle = colourOf(series, theme);
        ctx.fillText(series.label, area.right + 8, at);
      });
      ctx.restore();
    },
  };
}

/** The last step drawn, or where the run will end. */
function xEnd(figure: Figure): number {
  const ends = figure.series.flatMap((series) => series.seeds.map((seed) => seed.points.at(-1)?.x ?? 0));
  return Math.max(1, figure.xMax ?? 0, ...ends);
}

function rightPadding(figure: Figure, theme: ChartTheme): number {
  const longest = Math.max(0, ...figure.series.map((series) => series.label.length));
  return longest === 0 ? 8 : (hasKey(figure) ? 30 : 14) + longest * theme.fontSize * 0.56;
}

function xLimits(figure: Figure): { min: number; max: number } {
  if (figure.categories) return { min: -0.5, max: figure.categories.length - 0.5 };
  const [min, max] = figure.xRange ?? [0, xEnd(figure)];
  return { min, max };
}

/** Options for the figure as it is; call again when the theme or the labels change. */
export function optionsOf(
  figure: Figure,
  theme: ChartTheme,
): NonNullable<ChartConfiguration<'line', Point[]>['options']> {
  const tick = { color: theme.role('--ink-2'), font: { family: theme.font, size: theme.fontSize } };
  const title = (text: string) => ({ display: true, text, color: theme.role('--ink-2'), font: tick.font });
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    parsing: false,
    normalized: true,
    events: ['mousemove', 'mouseout'],
    interaction: { mode: 'nearest', axis: figure.marks === 'points' ? 'xy' : 'x', intersect: false },
    layout: { padding: { right: rightPadding(figure, theme), top: 8 } },
    scales: {
      x: {
        type: 'linear',
        ...xLimits(figure),
        title: title(figure.xLabel),
        grid: { display: false },
        border: { color: theme.role('--line-strong') },
        ...(figure.categories === undefined
          ? {}
          : {
              afterBuildTicks: (axis: { ticks: { value: number }[] }) => {
                axis.ticks = (figure.categories ?? []).map((_, value) => ({ value }));
              },
            }),
        ticks:
          figure.categories === undefined
            ? { ...tick, maxTicksLimit: 8, includeBounds: false }
            : { ...tick, autoSkip: true, maxRotation: 60, callback: (value) => nameOfX(figure, Number(value)) },
      },
      y: {
        type: 'linear',
        afterDataLimits: (axis) => {
          axis.min = Math.max(axis.min, figure.yRange.floor ?? -Infinity);
        },
        ...(figure.yRange.min === undefined ? {} : { suggestedMin: figure.yRange.min }),
        ...(figure.yRange.max === undefined ? {} : { max: figure.yRange.max }),
        title: title(figure.yLabel),
        grid: { color: theme.role('--line') },
        border: { display: false },
        ticks: { ...tick, maxTicksLimit: 7 },
      },
    },
    plugins: {
      decimation: { enabled: true, algorithm: 'lttb', samples: 400, threshold: 800 },
      tooltip: {
        animation: false,
        displayColors: false,
        filter: (item) => item.dataset.borderWidth === MEAN_WIDTH,
        callbacks: {
          title: ([item]) => (item ? tooltipTitle(figure, item.parsed.x ?? NaN) : ''),
          label: (item) =>
            [item.dataset.label, (item.parsed.y ?? NaN).toFixed(figure.digits)].filter(Boolean).join(': '),
        },
      },
    },
  };
}

function tooltipTitle(figure: Figure, x: number): string {
  if (figure.categories) return nameOfX(figure, x);
  return figure.marks === 'points' ? `${figure.xLabel}: ${x.toFixed(figure.digits)}` : `${figure.xName ?? 'Step'} ${x}`;
}

export function createFigureChart(
  canvas: HTMLCanvasElement,
  read: () => { figure: Figure; theme: ChartTheme },
): FigureChart {
  const { figure, theme } = read();
  return new Chart<'line', Point[]>(canvas, {
    type: 'line',
    data: { datasets: datasetsOf(figure, theme) },
    options: optionsOf(figure, theme),
    plugins: [annotations(read)],
  });
}
