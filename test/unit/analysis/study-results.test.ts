import { describe, expect, it } from 'vitest';
import { estimateAuc } from '../../../main/analysis/statistics/auc.ts';
import { endpointLabel, endpointScore } from '../../../main/analysis/study/endpoints.ts';
import {
  computeStudyResults,
  type FinishedRun,
  type StudyResultsInput,
} from '../../../main/analysis/study/study-results.ts';
import type { Endpoint } from '../../../shared/dataset/dataset.ts';
import { madeUpPredictions, madeUpResult } from '../made-up-runs.ts';

const endpoints: Endpoint[] = [
  { id: 'edema', name: 'Edema', positiveOutputs: [0], score: 'probability', headline: true },
  { id: 'rare', name: 'Rare finding', positiveOutputs: [1], score: 'probability', headline: true },
  { id: 'any', name: 'Any finding', positiveOutputs: [0, 1], score: 'share', headline: false },
];

function finished(params: {
  armId: string;
  seed: number;
  strength: number;
  images?: number;
  steps?: number | null;
}): FinishedRun {
  const runId = `${params.armId}-${params.seed}`;
  return {
    runId,
    armId: params.armId,
    seed: params.seed,
    result: { ...madeUpResult(runId), stepsToThreshold: params.steps === undefined ? 100 : params.steps },
    predictions: madeUpPredictions({
      images: params.images ?? 120,
      imagesPerPatient: 2,
      key: runId,
      strength: params.strength,
    }),
  };
}

function input(runs: FinishedRun[]): StudyResultsInput {
  const arm = (armId: string) => ({
    armId,
    model: 'cbr-tiny' as const,
    modelName: 'CBR-Tiny',
    initLabel: armId,
    trainSize: 'all' as const,
    parameters: 10,
    paperParameters: null,
    runsTotal: 2,
  });
  return {
    studyId: 's',
    studyName: 'study',
    synthetic: true,
    thresholdAuc: 0.8,
    endpoints,
    arms: ['random', 'transfer', 'gabor'].map(arm),
    runs,
    testImages: [
      { patient: 1, labels: [1, 0] },
      { patient: 2, labels: [0, null] },
    ],
  };
}

const runs = [
  finished({ armId: 'random', seed: 0, strength: 0.5, steps: 200 }),
  finished({ armId: 'random', seed: 1, strength: 0.6, steps: null }),
  finished({ armId: 'transfer', seed: 0, strength: 1.5, steps: 100 }),
  finished({ armId: 'transfer', seed: 1, strength: 1.4, steps: 140 }),
];

describe('computeStudyResults', () => {
  const results = computeStudyResults(input(runs));
  const [random, transfer, gabor] = results.arms as [
    (typeof results.arms)[0],
    (typeof results.arms)[0],
    (typeof results.arms)[0],
  ];

  it('counts the test set and clusters by patient because images outnumber patients', () => {
    expect(results.intervalKind).toBe('delong-clustered');
    expect(results.test).toEqual({ images: 120, patients: 60, leftOut: 0 });
    for (const endpoint of results.endpoints) {
      expect(endpoint.positives + endpoint.negatives + endpoint.unknown).toBe(120);
    }
  });

  it('gives each run the AUC and interval of its own predictions', () => {
    const run = runs[0] as FinishedRun;
    const rows = [...run.predictions].sort((a, b) => (a.imageId < b.imageId ? -1 : 1));
    const edema = endpoints[0] as Endpoint;
    const known = rows.filter((row) => endpointLabel(edema, row.labels) !== null);
    const expected = estimateAuc(
      known.map((row) => endpointLabel(edema, row.labels) as number),
      known.map((row) => endpointScore(edema, row.probabilities)),
      known.map((row) => row.patient),
    );
    expect(random.endpoints[0]?.runs[0]).toMatchObject({ ...expected, runId: 'random-0', seed: 0 });
  });

  it('averages over seeds', () => {
    const [first, second] = random.endpoints[0]?.runs.map((run) => run.auc as number) as [number, number];
    expect(random.endpoints[0]?.mean).toBeCloseTo((first + second) / 2, 14);
    expect(random.endpoints[0]?.sd).toBeCloseTo(Math.abs(first - second) / Math.SQRT2, 14);
    expect(random.runsFinished).toBe(2);
    expect(gabor.endpoints[0]).toMatchObject({ mean: null, why: 'No run of this arm has finished.', runs: [] });
  });

  it('compares with the first arm, headline endpoints only, by the reported means', () => {
    expect(results.comparisons.map((c) => [c.endpointId, c.armA, c.armB])).toEqual([
      ['edema', 'transfer', 'random'],
      ['rare', 'transfer', 'random'],
    ]);
    const difference = (transfer.endpoints[0]?.mean as number) - (random.endpoints[0]?.mean as number);
    expect(results.comparisons[0]?.difference).toBe(difference);
    expect(results.comparisons[0]?.low as number).toBeLessThan(difference);
  });

  it('treats runs below the threshold as censored', () => {
    expect(random.medianStepsToThreshold).toBeNull();
    expect(transfer.medianStepsToThreshold).toBe(120);
    expect(random.stepsToThreshold.map((run) => run.steps)).toEqual([200, null]);
  });

  it('compares on the images that every run scored, and says how many were left out', () => {
    const shorter = computeStudyResults(
      input([...runs, finished({ armId: 'gabor', seed: 0, strength: 1, images: 100 })]),
    );
    expect(shorter.test).toEqual({ images: 100, patients: 50, leftOut: 20 });
    expect(
      shorter.arms.every((arm) => arm.endpoints[0]?.runs.every((run) => run.positives + run.negatives <= 100)),
    ).toBe(true);
  });

  it('does not depend on the order of the stored rows', () => {
    const reversed = runs.map((run) => ({ ...run, predictions: [...run.predictions].reverse() }));
    expect(computeStudyResults(input(reversed))).toEqual(results);
  });

  it('shows the counts of the data set before any run has finished', () => {
    const empty = computeStudyResults(input([]));
    expect(empty.test).toEqual({ images: 2, patients: 2, leftOut: 0 });
    expect(empty.intervalKind).toBe('delong');
    expect(empty.endpoints[1]).toMatchObject({ positives: 0, negatives: 1, unknown: 1 });
    expect(empty.comparisons).toEqual([]);
  });

  it('leaves an endpoint without positives undefined, with the reason', () => {
    const none = runs.map((run) => ({
      ...run,
      predictions: run.predictions.map((row) => ({ ...row, labels: [row.labels[0] ?? null, 0 as const] })),
    }));
    const value = computeStudyResults(input(none)).arms[0]?.endpoints[1];
    expect(value?.mean).toBeNull();
    expect(value?.why).toContain('no positive');
    expect(value?.runs[0]).toMatchObject({ auc: null, why: value?.why });
  });
});
