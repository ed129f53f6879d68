import { describe, expect, it } from 'vitest';
import { analyseMistakes, bandOf, mistakesAuc, filterImages } from '../../../main/analysis/mistakes/mistakes.ts';
import { computeStudyResults } from '../../../main/analysis/study/study-results.ts';
import type { Endpoint } from '../../../shared/dataset/dataset.ts';
import type { Prediction } from '../../../shared/run/run.ts';
import { madeUpPredictions, madeUpResult } from '../made-up-runs.ts';

const endpoint: Endpoint = { id: 'e', name: 'First', positiveOutputs: [0], score: 'probability', headline: true };

function row(imageId: string, label: 0 | 1 | null, score: number): Prediction {
  return { imageId, patient: 1, eye: null, split: 'test', labels: [label], probabilities: [score] };
}

const validation = [row('v1', 0, 0.1), row('v2', 0, 0.2), row('v3', 1, 0.4), row('v4', 1, 0.9)];
const test = [
  row('a', 0, 0.95),
  row('b', 0, 0.3),
  row('c', 1, 0.05),
  row('d', 1, 0.4),
  row('e', 1, 1),
  row('f', null, 0.5),
];

describe('analyseMistakes', () => {
  const found = analyseMistakes({
    endpoint,
    rule: { kind: 'youden' },
    runs: [{ runId: 'r', seed: 0, validation, test }],
  });

  it('takes the threshold from validation images and applies it to test images', () => {
    expect(found.chosen).toMatchObject({ defined: true, threshold: 0.4 });
    expect(found.counts).toEqual({ tp: 2, fp: 1, fn: 1, tn: 1 });
    expect(Object.fromEntries(found.images.map(({ id, cell }) => [id, cell]))).toEqual({
      a: 'fp',
      b: 'tn',
      c: 'fn',
      d: 'tp',
      e: 'tp',
    });
  });

  it('leads with the most confidently wrong, and leaves unknown labels out', () => {
    expect(found.images.map(({ id }) => id)).toEqual(['a', 'c', 'd', 'b', 'e']);
    expect(found.unknown).toBe(1);
  });

  it('counts bands of a tenth; the last one holds 1', () => {
    expect(found.bands.map(({ positives, negatives }) => [positives, negatives])).toEqual([
      [1, 0],
      [0, 0],
      [0, 0],
      [0, 1],
      [1, 0],
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
      [1, 1],
    ]);
    expect([bandOf(0), bandOf(0.999), bandOf(1)]).toEqual([0, 9, 9]);
  });

  it('filters by cell, band, label and mark; right answers begin with the most confident', () => {
    const ids = (filter: Parameters<typeof filterImages>[1]) =>
      filterImages(found.images, filter, new Set(['c'])).map(({ id }) => id);
    expect(ids({ cell: 'tp' })).toEqual(['e', 'd']);
    expect(ids({ band: 9 })).toEqual(['a', 'e']);
    expect(ids({ band: 9, label: 1 })).toEqual(['e']);
    expect(ids({ marked: true })).toEqual(['c']);
    expect(ids({})).toHaveLength(5);
  });

  it('averages the scores of several runs by image, whatever their order', () => {
    const other = [...test].reverse().map((one) => ({ ...one, probabilities: [0.5] }));
    const both = analyseMistakes({
      endpoint,
      rule: { kind: 'youden' },
      runs: [
        { runId: 'r', seed: 0, validation, test },
        { runId: 's', seed: 1, validation, test: other },
      ],
    });
    const a = both.images.find(({ id }) => id === 'a');
    expect(a?.score).toBeCloseTo((0.95 + 0.5) / 2, 12);
    expect(a?.seeds).toEqual([
      { seed: 0, score: 0.95 },
      { seed: 1, score: 0.5 },
    ]);
  });

  it('has no table where validation lacks a class, and still ranks the images', () => {
    const none = analyseMistakes({
      endpoint,
      rule: { kind: 'youden' },
      runs: [{ runId: 'r', seed: 0, validation: validation.slice(0, 2), test }],
    });
    expect(none.counts).toBeNull();
    expect(none.chosen).toMatchObject({ defined: false });
    expect(none.images[0]).toMatchObject({ id: 'a', cell: null });
  });
});

describe('mistakesAuc', () => {
  it("is the study's own AUC and interval on the same images", () => {
    const runs = [0, 1].map((seed) => ({
      runId: `r${seed}`,
      armId: 'x',
      seed,
      result: madeUpResult(`r${seed}`),
      predictions: madeUpPredictions({ images: 120, imagesPerPatient: 2, key: `s${seed}`, strength: 1 }),
    }));
    const second: Endpoint = { ...endpoint, positiveOutputs: [1] };
    const facts = { model: 'cbr-tiny', modelName: '', initLabel: '', trainSize: 'all', parameters: 1 } as const;
    const results = computeStudyResults({
      studyId: 's',
      studyName: 's',
      synthetic: true,
      thresholdAuc: 0.9,
      endpoints: [second],
      arms: [{ armId: 'x', ...facts, paperParameters: null, runsTotal: 2 }],
      runs,
      testImages: [],
    });
    const { images } = analyseMistakes({
      endpoint: second,
      rule: { kind: 'youden' },
      runs: runs.map(({ runId, seed, predictions }) => ({ runId, seed, validation: predictions, test: predictions })),
    });
    const expected = results.arms[0]?.endpoints[0];
    const auc = mistakesAuc(images, true);
    expect(auc.mean).toBeCloseTo(expected?.mean ?? 0, 12);
    expect(auc.low).toBeCloseTo(expected?.low ?? 0, 12);
    expect(auc.high).toBeCloseTo(expected?.high ?? 0, 12);
    expect(mistakesAuc(images.slice(1), true).images).toBe(auc.images - 1);
  });

  it('says why it is undefined', () => {
    expect(mistakesAuc([], false)).toMatchObject({ mean: null, images: 0 });
  });
});
