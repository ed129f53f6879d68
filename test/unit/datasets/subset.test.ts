import { describe, expect, it } from 'vitest';
import { patientStratum, trainingSubset } from '../../../shared/dataset/subset.ts';
import type { LabelValue } from '../../../shared/dataset/dataset.ts';

/** 600 patients with two eyes each; every tenth patient has grade 1 in one eye. */
const images = Array.from({ length: 1200 }, (_, i) => {
  const patient = i >> 1;
  const labels: LabelValue[] = patient % 10 === 0 && i % 2 === 1 ? [0, 1] : [1, 0];
  return { id: `i${String(i * 7919).padStart(8, '0')}`, patient, labels };
});

describe('trainingSubset', () => {
  it('gives exact counts, nested, in the given order', () => {
    const small = trainingSubset(images, 101, 3);
    const large = trainingSubset(images, 500, 3);
    expect(small).toHaveLength(101);
    expect(large).toHaveLength(500);
    expect(large).toEqual(images.filter((image) => large.includes(image)));
    expect(small.every((image) => large.includes(image))).toBe(true);
    expect(trainingSubset(images, 'all', 3)).toEqual(images);
  });

  it('takes whole patients, but for the last', () => {
    const counts = new Map<number, number>();
    for (const image of trainingSubset(images, 101, 3)) counts.set(image.patient, (counts.get(image.patient) ?? 0) + 1);
    expect([...counts.values()].filter((count) => count !== 2)).toEqual([1]);
  });

  it('holds each stratum in its share', () => {
    const positives = trainingSubset(images, 200, 5).filter((image) => image.labels[1] === 1).length;
    expect(positives).toBe(10);
  });

  it('depends on the seed and not on the order of the images', () => {
    const ids = (seed: number, list: typeof images): string[] =>
      trainingSubset(list, 100, seed)
        .map((image) => image.id)
        .sort();
    expect(ids(1, images)).toEqual(ids(1, [...images].reverse()));
    expect(ids(1, images)).not.toEqual(ids(2, images));
  });

  it.each([
    [0, 'got 0'],
    [1201, 'between 1 and the 1200 images of the training split, got 1201'],
    [1.5, 'got 1.5'],
  ])('refuses a size of %s', (size, message) => {
    expect(() => trainingSubset(images, size, 0)).toThrow(message);
  });
});

describe('patientStratum', () => {
  it('is the worse eye for grades and the set of findings otherwise', () => {
    const eyes: LabelValue[][] = [
      [1, 0, 0],
      [0, 0, 1],
    ];
    expect(patientStratum(eyes, true)).toBe('2');
    expect(patientStratum(eyes, false)).toBe('0+2');
    expect(patientStratum([[0, null]], false)).toBe('-');
  });
});
