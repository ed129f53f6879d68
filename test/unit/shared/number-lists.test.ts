import { describe, expect, it } from 'vitest';
import { parseSeeds, parseTrainSizes } from '../../../shared/study/number-lists.ts';

describe('seeds', () => {
  it.each([
    ['0, 1, 2', [0, 1, 2]],
    ['0-4', [0, 1, 2, 3, 4]],
    ['7 7;3', [7, 3]],
  ])('%s', (text, value) => expect(parseSeeds(text)).toEqual({ ok: true, value }));

  it.each([
    ['', 'at least one'],
    ['one', '"one"'],
    ['3-1', 'low to high'],
    ['0-500', 'at most 100'],
    ['-1', '"-1"'],
  ])('%j is refused', (text, part) => {
    const parsed = parseSeeds(text);
    expect(parsed.ok ? '' : parsed.message).toContain(part);
  });
});

describe('training sizes', () => {
  it('takes numbers and all', () => {
    expect(parseTrainSizes('All, 500 500')).toEqual({ ok: true, value: ['all', 500] });
  });
  it.each(['', '0', '5.5', 'half'])('%j is refused', (text) => expect(parseTrainSizes(text).ok).toBe(false));
});
