/** An initialisation's name with its line, as in the figures. */
import { dashOf } from '../../../shared/figures/drawing/marks.ts';
import { stroke } from '../../../shared/figures/drawing/sheet.ts';
import { markup, type Markup } from '../../../shared/words/markup.ts';

export function swatch(label: string, slot: number): Markup {
  const line = stroke('M0 5H30', slot, markup` stroke-width="2.5"${dashOf(slot)}`);
  return markup`<svg class="figure swatch" viewBox="0 0 30 10" aria-hidden="true">${line}</svg><span class="init">${label}</span>`;
}
