import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TURNED } from '../../../../main/datasets/identity/grid-turns.ts';
import {
  findSimilarPictures,
  LEAST_CONTRAST,
  MOST_WITH_ALL_PAIRS,
  SIMILAR_RMS,
  SIMILAR_SHARE,
  type SimilarPair,
} from '../../../../main/datasets/identity/similar-pictures.ts';
import { Groups } from '../../../../main/datasets/patients.ts';
import { TURNS } from '../../../../shared/dataset/picture-pairs.ts';
import { RandomStream } from '../../../../shared/system/random.ts';

const turned = (grid: Uint8Array, turn: number): Uint8Array =>
  Uint8Array.from(TURNED[turn] as Uint8Array, (from) => grid[from] as number);

function contrast(grid: Uint8Array): number {
  const mean = grid.reduce((sum, value) => sum + value, 0) / grid.length;
  return Math.sqrt(grid.reduce((sum, value) => sum + (value - mean) ** 2, 0) / grid.length);
}

const rms = (a: Uint8Array, b: Uint8Array): number =>
  Math.sqrt(a.reduce((sum, value, i) => sum + (value - (b[i] as number)) ** 2, 0) / a.length);

/** Each with each in all turns; the least distance counts, then the lowest turn. */
function bruteForce(grids: readonly Uint8Array[]): SimilarPair[] {
  const pairs: SimilarPair[] = [];
  for (const [b, second] of grids.entries()) {
    for (const [a, first] of grids.slice(0, b).entries()) {
      const least = Math.min(contrast(first), contrast(second));
      if (least < LEAST_CONTRAST) continue;
      const distances = TURNS.map((_, turn) => rms(first, turned(second, turn)));
      const distance = Math.min(...distances);
      if (distance > Math.min(SIMILAR_RMS, SIMILAR_SHARE * least)) continue;
      pairs.push({ a, b, distance, turn: distances.indexOf(distance) });
    }
  }
  return pairs.sort((x, y) => x.a - y.a || x.b - y.b);
}

/** A few pictures, from sharp to nearly flat and from lopsided to even, each several times: noisy, paler and turned. */
const album = fc
  .record({
    seed: fc.integer(),
    originals: fc.integer({ min: 1, max: 6 }),
    copies: fc.integer({ min: 0, max: 5 }),
    depth: fc.constantFrom(2, 6, 20, 90),
    slope: fc.constantFrom(0, 0.5, 4),
    noise: fc.constantFrom(0, 1, 3, 5),
  })
  .map(({ seed, originals, copies, depth, slope, noise }) => {
    const stream = new RandomStream(seed, 'album');
    const clamp = (value: number): number => Math.max(0, Math.min(255, Math.round(value)));
    return Array.from({ length: originals }, () => {
      const waves = Array.from({ length: 4 }, () => [1 + stream.integer(3), 6 * stream.uniform(), stream.uniform()]);
      const picture = Uint8Array.from({ length: 256 }, (_, i) => {
        const [x, y] = [(i % 16) - 7.5, Math.floor(i / 16) - 7.5];
        const value = waves.reduce((sum, [f, shift, along]) => {
          const [frequency, phase, part] = [f as number, shift as number, along as number];
          return sum + Math.sin((frequency * (part * x + (1 - part) * y)) / 5 + phase);
        }, 0);
        return clamp(128 + (depth * value) / 4 + slope * x);
      });
      const saved = Array.from({ length: copies }, () =>
        turned(picture, stream.integer(8)).map((value) => clamp(value + stream.integer(noise + 1) - noise / 2)),
      );
      return [picture, ...saved];
    }).flat();
  });

describe('pictures that look the same', () => {
  it('are those that a comparison of each with each in all turns finds', async () => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(album, async (grids) => {
        const { pairs, groups } = await findSimilarPictures(grids);
        const expected = bruteForce(grids);
        found += expected.length;
        const together = new Groups(grids.length);
        for (const { a, b } of expected) together.join(a, b);
        expect(grids.map((_, i) => groups.find(i))).toEqual(grids.map((_, i) => together.find(i)));
        const sizes = Map.groupBy(grids.keys(), (i) => together.find(i));
        const all = expected.filter(({ a }) => (sizes.get(together.find(a)) ?? []).length <= MOST_WITH_ALL_PAIRS);
        expect(pairs.filter(({ a }) => (sizes.get(together.find(a)) ?? []).length <= MOST_WITH_ALL_PAIRS)).toEqual(all);
        expect(expected).toEqual(expect.arrayContaining(pairs));
      }),
      { numRuns: 150, seed: 11 },
    );
    expect(found).toBeGreaterThan(500);
  });

  it('form the same groups where they are many, with enough pairs to hold each together', async () => {
    const stream = new RandomStream(3, 'crowd');
    const bases = [0, 1, 2].map(() => Uint8Array.from({ length: 256 }, () => 20 + stream.integer(200)));
    const grids = Array.from({ length: 240 }, (_, i) =>
      turned(bases[i % 3] as Uint8Array, i % 8).map((value) => value + stream.integer(3)),
    );
    const { pairs, groups } = await findSimilarPictures(grids);
    expect(grids.map((_, i) => groups.find(i))).toEqual(grids.map((_, i) => i % 3));
    expect(pairs).toHaveLength(240 - 3);
    expect(80).toBeGreaterThan(MOST_WITH_ALL_PAIRS);
  });

  it('join nobody where someone said that they are different, unless a third picture does', async () => {
    const grid = Uint8Array.from({ length: 256 }, (_, i) => i);
    const isApart = (a: number, b: number): boolean => a === 0 && b === 1;
    const two = await findSimilarPictures([grid, grid], { isApart });
    expect(two.pairs).toEqual([{ a: 0, b: 1, distance: 0, turn: 0 }]);
    expect(two.groups.find(1)).toBe(1);
    expect((await findSimilarPictures([grid, grid, grid], { isApart })).groups.find(1)).toBe(0);
  });

  it('need contrast', async () => {
    const flat = Array.from({ length: 3 }, () => new Uint8Array(256).fill(7));
    expect((await findSimilarPictures(flat)).pairs).toEqual([]);
  });

  it('stop being looked for when nobody waits', async () => {
    const grid = Uint8Array.from({ length: 256 }, (_, i) => i);
    await expect(findSimilarPictures([grid], { signal: AbortSignal.abort() })).rejects.toThrow();
  });
});
