import { describe, expect, it } from 'vitest';
import {
  drawFilters,
  filterCell,
  filterDifference,
  gridColumns,
  largestWeight,
  weightToByte,
} from '../../../shared/figures/filter-grid.ts';
import { assignSlots, assignStyles, SERIES_STYLES } from '../../../shared/figures/palette.ts';

function contrast(a: string, b: string): number {
  const luminance = (hex: string): number => {
    const [r, g, bl] = [1, 3, 5].map((i) => {
      const v = parseInt(hex.slice(i, i + 2), 16) / 255;
      return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * bl;
  };
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

describe('palette', () => {
  it('has readable lines on both backgrounds, no two styles alike', () => {
    for (const style of SERIES_STYLES) {
      expect(contrast(style.light, '#ffffff')).toBeGreaterThan(4.5);
      expect(contrast(style.dark, '#15181c')).toBeGreaterThan(4.5);
    }
    expect(new Set(SERIES_STYLES.map((style) => style.dash.join())).size).toBe(SERIES_STYLES.length);
    expect(new Set(SERIES_STYLES.map((style) => style.light)).size).toBe(SERIES_STYLES.length);
  });

  it('keeps the slot of a kind and finds free ones for others', () => {
    const slots = assignSlots(['gabor', 'transfer(a)', 'transfer(b)', 'random', 'random']);
    expect(slots.get('random')).toBe(0);
    expect(slots.get('transfer(a)')).toBe(1);
    expect(slots.get('gabor')).toBe(4);
    expect(new Set(slots.values()).size).toBe(4);
    expect(assignStyles(['random']).get('random')).toEqual(SERIES_STYLES[0]);
    const frozen = assignSlots(['transfer(a), frozen to block2', 'transfer(a)', 'sampling(a)', 'shuffled(a)']);
    expect([...frozen.values()].toSorted((a, b) => a - b)).toEqual([0, 1, 5, 6]);
    expect(frozen.get('transfer(a)')).toBe(1);
    const many = Array.from({ length: 12 }, (_, i) => `transfer(${i})`);
    expect([...assignSlots(many).values()].every((slot) => slot < SERIES_STYLES.length)).toBe(true);
  });
});

describe('filter grid', () => {
  it('maps weights symmetrically, zero to mid grey', () => {
    expect([-2, -1, 0, 1, 2].map((w) => weightToByte(w, 2))).toEqual([0, 64, 128, 191, 255]);
    expect(weightToByte(5, 0)).toBe(128);
    expect(weightToByte(5, 1)).toBe(255);
  });

  it('draws one pixel per weight with transparent gaps', () => {
    const one = [1, 0, -1, 1, 1, 1, 0, 0, 0, -1, -1, -1]; // 2 x 2 x 3
    const image = drawFilters({
      set: { kernelSize: 2, channels: 3, filters: [one, one, one] },
      scale: 'common',
      columns: 2,
    });
    expect([image.width, image.height]).toEqual([5, 5]);
    const at = (x: number, y: number): number[] => [
      ...image.rgba.slice((y * image.width + x) * 4, (y * image.width + x) * 4 + 4),
    ];
    expect(at(0, 0)).toEqual([255, 128, 0, 255]);
    expect(at(1, 1)).toEqual([0, 0, 0, 255]);
    expect(at(2, 0)).toEqual([0, 0, 0, 0]);
    expect(at(3, 0)).toEqual([255, 128, 0, 255]);
    expect(at(0, 3)).toEqual([255, 128, 0, 255]);
    expect(at(3, 3)).toEqual([0, 0, 0, 0]);
    expect(filterCell({ index: 2, kernelSize: 2, columns: 2 })).toEqual({ x: 0, y: 3 });
  });

  it('scales in common or each filter by its own', () => {
    const set = { kernelSize: 1, channels: 1, filters: [[1], [0.5]] };
    const common = drawFilters({ set, scale: 'common' });
    const own = drawFilters({ set, scale: 'own' });
    expect(common.rgba[8]).toBe(191);
    expect(own.rgba[8]).toBe(255);
    expect(drawFilters({ set, scale: 'common', limit: 2 }).rgba[0]).toBe(191);
  });

  it('helpers', () => {
    expect(largestWeight([[1, -3], [2]])).toBe(3);
    expect(largestWeight([])).toBe(0);
    expect(filterDifference([[1, 2]], [[3, 1]])).toEqual([[2, -1]]);
    expect([1, 8, 32, 64, 128].map(gridColumns)).toEqual([1, 8, 8, 8, 16]);
  });
});
