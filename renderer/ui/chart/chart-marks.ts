/** What chart.js does not draw by itself: error bars, bars on a numeric axis, guides and the key. */
import type { Chart } from 'chart.js';
import { drawPoint } from 'chart.js/helpers';
import { colourOf, type ChartTheme } from './chart-theme.ts';
import type { Figure, FigureSeries } from './figure.ts';

const CAP = 3;

function axes(chart: Chart<'line'>) {
  const { x, y } = chart.scales;
  return x && y
    ? { px: (value: number) => x.getPixelForValue(value), py: (value: number) => y.getPixelForValue(value), y }
    : null;
}

/** Beneath the lines: the guide and the bars. */
export function drawUnder(chart: Chart<'line'>, figure: Figure, theme: ChartTheme): void {
  const at = axes(chart);
  if (!at) return;
  const { ctx, chartArea: area } = chart;
  ctx.save();
  ctx.beginPath();
  ctx.rect(area.left, area.top, area.width, area.height);
  ctx.clip();
  if (figure.guide && figure.guide.points.length > 1) {
    ctx.strokeStyle = ctx.fillStyle = theme.role('--ink-3');
    ctx.setLineDash([3, 3]);
    ctx.beginPath();
    figure.guide.points.forEach(({ x, y }, index) => {
      if (index === 0) ctx.moveTo(at.px(x), at.py(y));
      else ctx.lineTo(at.px(x), at.py(y));
    });
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.font = `${theme.fontSize}px ${theme.font}`;
    const [first] = figure.guide.points;
    if (first) ctx.fillText(figure.guide.label, Math.max(at.px(first.x), area.left) + 4, at.py(first.y) - 6);
  }
  if (figure.marks === 'bars') {
    const half = (figure.barWidth ?? 0.8) / 2;
    for (const series of figure.series) {
      ctx.fillStyle = colourOf(series, theme);
      for (const { x, y } of series.mean) {
        const left = at.px(x - half);
        ctx.fillRect(left, at.py(y), at.px(x + half) - left, at.py(Math.max(0, at.y.min)) - at.py(y));
      }
    }
  }
  ctx.restore();
}

/** Above the lines: error bars. */
export function drawOver(chart: Chart<'line'>, figure: Figure, theme: ChartTheme): void {
  const at = axes(chart);
  if (!at || !figure.whiskers) return;
  const { ctx } = chart;
  ctx.save();
  ctx.lineWidth = 1.5;
  for (const series of figure.series) {
    ctx.strokeStyle = figure.marks === 'bars' ? theme.role('--ink') : colourOf(series, theme);
    for (const { x, low, high } of series.band) {
      const [left, top, bottom] = [at.px(x), at.py(high), at.py(low)];
      ctx.beginPath();
      ctx.moveTo(left, top);
      ctx.lineTo(left, bottom);
      for (const end of [top, bottom]) {
        ctx.moveTo(left - CAP, end);
        ctx.lineTo(left + CAP, end);
      }
      ctx.stroke();
    }
  }
  ctx.restore();
}

/** Names with their marks, beside the plot. */
export function drawKey(
  chart: Chart<'line'>,
  series: readonly FigureSeries[],
  figure: Figure,
  theme: ChartTheme,
): void {
  const { ctx, chartArea: area } = chart;
  series.forEach(({ label, style }, index) => {
    const [x, y] = [area.right + 16, area.top + (index + 0.7) * theme.fontSize * 1.5];
    ctx.fillStyle = ctx.strokeStyle = theme.dark ? style.dark : style.light;
    ctx.lineWidth = 1.5;
    ctx.beginPath();
    const pointStyle = figure.marks === 'bars' ? 'rect' : style.marker;
    drawPoint(ctx, { pointStyle, radius: 4, borderWidth: 1 }, x, y);
    ctx.fillText(label, x + 10, y);
  });
}
