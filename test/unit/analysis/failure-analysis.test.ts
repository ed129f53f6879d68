import { describe, expect, it } from 'vitest';
import { analyseFailures, LISTED_IMAGES } from '../../../main/analysis/mistakes/failure-analysis.ts';
import { confusionAt } from '../../../main/analysis/statistics/confusion.ts';
import type { DetailedRun } from '../../../main/analysis/study/study-details.ts';
import { chooseThreshold } from '../../../main/analysis/statistics/thresholds.ts';
import type { Endpoint } from '../../../shared/dataset/dataset.ts';
import { RandomStream } from '../../../shared/system/random.ts';
import type { Prediction } from '../../../shared/run/run.ts';

const endpoint: Endpoint = { id: 'e', name: 'First', positiveOutputs: [0], score: 'probability', headline: true };

function row(imageId: string, label: 0 | 1 | null, score: number, patient = 1): Prediction {
  return { imageId, patient, eye: null, split: 'test', labels: [label], probabilities: [score] };
}

/** A threshold of 0.5 in every run. */
const validation = [row('v1', 0, 0.2), row('v2', 1, 0.5)];
const LABELS: Record<string, 0 | 1 | null> = { a: 1, b: 1, c: 1, d: 0, e: 0, f: 0, g: null };

/** @param scores of a to g */
function run(armId: string, seed: number, scores: number[]): DetailedRun {
  const test = Object.entries(LABELS).map(([id, label], index) => row(id, label, scores[index] as number));
  return { runId: `${armId}-${seed}`, armId, seed, validation, test };
}

const plain = { endpoint, rule: 'youden', attributes: new Map(), marked: new Set<string>() } as const;

describe('analyseFailures', () => {
  // Wrong: A0 a b d; A1 a d; B0 a c d; B1 a d e.
  const runs = [
    run('A', 0, [0.1, 0.1, 0.9, 0.9, 0.1, 0.1, 0.9]),
    run('A', 1, [0.2, 0.9, 0.9, 0.6, 0.1, 0.1, 0.9]),
    run('B', 0, [0.3, 0.9, 0.4, 0.7, 0.1, 0.1, 0.9]),
    run('B', 1, [0.4, 0.9, 0.9, 0.8, 0.6, 0.1, 0.9]),
  ];
  const found = analyseFailures({ ...plain, runs, marked: new Set(['d', 'f', 'g']) });

  it('tabulates each run at its own frozen threshold, without unknown labels', () => {
    expect(found).toMatchObject({ positives: 3, negatives: 3, unknown: 1, rule: 'youden' });
    expect(found?.runs.map(({ runId, threshold, counts }) => [runId, threshold, counts])).toEqual([
      ['A-0', 0.5, { tp: 1, fn: 2, fp: 1, tn: 2 }],
      ['A-1', 0.5, { tp: 2, fn: 1, fp: 1, tn: 2 }],
      ['B-0', 0.5, { tp: 1, fn: 2, fp: 1, tn: 2 }],
      ['B-1', 0.5, { tp: 2, fn: 1, fp: 2, tn: 1 }],
    ]);
  });

  it('counts what more than half of its runs get wrong', () => {
    expect(found?.arms).toEqual([
      { armId: 'A', runs: 2, wrong: { fn: 1, fp: 1 }, alone: 0 },
      { armId: 'B', runs: 2, wrong: { fn: 1, fp: 1 }, alone: 0 },
    ]);
  });

  it('says which images every arm and every run gets wrong, and how many would be by chance', () => {
    expect(found?.overlap).toMatchObject({
      runs: 4,
      everyArm: { fn: 1, fp: 1 },
      everyRun: { fn: 1, fp: 1 },
      noRun: 1,
    });
    // 3 x (2/3 x 1/3 x 2/3 x 1/3) and 3 x (1/3 x 1/3 x 1/3 x 2/3)
    expect(found?.overlap?.expected.fn).toBeCloseTo(12 / 81, 12);
    expect(found?.overlap?.expected.fp).toBeCloseTo(6 / 81, 12);
    // |label - score|: a 0.9 + 0.8 + 0.7 + 0.6 = 3.0; d 0.9 + 0.6 + 0.7 + 0.8 = 3.0: a tie, by id
    expect(found?.overlap?.images).toEqual([
      { id: 'a', label: 1, wrongRuns: 4 },
      { id: 'd', label: 0, wrongRuns: 4 },
    ]);
  });

  it('tells what the runs make of marked test images; one without a known label is in no table', () => {
    expect(found?.marked).toEqual([
      { id: 'd', label: 0, wrongRuns: 4 },
      { id: 'f', label: 0, wrongRuns: 0 },
    ]);
  });

  it('counts an error of one arm alone', () => {
    const other = run('B', 0, [0.9, 0.9, 0.9, 0.1, 0.1, 0.1, 0.9]);
    const one = analyseFailures({ ...plain, runs: [run('A', 0, [0.1, 0.9, 0.9, 0.1, 0.1, 0.1, 0.1]), other] });
    expect(one?.arms.map(({ wrong, alone }) => [wrong, alone])).toEqual([
      [{ fn: 1, fp: 0 }, 1],
      [{ fn: 0, fp: 0 }, 0],
    ]);
  });

  it('says why where no threshold can be chosen, and compares no errors then', () => {
    const lame = { ...run('A', 0, [0, 0, 0, 0, 0, 0, 0]), validation: [row('v1', 1, 0.5)] };
    const none = analyseFailures({ ...plain, runs: [lame] });
    expect(none?.runs[0]).toMatchObject({ counts: null, threshold: null });
    expect(none?.runs[0]?.why).toContain('No threshold can be chosen on validation.');
    expect(none?.overlap).toBeNull();
    expect(none?.arms[0]).toMatchObject({ wrong: null, alone: null });
    expect(analyseFailures({ ...plain, runs: [] })).toBeNull();
  });
});

