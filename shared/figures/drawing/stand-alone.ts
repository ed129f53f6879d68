/** SVG that stands on its own: for the report, the screen, a manuscript or a slide. Pure. */
import { markup } from '../../words/markup.ts';
import { wrapWords } from './labels.ts';
import { paint, text, type Body, type Sheet } from './sheet.ts';

export interface Drawing {
  svg: string;
  width: number;
  height: number;
}

export interface DrawingOptions {
  /** Pixels. */
  width?: number;
  /** `false` where the page has the title. */
  titled?: boolean;
}

const WIDTH = 760;
export const MARGIN = 8;
const LINE = 18;
const LETTER = 7.2;

/** What `draw` draws beneath a title, on paper, with words for those who do not see it. */
export function standAlone(
  { title, description }: { title: string; description: string },
  draw: (sheet: Sheet) => Body,
  { width: wanted = WIDTH, titled = true }: DrawingOptions = {},
): Drawing {
  const lines = titled ? wrapWords(title, Math.floor((wanted - 2 * MARGIN) / LETTER)) : [];
  const { parts, height, width = wanted } = draw({ width: wanted, top: 16 + lines.length * LINE });
  const heading = lines.map((line, index) => text(line, MARGIN, 18 + index * LINE, { size: 13, strong: true }));
  const all = Math.max(width, ...lines.map((line) => 2 * MARGIN + line.length * LETTER));
  const size = { width: Math.ceil(all), height: Math.ceil(height) };
  const { text: svg } =
    markup`<svg xmlns="http://www.w3.org/2000/svg" class="figure" width="${size.width}" height="${size.height}" viewBox="0 0 ${size.width} ${size.height}" role="img" font-family="Helvetica, Arial, sans-serif" font-size="12">
<title>${title}</title>
<desc>${description}</desc>
<rect width="${size.width}" height="${size.height}" ${paint({ fill: 'paper' })}/>
${heading}
${parts}
</svg>`;
  return { svg, ...size };
}
