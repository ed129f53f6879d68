/** An explanation as a standalone figure: the image, the map over it, a legend, and what hiding the strongest place does to the score. Pure. */
import { formatNumber, formatSignificant } from '../../../shared/words/numbers.ts';
import type { Explanation, ExplanationMethod } from '../../../shared/mistakes/explanation.ts';
import { EXPLANATION_WORDS } from '../../../shared/mistakes/explanation.ts';
import { BLUE, describeHidden, ORANGE, strongest } from '../../../shared/mistakes/explanation-map.ts';
import { escapeText } from '../../../shared/words/markup.ts';

export interface ExplanationDrawing {
  svg: string;
  width: number;
  height: number;
}

/** How strongly the map covers the image beneath it. */
export const OVERLAY_OPACITY = 0.6;

const SIDE = 300;
const GAP = 16;
const MARGIN = 16;
const TOP = 84;
const LEGEND = 10;
const INK = '#1b1c1e';
const QUIET = '#51534f';

/**
 * @param params `square`: data URI of the square that the model sees, in colour. `map`: data URI of `mapPixels`, one pixel a cell.
 * `facts`: a line about the image (reference label, cell of the confusion table); `about`: whose score it is.
 */
export function explanationFigure(params: {
  explanation: Explanation;
  square: string;
  map: string;
  about: string;
  facts: string;
}): ExplanationDrawing {
  const { explanation, square, map, about, facts } = params;
  const width = 2 * MARGIN + 2 * SIDE + GAP;
  const height = TOP + SIDE + 94;
  const right = MARGIN + SIDE + GAP;
  const { name } = EXPLANATION_WORDS[explanation.method];
  const title = `${name} map, ${about}`;
  const picture = (x: number, href: string, attributes = ''): string =>
    `<image x="${x}" y="${TOP}" width="${SIDE}" height="${SIDE}" href="${href}"${attributes}/>`;
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, sans-serif" font-size="12">`,
    `<title>${escapeText(title)}</title>`,
    `<defs><filter id="grey"><feColorMatrix type="saturate" values="0"/></filter>${gradientOf(explanation.method)}</defs>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${MARGIN}" y="22" font-size="13" font-weight="600" fill="${INK}">${escapeText(title)}</text>`,
    `<text x="${MARGIN}" y="41" fill="${QUIET}">${escapeText(facts)}</text>`,
    `<text x="${MARGIN}" y="${TOP - 8}" fill="${QUIET}">Score ${formatNumber(explanation.score, 4)}, untouched</text>`,
    `<text x="${right}" y="${TOP - 8}" fill="${QUIET}">Score ${formatNumber(explanation.hidden.score, 4)} with the frame hidden in grey</text>`,
    picture(MARGIN, square),
    picture(right, square, ' filter="url(#grey)"'),
    picture(right, map, ` opacity="${OVERLAY_OPACITY}"`),
    frame(explanation, right),
    legend(explanation, right, TOP + SIDE + 12),
    `<text x="${MARGIN}" y="${TOP + SIDE + 58}" fill="${INK}">${escapeText(describeHidden(explanation))}</text>`,
    `<text x="${MARGIN}" y="${TOP + SIDE + 78}" fill="${QUIET}">Shows what this network reacts to in this one image, not where disease is. Research use only.</text>`,
    '</svg>',
  ].join('\n');
  return { svg, width, height };
}

/** The overlay alone, without words: the grey image, the map over it, `side` pixels wide. */
export function overlaySvg(params: { square: string; map: string; side: number }): string {
  const { square, map, side } = params;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><defs><filter id="grey"><feColorMatrix type="saturate" values="0"/></filter></defs><image width="${side}" height="${side}" href="${square}" filter="url(#grey)"/><image width="${side}" height="${side}" href="${map}" opacity="${OVERLAY_OPACITY}"/></svg>`;
}

const rgb = (colour: readonly number[]): string => `rgb(${colour.join(',')})`;

/** The map's own scale of alpha, over the white of the page. */
function gradientOf(method: ExplanationMethod): string {
  const shares = [0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1];
  const alpha = (share: number): number => OVERLAY_OPACITY * (method === 'gradient' ? Math.sqrt(share) : share);
  const stop = (at: number, colour: readonly number[], share: number): string =>
    `<stop offset="${at.toFixed(3)}" stop-color="${rgb(colour)}" stop-opacity="${alpha(share).toFixed(3)}"/>`;
  const stops =
    method === 'gradient'
      ? shares.map((share) => stop(share, ORANGE, share))
      : [
          ...shares.toReversed().map((share) => stop(0.5 - share / 2, BLUE, share)),
          ...shares.map((share) => stop(0.5 + share / 2, ORANGE, share)),
        ];
  return `<linearGradient id="scale-${method}">${stops.join('')}</linearGradient>`;
}

function legend({ method, values }: Explanation, x: number, y: number): string {
  const most = formatSignificant(strongest(values), 2);
  const bar = `<rect x="${x}" y="${y}" width="${SIDE}" height="${LEGEND}" fill="url(#scale-${method})" stroke="${QUIET}" stroke-width="0.5"/>`;
  const text = (at: number, anchor: string, words: string): string =>
    `<text x="${at}" y="${y + LEGEND + 14}" text-anchor="${anchor}" font-size="11" fill="${QUIET}">${escapeText(words)}</text>`;
  const ends: [string, string] =
    method === 'gradient' ? ['no reaction', 'strongest (no unit)'] : [`hiding raises by ${most}`, `lowers by ${most}`];
  return [
    bar,
    text(x, 'start', ends[0]),
    ...(method === 'gradient' ? [] : [text(x + SIDE / 2, 'middle', '0')]),
    text(x + SIDE, 'end', ends[1]),
  ].join('');
}

/** Where the patch is that gives the second score, on an image of `side`, cut at the image's edges as the patch is. */
export function frameBox(
  { hidden, size }: Pick<Explanation, 'hidden' | 'size'>,
  side: number,
): { x: number; y: number; width: number; height: number } {
  const half = hidden.patch / size / 2;
  const cut = (share: number): number => Math.min(1, Math.max(0, share)) * side;
  const [x, y] = [cut(hidden.x - half), cut(hidden.y - half)];
  return { x, y, width: cut(hidden.x + half) - x, height: cut(hidden.y + half) - y };
}

function frame(explanation: Explanation, left: number): string {
  const { x, y, width, height } = frameBox(explanation, SIDE);
  const box = `x="${(left + x).toFixed(1)}" y="${(TOP + y).toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}" fill="none"`;
  // Dark under light: seen on any image.
  return `<rect ${box} stroke="#000000" stroke-width="3"/><rect ${box} stroke="#ffffff" stroke-width="1.2"/>`;
}
