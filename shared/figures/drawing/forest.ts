/** Estimates with intervals and seeds, one row each. Pure. */
import { markup, type Markup } from '../../words/markup.ts';
import type { Forest, ForestRow } from '../figure.ts';
import { CHARACTER, clipMiddle } from './labels.ts';
import { DOTTED } from './plot.ts';
import { linearAxis, roundDomain, type Axis } from './scale.ts';
import { paint, px, stroke, text, tick, type Body, type Sheet } from './sheet.ts';

/** Rows move together where they are many, so that all of them fit a page. */
const ROW = { most: 30, least: 15, all: 900 };
const NUMBERS = 200;
const MOST_NAMES = 0.33;
const TICKS = 5;
const DASHED = markup` stroke-dasharray="5 3"`;

export function drawForest(figure: Forest, { width, top }: Sheet): Body {
  const all = figure.groups.flatMap(({ rows }) => rows);
  const longest = Math.max(...all.map(({ label }) => label.length)) * CHARACTER;
  const left = Math.ceil(Math.min(MOST_NAMES * width, longest + 22));
  const right = width - NUMBERS;
  const names = figure.groups.filter(({ title }) => title !== '').length;
  const pitch = Math.max(ROW.least, Math.min(ROW.most, Math.floor(ROW.all / (all.length + names))));
  const lines = figure.lines ?? [];
  const first = top + (lines.length > 0 ? 14 : 0);
  const scale = linearAxis(
    roundDomain(
      [...all.flatMap(shownValues), ...lines.map(({ x }) => x), ...(figure.lines ? [figure.reference] : [])],
      { within: figure.within },
      TICKS,
    ),
    [left, right],
    Math.min(TICKS, Math.max(2, Math.round((right - left) / 60))),
  );
  const rows: Markup[] = [];
  const middle = (): number => first + (rows.length + 0.5) * pitch;
  for (const { title, rows: own } of figure.groups) {
    if (title !== '') rows.push(text(title, 8, middle() + 4, { strong: true }));
    for (const row of own) rows.push(markup`${drawRow(row, middle(), scale, { left, right })}\n`);
  }
  const bottom = first + rows.length * pitch;
  return {
    parts: markup`${axis(figure, scale, { left, right, top: first, bottom })}\n${rows}`,
    height: bottom + 44,
  };
}

function shownValues({ value, low, high, dots }: ForestRow): number[] {
  return [value, low, high, ...dots].filter((number) => number !== null);
}

function axis(
  { reference, lines = [], xLabel }: Forest,
  scale: Axis,
  { left, right, top, bottom }: { left: number; right: number; top: number; bottom: number },
): Markup {
  const [low, high] = scale.domain;
  const grid = scale.ticks.map(({ value }) => `M${px(scale.at(value))} ${top}V${bottom}`).join('');
  const known = low < reference && high > reference;
  return markup`${stroke(grid, 'faint')}${known && stroke(`M${px(scale.at(reference))} ${top}V${bottom}`, 'quiet', DOTTED)}${lines.map(
    ({ x, label }) =>
      markup`${stroke(`M${px(scale.at(x))} ${top}V${bottom}`, 'ink', DASHED)}${tick(label, scale.at(x), top - 4, { anchor: 'middle' })}`,
  )}${stroke(
    `M${left} ${bottom}H${right}`,
    'quiet',
  )}${scale.ticks.map(({ value, label }) => tick(label, scale.at(value), bottom + 16, { anchor: 'middle' }))}${text(
    xLabel,
    (left + right) / 2,
    bottom + 37,
    { paint: 'quiet', anchor: 'middle' },
  )}`;
}

function drawRow(row: ForestRow, y: number, scale: Axis, { left, right }: { left: number; right: number }): Markup {
  const { label, slot, value, low, high, dots, words } = row;
  const at = (number: number): string => px(scale.at(number));
  const name = text(clipMiddle(label, Math.floor((left - 20) / CHARACTER)), left - 14, y + 4, { anchor: 'end' });
  const numbers = markup`${text(words.value, right + 14, y + 4)}${text(words.interval, right + 58, y + 4, { paint: 'quiet' })}`;
  if (value === null) return markup`${name}${numbers}`;
  const interval =
    low !== null &&
    high !== null &&
    stroke(
      `M${at(low)} ${y}H${at(high)}M${at(low)} ${y - 4}v8M${at(high)} ${y - 4}v8`,
      slot,
      markup` stroke-width="1.8"`,
    );
  const seeds = dots.map((dot) => markup`<circle cx="${at(dot)}" cy="${y + 8}" r="2.6"/>`);
  return markup`${interval}<g ${paint({ fill: slot })}><g fill-opacity="0.45">${seeds}</g><rect x="${px(scale.at(value) - 4.5)}" y="${y - 4.5}" width="9" height="9"/></g>${name}${numbers}`;
}
