/** One colour, dash and marker per initialisation throughout a study: shared/figures/palette.ts, plus markers for points. */
import { assignSlots, SERIES_STYLES, type SeriesStyle } from '../../../shared/figures/palette.ts';

export const MARKERS = [
  ...(['circle', 'rect', 'triangle', 'rectRot', 'star', 'cross'] as const),
  ...(['circle', 'rect', 'triangle', 'rectRot', 'star', 'cross'] as const),
] as const;
export type Marker = (typeof MARKERS)[number];

export interface LineStyle extends SeriesStyle {
  marker: Marker;
}

const FALLBACK = SERIES_STYLES[0] as SeriesStyle;

/** The style of each initialisation of a study; give all labels of the study, so that its parts agree. */
export function lineStyles(initLabels: readonly string[]): Map<string, LineStyle> {
  return new Map([...assignSlots(initLabels)].map(([label, slot]) => [label, styleOfSlot(slot)]));
}

/** The style of a slot in shared/figures/palette.ts. */
export function styleOfSlot(slot: number): LineStyle {
  return { ...(SERIES_STYLES[slot] ?? FALLBACK), marker: MARKERS[slot] ?? 'circle' };
}

export const PLAIN_STYLE: LineStyle = { ...FALLBACK, marker: 'circle' };

/** A CSS colour that follows the theme. */
export function cssColour(style: SeriesStyle): string {
  return `light-dark(${style.light}, ${style.dark})`;
}
