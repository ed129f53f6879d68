/** A figure as SVG, by its kind. Pure. */
import type { Figure } from '../figure.ts';
import { describeFigure } from './describe.ts';
import { drawFlow } from './flow.ts';
import { drawForest } from './forest.ts';
import { drawGrids } from './grids.ts';
import { drawHistograms } from './histograms.ts';
import { drawPanels } from './panels.ts';
import { drawPlot } from './plot.ts';
import type { Body, Sheet } from './sheet.ts';
import { standAlone, type Drawing, type DrawingOptions } from './stand-alone.ts';

/** The bytes are the same wherever the figure goes. */
export function drawFigure(figure: Figure, options?: DrawingOptions): Drawing {
  const words = { title: figure.title, description: describeFigure(figure) };
  return standAlone(words, (sheet) => drawBody(figure, sheet), options);
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
