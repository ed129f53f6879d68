import { describe, expect, it } from 'vitest';
import type { Split, SplitConfig } from '../../../shared/dataset/dataset.ts';
import { apportion, assignSplits, type SplitPatient } from '../../../main/datasets/split.ts';

const config: SplitConfig = { train: 0.7, validation: 0.1, test: 0.2, seed: 0 };

/** `n` patients; every fourth is of stratum `b`, every fiftieth of `c`. */
function patients(n: number): SplitPatient[] {
  return Array.from({ length: n }, (_, i) => ({
    key: `k${(i * 2654435761) % 4294967296}`,
    stratum: i % 50 === 0 ? 'c' : i % 4 === 0 ? 'b' : 'a',
    given: null,
  }));
}

function count(result: Map<string, Split>, among: SplitPatient[]): Record<Split, number> {
  const counts = { train: 0, validation: 0, test: 0 };
  for (const { key } of among) counts[result.get(key) as Split]++;
  return counts;
}

describe('apportion', () => {
  it.each([
    [10, [0.7, 0.1, 0.2], [7, 1, 2]],
    [30, [0.7, 0.1, 0.2], [21, 3, 6]],
    [1000, [0.7, 0.1, 0.2], [700, 100, 200]],
    [7, [1, 1, 1], [3, 2, 2]],
    [2, [0.7, 0.1, 0.2], [2, 0, 0]],
    [0, [0.5, 0.5], [0, 0]],
  ])('%d by %j', (total, shares, expected) => expect(apportion(total, shares)).toEqual(expected));
});

describe('assignSplits', () => {
  it.each([3, 10, 97, 1000])('gives exact numbers of %d patients', (n) => {
    const list = patients(n);
    expect(Object.values(count(assignSplits(list, config), list))).toEqual(apportion(n, [0.7, 0.1, 0.2]));
  });

  it('spreads every stratum in proportion, to within about one patient', () => {
    const list = patients(1000);
    for (const seed of [0, 1, 2, 3]) {
      const result = assignSplits(list, { ...config, seed });
      for (const members of Map.groupBy(list, (p) => p.stratum).values()) {
        const found = count(result, members);
        for (const split of ['train', 'validation', 'test'] as const) {
          expect(Math.abs(found[split] - members.length * config[split])).toBeLessThanOrEqual(1.5);
        }
      }
    }
  });

  it('depends on the seed and the keys, not on the order', () => {
    const list = patients(200);
    const entries = (seed: number, of: SplitPatient[]): string =>
      JSON.stringify([...assignSplits(of, { ...config, seed })].sort());
    expect(entries(5, list)).toBe(entries(5, [...list].reverse()));
    expect(entries(5, list)).not.toBe(entries(6, list));
  });

  it('gives every patient the same chance of each split', () => {
    const list = patients(20);
    const key = list[7]?.key as string;
    const trained = Array.from(
      { length: 2000 },
      (_, seed) => assignSplits(list, { ...config, seed }).get(key) === 'train',
    );
    // 0.7 +- 4 standard errors of 2000 draws.
    expect(Math.abs(trained.filter(Boolean).length / 2000 - 0.7)).toBeLessThan(0.041);
  });

  it('keeps given splits and draws what is lacking from the training part', () => {
    const list = patients(80).map((p, i): SplitPatient => ({ ...p, given: i < 60 ? 'train' : 'test' }));
    const result = assignSplits(list, { ...config, source: 'given' });
    expect(count(result, list.slice(60))).toEqual({ train: 0, validation: 0, test: 20 });
    expect(count(result, list.slice(0, 60))).toEqual({ train: 53, validation: 7, test: 0 });
  });

  it('refuses given splits where there are none', () => {
    expect(() => assignSplits(patients(5), { ...config, source: 'given' })).toThrow(
      'Expected the data set to say which part an image is of, but it does not.',
    );
  });
});
