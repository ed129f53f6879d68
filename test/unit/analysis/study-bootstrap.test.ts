import { describe, expect, it } from 'vitest';
import { computeDraws, BootstrapDraws, rowLength, type BootstrapJob } from '../../../main/analysis/bootstrap/job.ts';
import { planStudyBootstrap } from '../../../main/analysis/study/study-bootstrap.ts';
import { computeStudyResults, type FinishedRun } from '../../../main/analysis/study/study-results.ts';
import type { Endpoint } from '../../../shared/dataset/dataset.ts';
import { madeUpPredictions, madeUpResult } from '../made-up-runs.ts';

const endpoints: Endpoint[] = [
  { id: 'edema', name: 'Edema', positiveOutputs: [0], score: 'probability', headline: true },
  { id: 'any', name: 'Any', positiveOutputs: [1], score: 'probability', headline: false },
];

function run(armId: string, seed: number, strength: number): FinishedRun {
  const runId = `${armId}-${seed}`;
  const predictions = madeUpPredictions({ images: 200, imagesPerPatient: 2, key: runId, strength });
  return { runId, armId, seed, result: madeUpResult(runId), predictions };
}

const runs = [run('random', 0, 0.5), run('random', 1, 0.7), run('gabor', 0, 1.6), run('gabor', 1, 1.4)];

function results(finished: readonly FinishedRun[]) {
  return computeStudyResults({
    studyId: 's',
    studyName: 'study',
    synthetic: true,
    thresholdAuc: 0.8,
    endpoints,
    arms: ['random', 'gabor', 'late'].map((armId) => ({
      armId,
      model: 'cbr-tiny' as const,
      modelName: 'CBR-Tiny',
      initLabel: armId,
      trainSize: 'all' as const,
      parameters: 1,
      paperParameters: null,
      runsTotal: 2,
    })),
    runs: finished,
    testImages: [],
  });
}

function draw(job: BootstrapJob): BootstrapDraws {
  const values = new Float64Array(job.draws * rowLength(job));
  computeDraws(job, 0, job.draws, values);
  return new BootstrapDraws(job, values);
}

const read = (finished: readonly FinishedRun[]) =>
  planStudyBootstrap({ endpoints, runs: finished }, results(finished), { draws: 400 }).map((part) =>
    part.read(draw(part.job)),
  );

describe('planStudyBootstrap', () => {
  it('has an interval for every arm with a finished run and every comparison, around its value', () => {
    const table = results(runs);
    const [edema, any] = read(runs);
    expect(edema?.arms.map((arm) => arm.armId)).toEqual(['random', 'gabor']);
    for (const part of [edema, any]) {
      for (const { armId, endpointId, low, high } of part?.arms ?? []) {
        const mean = table.arms
          .find((arm) => arm.armId === armId)
          ?.endpoints.find((e) => e.endpointId === endpointId)?.mean;
        expect(low).toBeLessThan(mean as number);
        expect(high).toBeGreaterThan(mean as number);
      }
    }
    expect(edema?.comparisons).toHaveLength(1);
    expect(any?.comparisons).toHaveLength(0);
    const [pair] = edema?.comparisons ?? [];
    expect(pair).toMatchObject({ armA: 'gabor', armB: 'random', why: null });
    expect(pair?.low).toBeGreaterThan(0);
    expect(pair?.p).toBeLessThan(0.05);
  });

  it('is the same each time, and says where seeds are missing', () => {
    expect(read(runs)).toEqual(read(runs));
    const [edema] = read(runs.slice(0, 3));
    expect(edema?.arms[1]?.why).toBe('With one seed in an arm this carries the sampling of patients only.');
  });

  it('is empty without a finished run', () =>
    expect(planStudyBootstrap({ endpoints, runs: [] }, results([]))).toEqual([]));
});
