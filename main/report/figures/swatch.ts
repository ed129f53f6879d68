/** An initialisation's name with its line, as in the figures. */
import { SERIES_STYLES } from '../../../shared/figures/palette.ts';
import { markup, type Markup } from '../markup.ts';

export function initCell(label: string, slots: Map<string, number>): Markup {
  return swatch(label, slots.get(label) ?? 0);
}

export function swatch(label: string, slot: number): Markup {
  const dash = SERIES_STYLES[slot]?.dash.join(' ') ?? '';
  return markup`<svg class="swatch s${slot}" viewBox="0 0 30 10" aria-hidden="true"><path stroke-dasharray="${dash === '' ? 'none' : dash}" d="M0 5H30"/></svg><span class="init">${label}</span>`;
}
