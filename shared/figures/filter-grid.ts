/**
 * Drawing convolution kernels pixel by pixel: one source pixel per weight, no smoothing. Weights are shown on a symmetric
 * scale, -limit -> 0, 0 -> mid grey, +limit -> 255, each colour channel for itself, so that zero looks the same in every picture.
 */
import type { Rgba } from './drawing/png.ts';

export interface FilterSet {
  kernelSize: number;
  /** 3 (RGB) or 1 (drawn grey). */
  channels: number;
  /** `filters[f][(y * kernelSize + x) * channels + c]`. */
  filters: readonly (readonly number[])[];
}

/** `common`: one limit for all filters, so that their strengths compare. `own`: each filter by its own, to see its shape. */
export type FilterScale = 'common' | 'own';

/** Largest absolute weight; 0 for no weights. */
export function largestWeight(filters: readonly (readonly number[])[]): number {
  let largest = 0;
  for (const filter of filters) for (const weight of filter) largest = Math.max(largest, Math.abs(weight));
  return largest;
}

/** after - before, filter by filter. */
export function filterDifference(
  before: readonly (readonly number[])[],
  after: readonly (readonly number[])[],
): number[][] {
  return after.map((filter, f) => filter.map((weight, place) => weight - (before[f]?.[place] ?? 0)));
}

/** One colour channel (0 red, 1 green, 2 blue) of every filter, to be drawn grey. */
export function channelOf(set: FilterSet, channel: number): FilterSet {
  const filters = set.filters.map((filter) => filter.filter((_, place) => place % set.channels === channel));
  return { kernelSize: set.kernelSize, channels: 1, filters };
}

/** Columns of a grid about as wide as high: 8 for 32 and 64 filters. */
export const gridColumns = (count: number): number => (count <= 8 ? Math.max(1, count) : count <= 64 ? 8 : 16);

/** Where filter `index` stands in the image, in its pixels: for hit tests and labels. */
export function filterCell(params: { index: number; kernelSize: number; columns: number; gap?: number }): {
  x: number;
  y: number;
} {
  const { index, kernelSize, columns, gap = 1 } = params;
  const pitch = kernelSize + gap;
  return { x: (index % columns) * pitch, y: Math.floor(index / columns) * pitch };
}

/**
 * All filters of a set in one image, row by row; the gaps between them are transparent.
 * @param limit the weight that becomes full black or white with `scale: 'common'`; default: the largest of the set. Give the
 * same limit to two sets that are to be compared by eye.
 */
export function drawFilters(params: {
  set: FilterSet;
  scale: FilterScale;
  limit?: number;
  columns?: number;
  gap?: number;
}): Rgba {
  const { set, scale, gap = 1 } = params;
  const { kernelSize, channels, filters } = set;
  const columns = params.columns ?? gridColumns(filters.length);
  const rows = Math.ceil(filters.length / columns);
  const side = (count: number): number => Math.max(1, count * (kernelSize + gap) - gap);
  const width = side(Math.min(columns, filters.length));
  const height = side(rows);
  const rgba = new Uint8ClampedArray(width * height * 4);
  const common = params.limit ?? largestWeight(filters);
  for (const [index, filter] of filters.entries()) {
    const limit = scale === 'own' ? largestWeight([filter]) : common;
    const cell = filterCell({ index, kernelSize, columns, gap });
    for (let y = 0; y < kernelSize; y++) {
      for (let x = 0; x < kernelSize; x++) {
        const from = (y * kernelSize + x) * channels;
        const to = ((cell.y + y) * width + cell.x + x) * 4;
        for (let c = 0; c < 3; c++) {
          rgba[to + c] = weightToByte(filter[from + (channels === 3 ? c : 0)] ?? 0, limit);
        }
        rgba[to + 3] = 255;
      }
    }
  }
  return { width, height, rgba };
}

/** -limit -> 0, 0 -> 128, +limit -> 255; all mid grey where limit is 0. */
export function weightToByte(weight: number, limit: number): number {
  if (limit === 0) return 128;
  const share = Math.max(-1, Math.min(1, weight / limit));
  return Math.round(127.5 + 127.5 * share);
}
