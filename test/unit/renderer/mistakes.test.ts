import { bandWord } from '../../../shared/mistakes/confusion-table.ts';
import { describe, expect, it } from 'vitest';
import { describeFilter, describePlace, sameFilter } from '../../../renderer/features/mistakes/mistake-words.ts';
import { describeHidden, describeMap, mapPixels } from '../../../shared/mistakes/explanation-map.ts';

describe('words of the Mistakes tab', () => {
  it('name a filter as its images', () => {
    expect(describeFilter({})).toBe('All test images');
    expect(describeFilter({ cell: 'fp' })).toBe('False positives');
    expect(describeFilter({ band: 9, label: 1 })).toBe('Scores 0.9–1.0, positive');
    expect(describeFilter({ band: 0 })).toBe('Scores 0.0–0.1');
    expect(describeFilter({ marked: true })).toBe('Marked images');
    expect(bandWord({ low: 0.30000000000000004, high: 0.4 })).toBe('0.3–0.4');
  });

  it('tell where an image is from without identifying anyone', () => {
    expect(describePlace({ patient: 1204, eye: 'left', view: null })).toBe('patient 1,204, left eye');
    expect(describePlace({ patient: 3, eye: null, view: 'frontal' })).toBe('patient 3, frontal view');
  });

  it('filters are the same when all their parts are', () => {
    expect(sameFilter({ band: 1, label: 0 }, { label: 0, band: 1 })).toBe(true);
    expect(sameFilter({ band: 1, label: 0 }, { band: 1 })).toBe(false);
  });
});

describe('a map over an image', () => {
  it('is orange where the score falls, blue where it rises, and clear where nothing happens', () => {
    const pixels = mapPixels({ values: [0.2, -0.1, 0, 0.05], cells: 2 }, 'occlusion');
    const cell = (index: number) => [...pixels.slice(index * 4, index * 4 + 4)];
    expect(cell(0)).toEqual([255, 140, 0, 255]);
    expect(cell(1)).toEqual([60, 150, 255, 128]);
    expect(cell(2)[3]).toBe(0);
    expect(cell(3)[3]).toBe(64);
    expect(mapPixels({ values: [1, 0.25, 0, 0], cells: 2 }, 'gradient')[7]).toBe(128);
    expect([...mapPixels({ values: [0], cells: 1 }, 'occlusion')].at(3)).toBe(0);
  });

  it('is told in words', () => {
    const hidden = { score: 0.3, x: 0.25, y: 0.25, patch: 8 };
    const map = { score: 0.5, cells: 2, values: [0.2, -0.1, 0, 0], patch: 8, size: 64, hidden };
    expect(describeHidden(map)).toBe('Strongest place hidden: 0.5000 becomes 0.3000 (down by 0.2000).');
    expect(describeHidden({ score: 0.5, hidden: { ...hidden, score: 0.5 } })).toContain('(no change)');
    expect(describeMap(map, 'occlusion')).toBe(
      'Score 0.500 of the untouched image. A patch of 8 of 64 pixels lowers the score by up to 0.200 and raises it by up to 0.100.',
    );
    expect(describeMap({ ...map, values: [0, 0, 0, 0] }, 'occlusion')).toContain('Nothing here changes it.');
    expect(describeMap({ ...map, patch: null }, 'gradient')).toBe('Score 0.500 of the untouched image.');
  });
});
