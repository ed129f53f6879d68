import { describe, expect, it } from 'vitest';
import { chooseImages } from '../../../main/runs/feed/image-lists.ts';
import type { Manifest, ManifestImage } from '../../../shared/dataset/dataset.ts';
import { RandomStream } from '../../../shared/system/random.ts';

/** 8,000 patients with one to three images each and five grades; every tenth patient is validation, every tenth test. */
function manyPatients(): Manifest {
  const stream = new RandomStream('many-patients');
  const images: ManifestImage[] = [];
  for (let patient = 0; patient < 8000; patient++) {
    const split = patient % 10 === 0 ? 'validation' : patient % 10 === 1 ? 'test' : 'train';
    const count = 1 + stream.integer(3);
    for (let i = 0; i < count; i++) {
      const grade = stream.uniform() < 0.7 ? 0 : 1 + stream.integer(4);
      const labels = [0, 1, 2, 3, 4].map((output) => (output === grade ? 1 : 0));
      images.push({ id: `${patient}-${i}`, path: '', sha256: '', patient, eye: null, split, labels });
    }
  }
  const target = { kind: 'ordinal' as const, outputs: ['0', '1', '2', '3', '4'], endpoints: [], mapping: '' };
  return { schema: 1, datasetId: 'd', contentHash: '', modality: 'other', synthetic: true, target, images };
}

describe('training images of a run', () => {
  const manifest = manyPatients();
  const patientsOf = (list: readonly number[]) => new Set(list.map((index) => manifest.images[index]?.patient));

  it('are nested by size for one seed: 1,000 in 5,000 in 10,000 in all, and exact', () => {
    const [small, middle, large, all] = ([1000, 5000, 10_000, 'all'] as const).map(
      (trainSize) => chooseImages(manifest, { trainSize, seed: 3 }).train,
    ) as [number[], number[], number[], number[]];
    expect([small.length, middle.length, large.length]).toEqual([1000, 5000, 10_000]);
    const contains = (outer: number[], inner: number[]) => {
      const set = new Set(outer);
      return inner.every((index) => set.has(index));
    };
    expect(contains(middle, small) && contains(large, middle) && contains(all, large)).toBe(true);
  });

  it('are whole patients but for one, and none of validation or test', () => {
    const { train, validation, test } = chooseImages(manifest, { trainSize: 5000, seed: 3 });
    const chosen = patientsOf(train);
    const all = manifest.images.filter((image) => image.split === 'train' && chosen.has(image.patient));
    const taken = new Set(train);
    const cut = new Set(
      manifest.images.flatMap(({ split, patient }, index) =>
        split === 'train' && chosen.has(patient) && !taken.has(index) ? [patient] : [],
      ),
    );
    expect(all.length - train.length).toBeLessThanOrEqual(2);
    expect(cut.size).toBeLessThanOrEqual(1);
    const others = [...patientsOf(validation), ...patientsOf(test)];
    expect(others.some((patient) => chosen.has(patient))).toBe(false);
  });

  it('are others for another seed, and do not change validation and test', () => {
    const [a, b] = [3, 4].map((seed) => chooseImages(manifest, { trainSize: 5000, seed })) as [
      ReturnType<typeof chooseImages>,
      ReturnType<typeof chooseImages>,
    ];
    expect(a.train).not.toEqual(b.train);
    expect([a.validation, a.test]).toEqual([b.validation, b.test]);
  });
});
