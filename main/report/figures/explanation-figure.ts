/** An explanation as a standalone figure: the image, the map over it, a legend, and what hiding the strongest place does to the score. Pure. */
import { formatNumber, formatSignificant } from '../../../shared/words/numbers.ts';
import type { Explanation, ExplanationMethod } from '../../../shared/mistakes/explanation.ts';
import { EXPLANATION_WORDS } from '../../../shared/mistakes/explanation.ts';
import { BLUE, describeHidden, ORANGE, strongest } from '../../../shared/mistakes/explanation-map.ts';
import { px, text, tick } from '../../../shared/figures/drawing/sheet.ts';
import { MARGIN, standAlone, type Drawing } from '../../../shared/figures/drawing/stand-alone.ts';
import { markup, type Markup } from '../../../shared/words/markup.ts';

/** How strongly the map covers the image beneath it. */
const OVERLAY_OPACITY = 0.6;

const SIDE = 300;
const GAP = 16;
const LEGEND = 10;
const RIGHT = MARGIN + SIDE + GAP;
const GREY = markup`<filter id="grey"><feColorMatrix type="saturate" values="0"/></filter>`;

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
}): Drawing {
  const { explanation, square, map, about, facts } = params;
  const { method, score, hidden } = explanation;
  const words = { title: `${EXPLANATION_WORDS[method].name} map, ${about}`, description: facts };
  const width = 2 * MARGIN + 2 * SIDE + GAP;
  return standAlone(
    words,
    (sheet) => {
      const top = sheet.top + 48;
      const bottom = top + SIDE;
      const picture = (x: number, href: string, more: Markup | null = null): Markup =>
        markup`<image x="${x}" y="${top}" width="${SIDE}" height="${SIDE}" href="${href}"${more}/>`;
      const quiet = (line: string, x: number, y: number): Markup => text(line, x, y, { paint: 'quiet' });
      const parts = markup`<defs>${GREY}${gradientOf(method)}</defs>
${quiet(facts, MARGIN, sheet.top + 6)}
${quiet(`Score ${formatNumber(score, 4)}, untouched`, MARGIN, top - 8)}
${quiet(`Score ${formatNumber(hidden.score, 4)} with the frame hidden in grey`, RIGHT, top - 8)}
${picture(MARGIN, square)}${picture(RIGHT, square, markup` filter="url(#grey)"`)}
${picture(RIGHT, map, markup` opacity="${OVERLAY_OPACITY}"`)}${frame(explanation, top)}
${legend(explanation, bottom + 12)}
${text(describeHidden(explanation), MARGIN, bottom + 58)}
${quiet('Shows what this network reacts to in this one image, not where disease is. Research use only.', MARGIN, bottom + 78)}`;
      return { parts, width, height: bottom + 94 };
    },
    { width },
  );
}

/** The overlay alone, without words: the grey image, the map over it, `side` pixels wide. */
export function overlaySvg({ square, map, side }: { square: string; map: string; side: number }): string {
  return markup`<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><defs>${GREY}</defs><image width="${side}" height="${side}" href="${square}" filter="url(#grey)"/><image width="${side}" height="${side}" href="${map}" opacity="${OVERLAY_OPACITY}"/></svg>`
    .text;
}

/** The map's own scale of alpha, over the white of the page. */
function gradientOf(method: ExplanationMethod): Markup {
  const shares = [0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1];
  const alpha = (share: number): number => OVERLAY_OPACITY * (method === 'gradient' ? Math.sqrt(share) : share);
  const stop = (at: number, colour: readonly number[], share: number): Markup =>
    markup`<stop offset="${at.toFixed(3)}" stop-color="rgb(${colour.join(',')})" stop-opacity="${alpha(share).toFixed(3)}"/>`;
  const stops =
    method === 'gradient'
      ? shares.map((share) => stop(share, ORANGE, share))
      : [
          ...shares.toReversed().map((share) => stop(0.5 - share / 2, BLUE, share)),
          ...shares.map((share) => stop(0.5 + share / 2, ORANGE, share)),
        ];
  return markup`<linearGradient id="scale-${method}">${stops}</linearGradient>`;
}

function legend({ method, values }: Explanation, y: number): Markup {
  const most = formatSignificant(strongest(values), 2);
  const [low, high] =
    method === 'gradient' ? ['no reaction', 'strongest (no unit)'] : [`hiding raises by ${most}`, `lowers by ${most}`];
  const below = y + LEGEND + 14;
  return markup`<rect x="${RIGHT}" y="${y}" width="${SIDE}" height="${LEGEND}" fill="url(#scale-${method})" stroke="#545c66" stroke-width="0.5"/>${tick(
    low,
    RIGHT,
    below,
  )}${method === 'gradient' ? null : tick('0', RIGHT + SIDE / 2, below, { anchor: 'middle' })}${tick(high, RIGHT + SIDE, below, { anchor: 'end' })}`;
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

function frame(explanation: Explanation, top: number): Markup {
  const { x, y, width, height } = frameBox(explanation, SIDE);
  const box = markup`x="${px(RIGHT + x)}" y="${px(top + y)}" width="${px(width)}" height="${px(height)}" fill="none"`;
  // Dark under light: seen on any image.
  return markup`<rect ${box} stroke="#000000" stroke-width="3"/><rect ${box} stroke="#ffffff" stroke-width="1.2"/>`;
}
