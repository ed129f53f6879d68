/** Histograms of layers: outlines before, filled shapes after. Pure. */
import { markup, type Markup } from '../../words/markup.ts';
import type { Histograms } from '../figure.ts';
import { CHARACTER, clipMiddle } from './labels.ts';
import { paint, px, stroke, text, tick, type Body, type Sheet } from './sheet.ts';

const CELL = { width: 186, height: 118 };
const PLOT = { width: 166, height: 56 };
const LETTERS = Math.floor(PLOT.width / CHARACTER);

export function drawHistograms({ layers, slot }: Histograms, { width, top }: Sheet): Body {
  const columns = Math.max(1, Math.floor((width + CELL.width - PLOT.width) / CELL.width));
  const begin = top + 14;
  const cells = layers.map((layer, index) => {
    const [x, y] = [8 + (index % columns) * CELL.width, begin + Math.floor(index / columns) * CELL.height];
    return markup`<g transform="translate(${x} ${y})">${drawLayer(layer, slot)}</g>\n`;
  });
  return {
    parts: markup`${tick('Outline: before training. Filled: after.', 8, top)}\n${cells}`,
    height: begin + Math.ceil(layers.length / columns) * CELL.height,
  };
}

function drawLayer({ name, before, after, limit, words }: Histograms['layers'][number], slot: number): Markup {
  const most = Math.max(...before, ...after);
  const base = PLOT.height + 16;
  return markup`${text(clipMiddle(name, LETTERS), 0, 10)}<g transform="translate(0 16)"><path d="${histogramPath(after, most, PLOT)}Z" ${paint({ fill: slot })} fill-opacity="0.35"/>${stroke(
    histogramPath(before, most, PLOT),
    'quiet',
    markup` stroke-dasharray="2 3"`,
  )}${stroke(`M0 ${PLOT.height}H${PLOT.width}`, 'quiet')}</g>${tick(`−${limit}`, 0, base + 14)}${tick(limit, PLOT.width, base + 14, { anchor: 'end' })}${tick(words, PLOT.width / 2, base + 28, { anchor: 'middle' })}`;
}

/** Steps from the left end to the right one; `most`, the highest count of all that are drawn together, fills the height. */
export function histogramPath(
  counts: readonly number[],
  most: number,
  { width, height }: { width: number; height: number },
): string {
  const step = width / Math.max(1, counts.length);
  const top = (count: number): string => px(most === 0 ? height : height * (1 - count / most));
  const steps = counts.map((count, bin) => `V${top(count)}H${px((bin + 1) * step)}`);
  return `M0 ${px(height)}${steps.join('')}V${px(height)}`;
}
