/**
 * Ten kinds of dead-leaves image that differ in the shape, orientation, texture and (loosely) colour of their leaves. Colours overlap, so that a
 * network has to look at edges and textures, as it must on photographs.
 */
export type LeafShape = 'ellipse' | 'rectangle' | 'triangle' | 'hexagon';

export interface LeafClass {
  name: string;
  shape: LeafShape;
  /** Length over width, lowest and highest. */
  aspect: [number, number];
  /** Orientation of the long axis in radians: mean and largest deviation; pi/2 as deviation means any. */
  angle: [number, number];
  /** Smallest leaf radius as a share of the image's side; radii follow a power law r^-3. */
  smallest: number;
  /** Hue of the leaves in turns, and saturation; each image draws its own about these. */
  hue: number;
  saturation: number;
  /** Strength of the 1/f texture on a leaf. */
  grain: number;
  /** A stripe pattern on each leaf: cycles per image side, orientation relative to the leaf. */
  stripes: { cycles: number; angle: number; strength: number } | null;
}

const ANY = Math.PI / 2;

/** In the order of the fields of {@link LeafClass}; without stripes where none are named. */
type LeafRow = [
  ...[name: string, shape: LeafShape, aspect: [number, number], angle: [number, number], smallest: number],
  ...[hue: number, saturation: number, grain: number, stripes?: LeafClass['stripes']],
];

const ROWS: readonly LeafRow[] = [
  ['pebbles', 'ellipse', [1, 1.35], [0, ANY], 0.05, 0.08, 0.22, 0.2],
  ['tiles', 'rectangle', [1, 1.3], [0, 0.07], 0.06, 0.04, 0.4, 0.12],
  ['reeds', 'rectangle', [6, 12], [Math.PI / 2, 0.16], 0.1, 0.24, 0.42, 0.12],
  ['strata', 'rectangle', [5, 11], [0, 0.12], 0.1, 0.09, 0.38, 0.22],
  ['straw', 'rectangle', [7, 14], [0, ANY], 0.1, 0.13, 0.45, 0.12],
  ['shards', 'triangle', [1, 1.8], [0, ANY], 0.06, 0.56, 0.3, 0.1],
  ['petals', 'ellipse', [2.2, 3.6], [0, ANY], 0.07, 0.94, 0.5, 0.1],
  ['combs', 'hexagon', [1, 1.1], [0, 0.09], 0.06, 0.11, 0.5, 0.1],
  ['rain', 'ellipse', [5, 9], [1.05, 0.12], 0.08, 0.6, 0.25, 0.14],
  ['weave', 'rectangle', [1, 1.6], [0, ANY], 0.09, 0.02, 0.35, 0.06, { cycles: 22, angle: 0, strength: 0.4 }],
];

export const LEAF_CLASSES: readonly LeafClass[] = ROWS.map(
  ([name, shape, aspect, angle, smallest, hue, saturation, grain, stripes = null]) => ({
    ...{ name, shape, aspect, angle, smallest, hue, saturation, grain, stripes },
  }),
);
