/** Small scatter plots side by side, one a stage, on common axes, with a least-squares line each. */
import type { ScatterPanel, ScatterStage } from '../../../shared/figures/similarity-panels.ts';
import { linearScale, px, type LinearScale } from './chart-scale.ts';
import { clipMiddle } from './forest-figure.ts';
import { markup, type Markup } from '../markup.ts';

const CELL = { width: 190, height: 190 };
const PLOT = { left: 40, right: 180, top: 34, bottom: 156 };
const COLUMNS = 4;

export function scatterFigure(panel: ScatterPanel): Markup {
  const points = panel.stages.flatMap(({ groups }) => groups.flatMap((group) => group.points));
  const x = linearScale({
    domain: domainOf(points.map(({ initial }) => initial)),
    range: [PLOT.left, PLOT.right],
    count: 3,
  });
  const y = linearScale({
    domain: domainOf(points.map(({ final }) => final)),
    range: [PLOT.bottom, PLOT.top],
    count: 3,
  });
  const rows = Math.ceil(panel.stages.length / COLUMNS);
  const labels = new Map(panel.stages.flatMap(({ groups }) => groups.map(({ label, slot }) => [label, slot] as const)));
  const height = rows * CELL.height + 24 + Math.ceil(labels.size / 3) * 18;
  const cells = panel.stages.map(
    (stage, i) =>
      markup`<g transform="translate(${(i % COLUMNS) * CELL.width} ${Math.floor(i / COLUMNS) * CELL.height})">${cell(stage, x, y)}</g>`,
  );
  const key = [...labels].map(
    ([label, slot], i) =>
      markup`<g class="s${slot}"><circle class="dot" cx="${PLOT.left + (i % 3) * 240}" cy="${rows * CELL.height + 34 + Math.floor(i / 3) * 18}" r="3.5"/><text class="direct" x="${PLOT.left + 9 + (i % 3) * 240}" y="${rows * CELL.height + 38 + Math.floor(i / 3) * 18}">${clipMiddle(label, 34)}</text></g>`,
  );
  return markup`<svg class="figure" viewBox="0 0 ${COLUMNS * CELL.width} ${height}" role="img" aria-label="${panel.title}: ${panel.stages.map(({ stage, rSquared }) => `${stage} R squared ${rSquared === null ? 'undefined' : rSquared.toFixed(3)}`).join(', ')}.">
${cells}
<text class="quiet" x="${PLOT.left}" y="${rows * CELL.height + 12}">Across: similarity at the start. Up: similarity after training.</text>
${key}
</svg>`;
}

/** Outward to tenths. */
function domainOf(values: readonly number[]): [number, number] {
  const low = Math.max(0, Math.floor(Math.min(...values) * 10) / 10);
  const high = Math.min(1, Math.ceil(Math.max(...values) * 10) / 10);
  return high > low ? [low, high] : [Math.max(0, low - 0.1), Math.min(1, high + 0.1)];
}

function cell({ stage, groups, rSquared, fit }: ScatterStage, x: LinearScale, y: LinearScale): Markup {
  const dots = groups.map(
    ({ slot, points }) =>
      markup`<g class="s${slot}">${points.map(({ initial, final }) => markup`<circle class="dot" fill-opacity="0.8" cx="${px(x.at(initial))}" cy="${px(y.at(final))}" r="2.6"/>`)}</g>`,
  );
  return markup`<text class="strong" x="${PLOT.left}" y="14">${stage}</text><text class="tick" x="${PLOT.left}" y="28">R² = ${rSquared === null ? '–' : rSquared.toFixed(3)}</text>
${y.ticks.map((tick) => markup`<path class="grid" d="M${PLOT.left} ${px(y.at(tick))}H${PLOT.right}"/><text class="tick" x="${PLOT.left - 6}" y="${px(y.at(tick) + 4)}" text-anchor="end">${y.format(tick)}</text>`)}
${x.ticks.map((tick) => markup`<text class="tick" x="${px(x.at(tick))}" y="${PLOT.bottom + 16}" text-anchor="middle">${x.format(tick)}</text>`)}
<path class="axis" d="M${PLOT.left} ${PLOT.bottom}H${PLOT.right}"/>${fit !== null && fitLine(fit, x, y)}${dots}`;
}

/** The part of the line within both axes. */
function fitLine(fit: NonNullable<ScatterStage['fit']>, x: LinearScale, y: LinearScale): Markup | null {
  const [from, to] = x.domain.map((at) => ({ x: at, y: fit.intercept + fit.slope * at })) as [
    { x: number; y: number },
    { x: number; y: number },
  ];
  const clip = (point: { x: number; y: number }): { x: number; y: number } => {
    const within = Math.min(y.domain[1], Math.max(y.domain[0], point.y));
    return within === point.y ? point : { x: (within - fit.intercept) / fit.slope, y: within };
  };
  const [a, b] = [clip(from), clip(to)];
  return markup`<path class="threshold" d="M${px(x.at(a.x))} ${px(y.at(a.y))}L${px(x.at(b.x))} ${px(y.at(b.y))}"/>`;
}
