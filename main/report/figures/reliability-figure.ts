/** Reliability curves as small multiples: one panel an arm, one line a seed. */
import type { ArmResult } from '../../../shared/results/results.ts';
import type { RunDetails } from '../../../shared/results/study-details.ts';
import { px } from './chart-scale.ts';
import { clipMiddle } from './forest-figure.ts';
import { markup, type Markup } from '../markup.ts';

const WIDTH = 760;
const PANEL = { height: 214, side: 112, left: 46, top: 40 };

/** `arms` with the runs of each; arms without a curve have no panel. */
export function reliabilityFigure(params: {
  arms: readonly { arm: ArmResult; runs: readonly RunDetails[] }[];
  slots: Map<string, number>;
}): Markup {
  const { slots } = params;
  const arms = params.arms.filter(({ runs }) => runs.some((run) => run.reliability.length > 0));
  const several = new Set(arms.map(({ arm }) => arm.model)).size > 1;
  // Three in a row where that fills the rows: names need room.
  const columns = arms.length % 3 === 0 || arms.length < 3 ? 3 : 4;
  const width = WIDTH / columns;
  const rows = Math.ceil(arms.length / columns);
  const panels = arms.map(({ arm, runs }, index) => {
    const [left, top] = [(index % columns) * width, Math.floor(index / columns) * PANEL.height];
    return markup`<g transform="translate(${left} ${top})">${panel({ arm, runs, title: several ? arm.modelName : '', length: Math.floor((width - 12) / 6.5), slot: slots.get(arm.initLabel) ?? 0 })}</g>`;
  });
  return markup`<svg class="figure" viewBox="0 0 ${WIDTH} ${rows * PANEL.height}" role="img" aria-label="Share of positive images over the mean predicted probability, by arm; calibration numbers are in the table.">${panels}</svg>`;
}

function panel(params: {
  arm: ArmResult;
  runs: readonly RunDetails[];
  /** Above the initialisation; empty where all arms share it. */
  title: string;
  /** Characters that fit into the width of a panel. */
  length: number;
  slot: number;
}): Markup {
  const { arm, runs, title, length, slot } = params;
  const x = (value: number): string => px(PANEL.left + value * PANEL.side);
  const y = (value: number): string => px(PANEL.top + (1 - value) * PANEL.side);
  const grid = [0, 0.5, 1].map(
    (tick) =>
      markup`<path class="grid" d="M${x(tick)} ${y(0)}V${y(1)}M${x(0)} ${y(tick)}H${x(1)}"/><text class="tick" x="${x(tick)}" y="${PANEL.top + PANEL.side + 15}" text-anchor="middle">${String(tick)}</text><text class="tick" x="${PANEL.left - 5}" y="${PANEL.top + (1 - tick) * PANEL.side + 4}" text-anchor="end">${String(tick)}</text>`,
  );
  const curves = runs.map(({ reliability }) => {
    const line = reliability.map((p, i) => `${i === 0 ? 'M' : 'L'}${x(p.meanProbability)} ${y(p.observed)}`).join('');
    const bars = reliability.map((p) => `M${x(p.meanProbability)} ${y(p.low)}V${y(p.high)}`).join('');
    return markup`<path class="faint" d="${bars}"/><path class="line" d="${line}"/>${reliability.map(
      (p) => markup`<circle class="dot" cx="${x(p.meanProbability)}" cy="${y(p.observed)}" r="2"/>`,
    )}`;
  });
  const size = arm.trainSize === 'all' ? '' : ` (${arm.trainSize})`;
  const middle = PANEL.top + PANEL.side / 2;
  const axes = markup`<text class="tick" x="${PANEL.left + PANEL.side / 2}" y="${PANEL.top + PANEL.side + 32}" text-anchor="middle">Predicted probability</text><text class="tick" transform="rotate(-90 12 ${middle})" x="12" y="${middle}" text-anchor="middle">Share positive</text>`;
  return markup`<text class="quiet" x="6" y="14">${title}</text><text class="strong" x="6" y="${title === '' ? 22 : 29}">${clipMiddle(`${arm.initLabel}${size}`, length)}</text>${axes}${grid}<path class="threshold" d="M${x(0)} ${y(0)}L${x(1)} ${y(1)}"/><g class="s${slot}">${curves}</g>`;
}
