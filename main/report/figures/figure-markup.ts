/** A figure in the report: the bytes that the app saves. */
import { drawFigure } from '../../../shared/figures/drawing/draw-figure.ts';
import type { Figure } from '../../../shared/figures/figure.ts';
import { Markup } from '../../../shared/words/markup.ts';

export function figureMarkup(figure: Figure): Markup {
  return new Markup(drawFigure(figure).svg);
}
