/** Small square plots side by side on common axes. Pure. */
import { markup, type Markup } from '../../words/markup.ts';
import { formatNumber } from '../../words/numbers.ts';
import type { Panels, Series } from '../figure.ts';
import { gridY, type Frame } from './axes.ts';
import { CHARACTER, clipMiddle } from './labels.ts';
import { curvePath, lineMarks, markerPath, pointMarks, type Pen } from './marks.ts';
import { DOTTED } from './plot.ts';
import { linearAxis } from './scale.ts';
import { paint, px, stroke, styleOf, text, tick, type Body, type Sheet } from './sheet.ts';

const LEFT = 50;
const ABOVE = 34;
const BELOW = 40;
/** Narrower ones have no room for their names. */
const LEAST_WIDTH = 170;
const LARGEST_SIDE = 320;
const KEY_WIDTH = 240;

export function drawPanels(figure: Panels, { width, top }: Sheet): Body {
  const { panels } = figure;
  const columns = Math.min(
    figure.marks === 'curve' ? Math.min(2, panels.length) : columnsOf(panels.length),
    Math.max(1, Math.floor(width / LEAST_WIDTH)),
  );
  const cell = width / columns;
  const side = Math.min(LARGEST_SIDE, cell - LEFT - 14);
  const pitch = ABOVE + side + BELOW + 8;
  const bottom = top + Math.ceil(panels.length / columns) * pitch;
  const cells = panels.map((panel, index) => {
    const [x, y] = [(index % columns) * cell, top + Math.floor(index / columns) * pitch];
    return markup`<g transform="translate(${px(x)} ${px(y)})">${drawPanel(figure, panel, side)}</g>\n`;
  });
  const { parts, height } = figure.key ? keyOf(figure, width, bottom) : { parts: null, height: 0 };
  return { parts: markup`${cells}${parts}`, height: Math.ceil(bottom + height) };
}

/** Three in a row where that fills the rows: names need room. */
function columnsOf(count: number): number {
  if (count === 1) return 1;
  return count % 3 === 0 || count < 3 ? 3 : 4;
}

function drawPanel(figure: Panels, { title, under, series, guide }: Panels['panels'][number], side: number): Markup {
  const frame: Frame = { left: LEFT, right: LEFT + side, top: ABOVE, bottom: ABOVE + side };
  const ticks = side > 200 ? 5 : 3;
  const x = linearAxis(figure.xRange, [frame.left, frame.right], ticks);
  const y = linearAxis(figure.yRange, [frame.bottom, frame.top], ticks);
  const pen: Pen = { x, y, digits: figure.digits, nameOfX: (value) => formatNumber(value, figure.digits) };
  const letters = Math.floor((side + 50) / CHARACTER);
  const middle = (frame.left + frame.right) / 2;
  const lines = x.ticks.map(({ value }) => `M${px(x.at(value))} ${px(frame.bottom)}V${frame.top}`).join('');
  return markup`${text(clipMiddle(title, letters), 6, 12, { strong: true })}${tick(clipMiddle(under, letters), 6, 26)}
${stroke(lines, 'faint')}${gridY(y, frame)}${x.ticks.map(({ value, label }) =>
    tick(label, x.at(value), frame.bottom + 15, { anchor: 'middle' }),
  )}${stroke(`M${frame.left} ${px(frame.bottom)}H${px(frame.right)}`, 'quiet')}
${guide && stroke(curvePath(pen, guide.points), 'quiet', DOTTED)}
${series.map((each) => marksOf(figure, each, pen))}
${tick(figure.xLabel, middle, frame.bottom + 31, { anchor: 'middle' })}${tick(
    figure.yLabel,
    11,
    (frame.top + frame.bottom) / 2,
    { anchor: 'middle', turn: -90 },
  )}`;
}

function marksOf({ marks }: Panels, series: Series, pen: Pen): Markup {
  if (marks === 'points') return pointMarks(series, series.mean, pen);
  if (marks === 'line') return lineMarks(series, pen, { whiskers: series.band.length > 0, points: true });
  return markup`${lineMarks(series, pen)}${pointMarks(series, series.marked ?? [], pen)}`;
}

function keyOf({ panels }: Panels, width: number, top: number): { parts: Markup; height: number } {
  const names = new Map(panels.flatMap(({ series }) => series.map(({ label, slot }) => [label, slot] as const)));
  const columns = Math.max(1, Math.floor(width / KEY_WIDTH));
  const parts = [...names].map(([label, slot], index) => {
    const [x, y] = [LEFT + (index % columns) * KEY_WIDTH, top + 8 + Math.floor(index / columns) * 18];
    const shape = markerPath(styleOf(slot).marker, 40);
    return markup`<path transform="translate(${x} ${px(y)})" d="${shape}" ${paint({ fill: slot })}/>${text(clipMiddle(label, 34), x + 10, y + 4, { paint: slot })}`;
  });
  return { parts: markup`${parts}`, height: Math.ceil(names.size / columns) * 18 + 8 };
}