describe('analyseFailures on a larger set', () => {
  const sex = (index: number): string => (index % 3 === 0 ? 'F' : 'M');
  const ids = Array.from({ length: 240 }, (_, index) => `i${String(index).padStart(3, '0')}`);
  const scored = (runId: string, split: 'validation' | 'test'): Prediction[] =>
    ids.map((id, index) => {
      const label = index % 4 === 0 ? 1 : 0;
      const score = 0.3 * label + 0.7 * new RandomStream(runId, split, index).uniform();
      return { ...row(`${split}-${id}`, label, score, Math.floor(index / 2)), split };
    });
  const runs = ['A', 'B'].flatMap((armId) =>
    [0, 1, 2].map((seed): DetailedRun => {
      const runId = `${armId}-${seed}`;
      return { runId, armId, seed, validation: scored(runId, 'validation'), test: scored(runId, 'test') };
    }),
  );
  const attributes = new Map(
    ids.map((id, index) => {
      // Three images of one site: below the floor.
      const site = index < 3 ? 'north' : 'south';
      return [`test-${id}`, { sex: sex(index), age: null, view: null, site, eye: null }];
    }),
  );
  const found = analyseFailures({ ...plain, runs, attributes });

  it('takes each threshold from validation and counts on test, as chooseThreshold and confusionAt do', () => {
    const label = ({ labels }: Prediction): 0 | 1 => (labels[0] === 1 ? 1 : 0);
    const score = ({ probabilities }: Prediction): number => probabilities[0] as number;
    for (const one of runs) {
      const chosen = chooseThreshold(one.validation.map(label), one.validation.map(score), { kind: 'youden' });
      const threshold = chosen.defined ? chosen.threshold : NaN;
      const counts = confusionAt(one.test.map(label), one.test.map(score), threshold);
      expect(found?.runs.find(({ runId }) => runId === one.runId)).toMatchObject({ threshold, counts });
    }
  });

  it('adds up over subgroups to the whole, and hides what is below the floor', () => {
    const groups = found?.subgroups.filter(({ variable }) => variable === 'Sex') ?? [];
    expect(groups.map(({ name }) => name)).toEqual(['F', 'M']);
    for (const [index, arm] of (found?.arms ?? []).entries()) {
      const sum = groups.reduce((total, { arms }) => total + (arms[index]?.fn ?? NaN), 0);
      const own = (found?.runs ?? []).filter(({ armId }) => armId === arm.armId);
      expect(sum).toBeCloseTo(own.reduce((total, { counts }) => total + (counts?.fn ?? NaN), 0) / own.length, 10);
    }
    expect(found?.subgroups.find(({ name }) => name === 'north')?.arms).toEqual([
      { armId: 'A', fn: null, fp: null },
      { armId: 'B', fn: null, fp: null },
    ]);
  });

  it('lists no more images than it says', () => {
    const flat = runs.map((one) => ({ ...one, test: one.test.map((image) => ({ ...image, probabilities: [0] })) }));
    const all = analyseFailures({ ...plain, runs: flat });
    expect(all?.overlap?.everyRun).toEqual({ fn: 60, fp: 0 });
    expect(all?.overlap?.images).toHaveLength(LISTED_IMAGES);
  });
});
