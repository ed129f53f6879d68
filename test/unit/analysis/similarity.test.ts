import { describe, expect, it } from 'vitest';
import {
  neededPairs,
  pairsBetweenArms,
  pairsWithinArms,
  type ComparedRun,
} from '../../../main/analysis/cca/network-pairs.ts';
import { estimateSimilarity, squaredCorrelation } from '../../../main/analysis/cca/similarity-estimates.ts';
import { summariseSimilarity } from '../../../main/analysis/cca/study-similarity.ts';
import {
  SIMILARITY_KINDS,
  similaritySettingsSchema,
  type SimilarityFile,
} from '../../../shared/similarity/similarity.ts';

const run = (armId: string, seed: number, change: Partial<ComparedRun> = {}): ComparedRun => ({
  ...{ id: `${armId}${seed}`, armId, seed, model: 'cbr-tiny', trainSize: 'all' },
  ...change,
});
const seeds = [0, 1, 2];
const runs = [
  ...seeds.map((seed) => run('random', seed)),
  ...seeds.map((seed) => run('transfer', seed)),
  run('other', 0, { model: 'cbr-small' }),
];

describe('which networks are compared', () => {
  it('all seeds of an arm, and arms of one model, equal seeds first', () => {
    expect(pairsWithinArms(runs).map(({ armId, pairs }) => [armId, pairs.length])).toEqual([
      ['random', 3],
      ['transfer', 3],
      ['other', 0],
    ]);
    const between = pairsBetweenArms(runs);
    expect(between.map(({ armA, armB }) => [armA, armB])).toEqual([['random', 'transfer']]);
    expect(between[0]?.pairs.slice(0, 4).map(([a, b]) => [a.seed, b.seed])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
      [0, 1],
    ]);
  });

  it('at most ten pairs of two arms, and no other sizes', () => {
    const many = [0, 1, 2, 3, 4, 5].flatMap((seed) => [run('a', seed), run('b', seed, { trainSize: 'all' })]);
    expect(pairsWithinArms(many)[0]?.pairs).toHaveLength(10);
    expect(pairsBetweenArms(many)[0]?.pairs).toHaveLength(10);
    expect(pairsBetweenArms([run('a', 0), run('b', 0, { trainSize: 100 })])).toEqual([]);
  });

  it('each pair once, whatever it is needed for', () => {
    const all = neededPairs(runs, SIMILARITY_KINDS);
    expect(new Set(all.map((pair) => JSON.stringify(pair))).size).toBe(all.length);
    // 7 runs against their start; 3 + 3 + 9 pairs of runs, at their start and trained.
    expect(all).toHaveLength(7 + 2 * 15);
    expect(neededPairs(runs, ['before-after'])).toHaveLength(7);
    expect(neededPairs(runs, ['seeds'])).toHaveLength(6);
    // The random baseline comes with them.
    expect(neededPairs(runs, ['inits'])).toHaveLength(15);
  });
});

describe('estimateSimilarity', () => {
  it('has an interval over draws and a deviation over pairs', () => {
    const estimate = estimateSimilarity([
      [0.5, 0.6, 0.7],
      [0.7, 0.8, 0.9],
    ]);
    expect(estimate.mean).toBeCloseTo(0.7, 12);
    expect(estimate.sd).toBeCloseTo(Math.SQRT2 * 0.1, 12);
    // Means of the draws 0.6, 0.7, 0.8: SD 0.1, t(2) = 4.302653.
    expect(estimate.high).toBeCloseTo(0.7 + (4.302653 * 0.1) / Math.sqrt(3), 6);
    expect(estimate.low).toBeCloseTo(0.7 - (4.302653 * 0.1) / Math.sqrt(3), 6);
    expect(estimate.pairs).toBe(2);
  });

  it('has no interval where all draws saw the same', () => {
    expect(estimateSimilarity([[0.5, 0.5 + 1e-16]])).toMatchObject({ low: null, high: null });
  });

  it('claims neither from one value', () => {
    expect(estimateSimilarity([[0.4]])).toEqual({ mean: 0.4, low: null, high: null, sd: null, pairs: 1 });
  });
});

describe('squaredCorrelation', () => {
  it('is that of the straight line', () => {
    expect(
      squaredCorrelation([
        [1, 2],
        [2, 4],
        [3, 6],
      ]),
    ).toEqual({ rSquared: 1, why: null });
    expect(
      squaredCorrelation([
        [1, 1],
        [2, 3],
        [3, 2],
      ]).rSquared,
    ).toBeCloseTo(0.25, 12);
  });

  it('says why it is undefined', () => {
    expect(
      squaredCorrelation([
        [1, 2],
        [2, 4],
      ]),
    ).toMatchObject({ rSquared: null, why: 'Needs three pairs of runs, there are 2.' });
    expect(
      squaredCorrelation([
        [1, 2],
        [1, 4],
        [1, 3],
      ]).why,
    ).toContain('at their start');
    expect(
      squaredCorrelation([
        [1, 2],
        [2, 2],
        [3, 2],
      ]).why,
    ).toContain('after training');
  });
});

describe('summariseSimilarity', () => {
  it('tells nothing that was not computed, and which runs are not in it', () => {
    const file: SimilarityFile = {
      schema: 1,
      studyId: 's',
      contentHash: '',
      settings: similaritySettingsSchema.parse({}),
      computedAt: '',
      images: 4,
      models: [],
      pairs: [
        {
          a: { runId: 'random0', when: 'trained' },
          b: { runId: 'random1', when: 'trained' },
          stages: ['block1', 'block2', 'block3'].map((stage, i) => ({
            stage,
            mean: [0.2 + 0.1 * i],
            thresholded: [0.3],
          })),
        },
      ],
    };
    const summary = summariseSimilarity({ file, runs, randomArms: new Set(['random']) });
    expect(summary).toMatchObject({ beforeAfter: [], inits: [], initialVsFinal: [], missingRuns: 5 });
    expect(summary.seeds).toHaveLength(1);
    expect(summary.seeds[0]?.top.mean).toBeCloseTo(0.35, 12);
  });
});
