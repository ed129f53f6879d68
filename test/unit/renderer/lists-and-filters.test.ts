import { describe, expect, it } from 'vitest';
import { filterFacts, integerScale, meanCosine } from '../../../renderer/features/filters/filter-facts.ts';
import { moveInGrid, windowOf } from '../../../renderer/ui/images/virtual-window.ts';

describe('window of a long list', () => {
  const base = { count: 250_000, columns: 7, rowHeight: 148, height: 384, overscan: 2 };
  it('draws a few rows of many', () => {
    const view = windowOf({ ...base, scrollTop: 148 * 1000 });
    expect(view.from).toBe(7 * 998);
    expect(view.to - view.from).toBeLessThanOrEqual(7 * 8);
  });
  it('ends with the list', () => {
    const view = windowOf({ ...base, scrollTop: 1e9 });
    expect(view.to).toBe(250_000);
    expect(view.from).toBeLessThanOrEqual(view.to);
    expect(windowOf({ ...base, count: 0, scrollTop: 0 })).toMatchObject({ from: 0, to: 0, totalHeight: 0 });
  });
  it('moves by keys and stops at the edges', () => {
    const grid = { count: 10, columns: 4 };
    expect(moveInGrid(0, 'ArrowDown', grid)).toBe(4);
    expect(moveInGrid(8, 'ArrowDown', grid)).toBe(8);
    expect(moveInGrid(0, 'ArrowLeft', grid)).toBe(0);
    expect(moveInGrid(3, 'End', grid)).toBe(9);
    expect(moveInGrid(3, 'x', grid)).toBe(3);
  });
});

describe('filters', () => {
  it('measures what training changed', () => {
    const facts = filterFacts([3, 4], [6, 8]);
    expect(facts).toEqual({ normBefore: 5, normAfter: 10, relativeChange: 1, cosine: 1 });
    expect(filterFacts([0, 0], [1, 0])).toMatchObject({ relativeChange: null, cosine: null });
    expect(
      meanCosine(
        [
          [1, 0],
          [0, 0],
        ],
        [
          [0, 1],
          [1, 1],
        ],
      ),
    ).toBe(0);
    expect(meanCosine([[0]], [[0]])).toBeNull();
  });
  it('draws whole device pixels per weight', () => {
    expect(integerScale(300, 47, 1)).toBe(6);
    expect(integerScale(300, 47, 1.5)).toBe(9);
    expect(integerScale(10, 47, 1)).toBe(1);
  });
});
