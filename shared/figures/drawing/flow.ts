/** A flow diagram: boxes of what went on, beside them what was left out, beneath them the sets. Pure. */
import { markup, type Markup } from '../../words/markup.ts';
import type { Flow } from '../figure.ts';
import { wrapWords } from './labels.ts';
import { paint, stroke, text, type Body, type Sheet } from './sheet.ts';

/** Boxes have fixed places: it is no drawing for narrow screens. */
const WIDTH = 760;
const STEP = { x: 8, width: 330, height: 46, gap: 22 };
const ASIDE = { x: 420, width: 332, line: 15 };
const SET = { width: 236, height: 60, gap: 18 };
const TRUNK = STEP.x + STEP.width / 2;

type Step = Flow['steps'][number];

export function drawFlow({ steps, sets }: Flow, { top }: Sheet): Body {
  const parts: Markup[] = [];
  let y = top;
  for (const [index, step] of steps.entries()) {
    if (index > 0) {
      const gap = gapAbove(step);
      parts.push(arrow(`M${TRUNK} ${y}`, TRUNK, y + gap));
      if (step.left !== null) parts.push(aside(step.left, y + gap / 2));
      y += gap;
    }
    parts.push(box({ x: STEP.x, y, width: STEP.width, height: STEP.height }, step));
    y += STEP.height;
  }
  const at = y + 44;
  for (const [index, set] of sets.entries()) {
    const x = 8 + index * (SET.width + SET.gap);
    const centre = x + SET.width / 2;
    parts.push(arrow(`M${TRUNK} ${y}V${y + 18}H${centre}`, centre, at));
    parts.push(box({ x, y: at, width: SET.width, height: SET.height }, set));
  }
  return { parts: markup`${parts}`, height: at + SET.height + 8, width: WIDTH };
}

/** More where the reasons need several lines. */
const gapAbove = ({ left }: Step): number => (left === null ? STEP.gap : Math.max(STEP.gap, heightOf(left.note) + 14));

const heightOf = (note: string): number => 26 + wrapWords(note, 50).length * ASIDE.line;

interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

function rectangle({ x, y, width, height }: Place, more: Markup): Markup {
  return markup`<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4" ${more}/>`;
}

function box(place: Place, { name, words }: { name: string; words: string }): Markup {
  const [centre, middle] = [place.x + place.width / 2, place.y + place.height / 2];
  return markup`${rectangle(place, paint({ fill: 'panel', line: 'rule' }))}${text(name, centre, middle - 4, { anchor: 'middle', strong: true })}${text(words, centre, middle + 14, { anchor: 'middle' })}\n`;
}

function aside({ words, note }: NonNullable<Step['left']>, centre: number): Markup {
  const height = heightOf(note);
  const y = centre - height / 2;
  const outline = markup`${paint({ fill: 'paper', line: 'rule' })} stroke-dasharray="4 3"`;
  const lines = wrapWords(note, 50).map((line, index) =>
    text(line, ASIDE.x + 12, y + 34 + index * ASIDE.line, { paint: 'quiet' }),
  );
  return markup`${stroke(`M${TRUNK} ${centre}H${ASIDE.x}`, 'quiet', markup` stroke-width="1.2"`)}${rectangle({ x: ASIDE.x, y, width: ASIDE.width, height }, outline)}${text(words, ASIDE.x + 12, y + 18)}${lines}\n`;
}

function arrow(from: string, x: number, to: number): Markup {
  return markup`${stroke(`${from}V${to - 6}`, 'quiet', markup` stroke-width="1.2"`)}<path d="M${x - 4} ${to - 8}l4 8 4 -8z" ${paint({ fill: 'quiet' })}/>`;
}
