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

export const LEAF_CLASSES: readonly LeafClass[] = [
  {
    name: 'pebbles',
    shape: 'ellipse',
    aspect: [1, 1.35],
    angle: [0, ANY],
    smallest: 0.05,
    hue: 0.08,
    saturation: 0.22,
    grain: 0.2,
    stripes: null,
  },
  {
    name: 'tiles',
    shape: 'rectangle',
    aspect: [1, 1.3],
    angle: [0, 0.07],
    smallest: 0.06,
    hue: 0.04,
    saturation: 0.4,
    grain: 0.12,
    stripes: null,
  },
  {
    name: 'reeds',
    shape: 'rectangle',
    aspect: [6, 12],
    angle: [Math.PI / 2, 0.16],
    smallest: 0.1,
    hue: 0.24,
    saturation: 0.42,
    grain: 0.12,
    stripes: null,
  },
  {
    name: 'strata',
    shape: 'rectangle',
    aspect: [5, 11],
    angle: [0, 0.12],
    smallest: 0.1,
    hue: 0.09,
    saturation: 0.38,
    grain: 0.22,
    stripes: null,
  },
  {
    name: 'straw',
    shape: 'rectangle',
    aspect: [7, 14],
    angle: [0, ANY],
    smallest: 0.1,
    hue: 0.13,
    saturation: 0.45,
    grain: 0.12,
    stripes: null,
  },
  {
    name: 'shards',
    shape: 'triangle',
    aspect: [1, 1.8],
    angle: [0, ANY],
    smallest: 0.06,
    hue: 0.56,
    saturation: 0.3,
    grain: 0.1,
    stripes: null,
  },
  {
    name: 'petals',
    shape: 'ellipse',
    aspect: [2.2, 3.6],
    angle: [0, ANY],
    smallest: 0.07,
    hue: 0.94,
    saturation: 0.5,
    grain: 0.1,
    stripes: null,
  },
  {
    name: 'combs',
    shape: 'hexagon',
    aspect: [1, 1.1],
    angle: [0, 0.09],
    smallest: 0.06,
    hue: 0.11,
    saturation: 0.5,
    grain: 0.1,
    stripes: null,
  },
  {
    name: 'rain',
    shape: 'ellipse',
    aspect: [5, 9],
    angle: [1.05, 0.12],
    smallest: 0.08,
    hue: 0.6,
    saturation: 0.25,
    grain: 0.14,
    stripes: null,
  },
  {
    name: 'weave',
    shape: 'rectangle',
    aspect: [1, 1.6],
    angle: [0, ANY],
    smallest: 0.09,
    hue: 0.02,
    saturation: 0.35,
    grain: 0.06,
    stripes: { cycles: 22, angle: 0, strength: 0.4 },
  },
];
