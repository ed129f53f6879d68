/** Lines or bars over one pair of axes, their names beside them. Pure. */
import { markup, type Markup } from '../../words/markup.ts';
import { nameOfX, type Plot, type Series } from '../figure.ts';
import { plotExtent, Y_TICKS } from '../plot-extent.ts';
import { axisOfNames, axisTitles, axisX, gridY, type Frame } from './axes.ts';
import { CHARACTER, clipMiddle, placeLabels } from './labels.ts';
import { barMarks, clipCurve, curvePath, dashOf, lineMarks, type Pen } from './marks.ts';
import { linearAxis } from './scale.ts';
import { paint, px, stroke, text, tick, type Body, type Sheet } from './sheet.ts';

const LEFT = 62;
const HEIGHT = 234;
/** Between the plot and names beside it, their sample of a line included. */
const BESIDE = 40;
/** Names take at most this share of the width. */
const MOST_NAMES = 0.36;

export function drawPlot(plot: Plot, { width, top }: Sheet): Body {
  const named = plot.series.filter(({ label, mean }) => label !== '' && mean.length > 0);
  const longest = Math.max(0, ...named.map(({ label }) => label.length));
  const names = named.length === 0 ? 12 : Math.min(MOST_NAMES * width, BESIDE + longest * CHARACTER + 8);
  const frame: Frame = { left: LEFT, right: width - names, top, bottom: top + HEIGHT };
  const extent = plotExtent(plot);
  const x = linearAxis(extent.x, [frame.left, frame.right], Math.max(2, Math.round((frame.right - LEFT) / 85)));
  const y = linearAxis(extent.y, [frame.bottom, frame.top], Y_TICKS);
  const pen: Pen = { x, y, digits: plot.digits, nameOfX: (value) => nameOfX(plot, value) };
  const below = plot.categories ? axisOfNames(plot.categories, x.at, frame) : { parts: axisX(x, frame), depth: 18 };
  const marks = plot.series.map((series) =>
    plot.marks === 'bars' ? barMarks(series, pen, plot.barWidth ?? 0.8) : lineMarks(series, pen, plot),
  );
  const letters = Math.floor((names - BESIDE) / CHARACTER);
  return {
    parts: markup`${gridY(y, frame)}${below.parts}${reference(plot, pen, frame)}${guide(plot, pen, frame)}
${marks}
${plot.marks === 'bars' ? keyOfBars(named, frame, letters) : namesOfLines(named, pen, frame, letters)}
${axisTitles({ x: plot.xLabel, y: plot.yLabel }, frame, below.depth)}`,
    height: Math.ceil(frame.bottom + below.depth + 34),
  };
}

export const DOTTED = markup` stroke-dasharray="2 3"`;

function reference({ reference: line }: Plot, { y }: Pen, { left, right }: Frame): Markup | null {
  if (line === null || line.y < y.domain[0] || line.y > y.domain[1]) return null;
  return markup`${stroke(`M${left} ${px(y.at(line.y))}H${px(right)}`, 'quiet', DOTTED)}${tick(line.label, left + 4, y.at(line.y) - 4)}`;
}

/** Its name stands where it begins, or where it leaves the plot. */
function guide({ guide: line }: Plot, pen: Pen, { left, top, bottom }: Frame): Markup | null {
  const pieces = clipCurve(line?.points ?? [], pen.y.domain);
  const [begin, end] = [pieces[0]?.[0], pieces.at(-1)?.at(-1)];
  if (!line || !begin || !end || line.points.length < 2) return null;
  const leaves = end.x < (line.points.at(-1)?.x ?? 0);
  const name = leaves
    ? tick(line.label, pen.x.at(end.x) + 6, bottom - 6)
    : tick(line.label, Math.max(pen.x.at(begin.x), left) + 4, Math.max(top + 10, pen.y.at(begin.y) - 7));
  return markup`${stroke(curvePath(pen, line.points), 'quiet', DOTTED)}${name}`;
}

/** Each line's name at its end, moved apart where lines end close together. */
function namesOfLines(all: readonly Series[], { x, y }: Pen, { right, top, bottom }: Frame, letters: number): Markup[] {
  const ends = all.map(({ mean }) => {
    const end = mean.at(-1) as Series['mean'][number];
    return { x: x.at(end.x), y: y.at(Math.min(y.domain[1], Math.max(y.domain[0], end.y))) };
  });
  const placed = placeLabels(
    ends.map((end) => end.y),
    16,
    top,
    bottom,
  );
  return all.map(({ label, slot }, index) => {
    const [end, at] = [ends[index] as { x: number; y: number }, placed[index] as number];
    const leader = `M${px(Math.min(end.x + 3, right))} ${px(end.y)}L${px(right + 8)} ${px(at)}`;
    return markup`${stroke(leader, slot, markup` stroke-opacity="0.5"`)}${stroke(
      `M${px(right + 8)} ${px(at)}h22`,
      slot,
      markup` stroke-width="2.2"${dashOf(slot)}`,
    )}${text(clipMiddle(label, letters), right + 36, at + 4, { paint: slot })}`;
  });
}

function keyOfBars(all: readonly Series[], { right, top }: Frame, letters: number): Markup[] {
  return all.map(
    ({ label, slot }, index) =>
      markup`<rect x="${px(right + 14)}" y="${top + index * 18}" width="10" height="10" ${paint({ fill: slot })}/>${text(
        clipMiddle(label, letters),
        right + 30,
        top + 9 + index * 18,
        { paint: slot },
      )}`,
  );
}
