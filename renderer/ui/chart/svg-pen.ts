/** What the parts of an SVG figure are drawn with. Pure. */
import type { Figure, Point } from './figure.ts';

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

export interface Pen {
  figure: Figure;
  px: (x: number) => number;
  py: (y: number) => number;
  path: (points: Point[]) => string;
  end: number;
  right: number;
}
