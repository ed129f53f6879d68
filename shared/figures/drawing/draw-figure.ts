/** A figure as SVG that stands on its own: for the report, the screen, a manuscript or a slide; the same bytes for each. Pure. */
import { markup } from '../../words/markup.ts';
import type { Figure } from '../figure.ts';
import { describeFigure } from './describe.ts';
import { drawFlow } from './flow.ts';
import { drawForest } from './forest.ts';
import { drawGrids } from './grids.ts';
import { drawHistograms } from './histograms.ts';
import { wrapWords } from './labels.ts';
import { drawPanels } from './panels.ts';
import { drawPlot } from './plot.ts';
import { paint, text, type Body, type Sheet } from './sheet.ts';

export interface Drawing {
  svg: string;
  width: number;
  height: number;
}

const WIDTH = 760;
const MARGIN = 8;
const LINE = 18;
const LETTER = 7.2;

/** @param options `width` in pixels; `titled: false` where the page has the title */
export function drawFigure(figure: Figure, options: { width?: number; titled?: boolean } = {}): Drawing {
  const { width: wanted = WIDTH, titled = true } = options;
  const lines = titled ? wrapWords(figure.title, Math.floor((wanted - 2 * MARGIN) / LETTER)) : [];
  const { parts, height, width = wanted } = drawBody(figure, { width: wanted, top: 16 + lines.length * LINE });
  const title = lines.map((line, index) => text(line, MARGIN, 18 + index * LINE, { size: 13, strong: true }));
  const all = Math.max(width, ...lines.map((line) => 2 * MARGIN + line.length * LETTER));
  const size = { width: Math.ceil(all), height: Math.ceil(height) };
  const { text: svg } =
    markup`<svg xmlns="http://www.w3.org/2000/svg" class="figure" width="${size.width}" height="${size.height}" viewBox="0 0 ${size.width} ${size.height}" role="img" font-family="Helvetica, Arial, sans-serif" font-size="12">
<title>${figure.title}</title>
<desc>${describeFigure(figure)}</desc>
<rect width="${size.width}" height="${size.height}" ${paint({ fill: 'paper' })}/>
${title}
${parts}
</svg>`;
  return { svg, ...size };
}

function drawBody(figure: Figure, sheet: Sheet): Body {
  switch (figure.kind) {
    case 'plot':
      return drawPlot(figure, sheet);
    case 'panels':
      return drawPanels(figure, sheet);
    case 'forest':
      return drawForest(figure, sheet);
    case 'flow':
      return drawFlow(figure, sheet);
    case 'histograms':
      return drawHistograms(figure, sheet);
    case 'grids':
      return drawGrids(figure, sheet);
  }
}
