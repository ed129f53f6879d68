/** Lists of numbers as users type them. */
import type { TrainSize } from './study.ts';

export type Parsed<T> = { ok: true; value: T } | { ok: false; message: string };

const MOST_SEEDS = 100;

const words = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean);

/** `0, 1, 2` or `0-4`; each at most once, in the order given. */
export function parseSeeds(text: string): Parsed<number[]> {
  const seeds: number[] = [];
  for (const word of words(text)) {
    const match = /^(\d{1,9})(?:[-–](\d{1,9}))?$/.exec(word);
    if (!match) return { ok: false, message: `Expected whole numbers such as 0, 1, 2 or 0-4, got "${word}".` };
    const from = Number(match[1]);
    const to = Number(match[2] ?? match[1]);
    if (to < from) return { ok: false, message: `Expected a range from low to high, got "${word}".` };
    if (to - from >= MOST_SEEDS) return { ok: false, message: `Expected at most ${MOST_SEEDS} seeds, got "${word}".` };
    for (let seed = from; seed <= to; seed++) seeds.push(seed);
  }
  const unique = [...new Set(seeds)];
  if (unique.length === 0) return { ok: false, message: 'Expected at least one seed, got none.' };
  if (unique.length > MOST_SEEDS)
    return { ok: false, message: `Expected at most ${MOST_SEEDS} seeds, got ${unique.length}.` };
  return { ok: true, value: unique };
}

/** `all, 500, 1000`: numbers of training images. */
export function parseTrainSizes(text: string): Parsed<TrainSize[]> {
  const sizes: TrainSize[] = [];
  for (const word of words(text.toLowerCase())) {
    if (word === 'all') sizes.push('all');
    else if (/^[1-9]\d{0,8}$/.test(word)) sizes.push(Number(word));
    else return { ok: false, message: `Expected 'all' or numbers of images, got "${word}".` };
  }
  const unique = [...new Set(sizes)];
  if (unique.length === 0) return { ok: false, message: "Expected 'all' or numbers of images, got nothing." };
  return { ok: true, value: unique };
}
