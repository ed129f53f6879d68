/** Grid, ticks and titles of a pair of axes. Pure. */
import { markup, type Markup } from '../../words/markup.ts';
import { CHARACTER } from './labels.ts';
import type { Axis } from './scale.ts';
import { px, stroke, text, tick } from './sheet.ts';

export interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Lines and labels of the y axis. */
export function gridY(y: Axis, { left, right }: Frame): Markup {
  const lines = y.ticks.map(({ value }) => `M${left} ${px(y.at(value))}H${px(right)}`).join('');
  const labels = y.ticks.map(({ value, label }) => tick(label, left - 8, y.at(value) + 4, { anchor: 'end' }));
  return markup`${stroke(lines, 'faint')}${labels}`;
}

/** The line of the x axis with its ticks. */
export function axisX(x: Axis, { left, right, bottom }: Frame): Markup {
  const marks = x.ticks.map(({ value }) => `M${px(x.at(value))} ${px(bottom)}v4`).join('');
  const labels = x.ticks.map(({ value, label }) => tick(label, x.at(value), bottom + 18, { anchor: 'middle' }));
  return markup`${stroke(`${marks}M${left} ${px(bottom)}H${px(right)}`, 'quiet')}${labels}`;
}

/** The line of the x axis with names, aslant where they would touch; `depth`: pixels that the names take. */
export function axisOfNames(
  names: readonly string[],
  at: (index: number) => number,
  { left, right, bottom }: Frame,
): { parts: Markup; depth: number } {
  const longest = Math.max(0, ...names.map(({ length }) => length)) * CHARACTER;
  const isLevel = longest <= (right - left) / names.length - 4;
  const labels = names.map((name, index) =>
    isLevel
      ? tick(name, at(index), bottom + 18, { anchor: 'middle' })
      : tick(name, at(index), bottom + 12, { anchor: 'end', turn: -45 }),
  );
  return {
    parts: markup`${stroke(`M${left} ${px(bottom)}H${px(right)}`, 'quiet')}${labels}`,
    depth: isLevel ? 18 : 12 + 0.7 * longest,
  };
}

export function axisTitles(words: { x: string; y: string }, { left, right, top, bottom }: Frame, depth = 18): Markup {
  return markup`${text(words.x, (left + right) / 2, bottom + depth + 20, { paint: 'quiet', anchor: 'middle' })}${text(
    words.y,
    16,
    (top + bottom) / 2,
    { paint: 'quiet', anchor: 'middle', turn: -90 },
  )}`;
}
