/**
 * One colour and dash per initialisation, the same in the app, the charts and the report. Hues after Okabe and Ito (Color
 * Universal Design), which people with colour-vision deficiency tell apart; the dash and a direct label say it without colour. Every
 * line colour has a contrast of at least 4.5:1 on its background (#ffffff, #15181c).
 */
export interface SeriesStyle {
  /** Line colour on a light background. */
  light: string;
  /** Line colour on a dark background. */
  dark: string;
  /** SVG `stroke-dasharray` and the canvas line dash; empty = solid. */
  dash: readonly number[];
  /** The shape of its points, by chart.js's names. */
  marker: Marker;
}

const MARKERS = ['circle', 'rect', 'triangle', 'rectRot', 'star', 'cross'] as const;
export type Marker = (typeof MARKERS)[number];

const LINES: readonly Omit<SeriesStyle, 'marker'>[] = [
  { light: '#0067a5', dark: '#5bb8ee', dash: [] },
  { light: '#b54708', dark: '#ff9a4d', dash: [7, 3] },
  { light: '#00735a', dark: '#35cfa3', dash: [2, 2] },
  { light: '#9c3a78', dark: '#ee97c8', dash: [9, 3, 2, 3] },
  { light: '#7a5c00', dark: '#e8c33c', dash: [5, 2] },
  { light: '#4a4f57', dark: '#c3c9d1', dash: [1, 3] },
  { light: '#5b4bb5', dark: '#b3a8ff', dash: [12, 4] },
  { light: '#a1262d', dark: '#ff8f8f', dash: [3, 3, 8, 3] },
  { light: '#00666e', dark: '#4fd1d9', dash: [10, 2] },
  { light: '#6f3c1e', dark: '#d9a184', dash: [4, 4] },
  { light: '#3d6b00', dark: '#a5d64a', dash: [6, 2, 2, 2, 2, 2] },
  { light: '#8a2be2', dark: '#cfa6ff', dash: [1, 2, 5, 2] },
];

export const SERIES_STYLES: readonly SeriesStyle[] = LINES.map((line, slot) => ({
  ...line,
  marker: MARKERS[slot % MARKERS.length] as Marker,
}));

/** Each kind's own slot, so that e.g. `random` looks the same in every study. */
const SLOT_OF_KIND: Record<string, number> = {
  random: 0,
  transfer: 1,
  'mean-var': 2,
  transfusion: 3,
  gabor: 4,
  sampling: 5,
  shuffled: 6,
};

/** `transfer` of `transfer(imagenet)`; of a frozen variant nothing, so that the trained one keeps the kind's own slot. */
const kindOf = (label: string): string => /^([a-z-]+)(\(.*\))?$/s.exec(label)?.[1] ?? '';

/** Slots in {@link SERIES_STYLES} for the initialisation labels of a study, in its order; distinct up to twelve, then repeating. */
export function assignSlots(initLabels: readonly string[]): Map<string, number> {
  const labels = [...new Set(initLabels)];
  const slots = new Map<string, number>();
  const taken = new Set<number>();
  for (const label of labels) {
    const own = SLOT_OF_KIND[kindOf(label)];
    if (own === undefined || taken.has(own)) continue;
    slots.set(label, own);
    taken.add(own);
  }
  for (const label of labels) {
    if (slots.has(label)) continue;
    const free = SERIES_STYLES.findIndex((_, slot) => !taken.has(slot));
    const slot = free === -1 ? slots.size % SERIES_STYLES.length : free;
    slots.set(label, slot);
    taken.add(slot);
  }
  return slots;
}

/** Style of each initialisation label of a study ({@link assignSlots}). */
export function assignStyles(initLabels: readonly string[]): Map<string, SeriesStyle> {
  return new Map([...assignSlots(initLabels)].map(([label, slot]) => [label, SERIES_STYLES[slot] as SeriesStyle]));
}

/** A CSS colour that follows the theme. */
export const cssColour = ({ light, dark }: SeriesStyle): string => `light-dark(${light}, ${dark})`;
