import { describe, expect, it } from 'vitest';
import { computeStudyResults, type FinishedRun } from '../../../main/analysis/study/study-results.ts';
import type { ModelId } from '../../../shared/study/models.ts';
import type { StudyResults } from '../../../shared/results/results.ts';
import { madeUpPredictions, madeUpResult } from '../made-up-runs.ts';

function study(params: {
  arms: { model: ModelId; initLabel: string; parameters: number; strength: number }[];
  delta: number | null;
  seeds?: number;
  images?: number;
}): StudyResults {
  const { arms, delta, seeds = 3, images = 2000 } = params;
  const runs = arms.flatMap(({ model, initLabel, strength }): FinishedRun[] =>
    Array.from({ length: seeds }, (_, seed) => {
      const runId = `${model}-${initLabel}-${seed}`;
      // The same noise in every arm but for the seed: differences are those of the strengths.
      const predictions = madeUpPredictions({ images, imagesPerPatient: 2, key: `seed-${seed}`, strength });
      return { runId, armId: `${model}/${initLabel}/all`, seed, result: madeUpResult(runId), predictions };
    }),
  );
  return computeStudyResults({
    studyId: 's',
    studyName: 'study',
    synthetic: true,
    thresholdAuc: 0.8,
    endpoints: [{ id: 'edema', name: 'Edema', positiveOutputs: [0], score: 'probability', headline: true }],
    arms: arms.map(({ model, initLabel, parameters }) => ({
      armId: `${model}/${initLabel}/all`,
      ...{
        model,
        modelName: model,
        initLabel,
        parameters,
        trainSize: 'all' as const,
        paperParameters: null,
        runsTotal: 3,
      },
    })),
    runs,
    margin:
      delta === null
        ? null
        : { delta, reason: 'Made up for a test.', declaredAt: '2026-01-01T00:00:00.000Z', earlierStudies: 0 },
    testImages: [],
  });
}

const random = { model: 'cbr-tiny' as const, initLabel: 'random', parameters: 10, strength: 1 };

describe('a study against its margin', () => {
  it('calls arms that hardly differ not worse and equivalent, with bounds inside the margin', () => {
    const { margin } = study({ arms: [random, { ...random, initLabel: 'gabor', strength: 1.01 }], delta: 0.05 });
    const [row] = margin?.comparisons ?? [];
    expect(row).toMatchObject({ between: 'inits', why: null });
    expect(row?.lower).toBeGreaterThan(-0.05);
    expect(row?.upper).toBeLessThan(0.05);
    expect([row?.nonInferior.answer, row?.equivalent.answer]).toEqual(['yes', 'yes']);
  });

  it('says no where the whole interval is beyond the margin', () => {
    const { margin } = study({ arms: [random, { ...random, initLabel: 'gabor', strength: 0.1 }], delta: 0.02 });
    const [row] = margin?.comparisons ?? [];
    expect([row?.nonInferior.answer, row?.equivalent.answer]).toEqual(['no', 'no']);
  });

  it('a better arm is not worse, and not equivalent', () => {
    const { margin } = study({ arms: [random, { ...random, initLabel: 'gabor', strength: 2 }], delta: 0.02 });
    const [row] = margin?.comparisons ?? [];
    expect([row?.nonInferior.answer, row?.equivalent.answer]).toEqual(['yes', 'no']);
  });

  it('cannot tell with few patients, nor with one seed', () => {
    const arms = [random, { ...random, initLabel: 'gabor', strength: 1.01 }];
    const few = study({ arms, delta: 0.001, images: 60 }).margin?.comparisons[0];
    expect(few?.nonInferior.answer).toBe('cannot tell');
    const one = study({ arms, delta: 0.05, seeds: 1 }).margin?.comparisons[0];
    expect(one).toMatchObject({ lower: null, nonInferior: { p: null, answer: 'cannot tell' } });
    expect(one?.why).toContain('two finished seeds');
  });

  it('adjusts over all comparisons, those of models among them', () => {
    const results = study({
      arms: [
        random,
        { ...random, initLabel: 'transfer(a)', strength: 1.1 },
        { ...random, model: 'resnet50', parameters: 100, strength: 1.05 },
        { ...random, model: 'resnet50', initLabel: 'transfer(b)', parameters: 100, strength: 1.15 },
      ],
      delta: 0.03,
    });
    expect(results.modelComparisons.map(({ armA, armB }) => [armA, armB])).toEqual([
      ['cbr-tiny/random/all', 'resnet50/random/all'],
      ['cbr-tiny/transfer(a)/all', 'resnet50/transfer(b)/all'],
    ]);
    const rows = results.margin?.comparisons ?? [];
    expect(rows.map((row) => row.between)).toEqual(['inits', 'inits', 'models', 'models']);
    const smallest = Math.min(...rows.map((row) => row.nonInferior.p ?? 1));
    expect(rows.some((row) => Math.abs((row.nonInferior.adjustedP ?? 0) - Math.min(1, 4 * smallest)) < 1e-12)).toBe(
      true,
    );
  });

  it('has none where none was declared', () => expect(study({ arms: [random], delta: null }).margin).toBeNull());
});
