import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ArmComparison, ArmResult, StudyResults } from '../../../shared/results/results.ts';
import { incompleteBeta, studentQuantile, studentTwoSidedP } from '../../../shared/results/student-t.ts';
import { verdictOf } from '../../../shared/results/verdict-sentence.ts';
import { holmAdjust, holmSteps, judgeComparisons, totalDifference } from '../../../shared/results/verdict.ts';

function arm(initLabel: string, aucs: number[], runsTotal = aucs.length): ArmResult {
  const mean = aucs.reduce((sum, value) => sum + value, 0) / aucs.length;
  const squares = aucs.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const runs = aucs.map((auc, seed) => ({
    runId: `${initLabel}-${seed}`,
    seed,
    auc,
    se: 0.01,
    low: auc - 0.02,
    high: auc + 0.02,
    positives: 50,
    negatives: 50,
    why: null,
  }));
  return {
    armId: `cbr-tiny/${initLabel}/all`,
    model: 'cbr-tiny',
    modelName: 'CBR-Tiny',
    initLabel,
    trainSize: 'all',
    runsTotal,
    runsFinished: aucs.length,
    parameters: 1,
    paperParameters: null,
    endpoints: [
      {
        endpointId: 'e',
        mean: aucs.length > 0 ? mean : null,
        sd: aucs.length > 1 ? Math.sqrt(squares / (aucs.length - 1)) : null,
        low: null,
        high: null,
        why: null,
        runs,
      },
    ],
    stepsToThreshold: [],
    medianStepsToThreshold: null,
    stepsRatio: null,
    meanSeconds: null,
    meanStepMs: null,
  };
}

function comparison(a: ArmResult, b: ArmResult, se: number): ArmComparison {
  const difference = (a.endpoints[0]?.mean ?? 0) - (b.endpoints[0]?.mean ?? 0);
  const reach = 1.959963984540054 * se;
  const pair = { endpointId: 'e', armA: a.armId, armB: b.armId, why: null };
  return { ...pair, difference, se, low: difference - reach, high: difference + reach, z: difference / se, p: 0.001 };
}

function study(arms: ArmResult[], comparisons: ArmComparison[]): StudyResults {
  return {
    studyId: 's',
    studyName: 'S',
    synthetic: false,
    intervalKind: 'delong',
    thresholdAuc: 0.8,
    test: { images: 100, patients: 100, leftOut: 0 },
    endpoints: [{ id: 'e', name: 'Referable', headline: true, positives: 50, negatives: 50, unknown: 0 }],
    arms,
    comparisons,
    modelComparisons: [],
    margin: null,
    bootstrap: null,
  };
}

describe("Student's t", () => {
  // R 4: pbeta, 2 * pt(-t, df), qt(0.975, df)
  it.each([
    [2, 3, 0.139326],
    [1, 1, 0.5],
    [2.5, 7.4, 0.0394],
    [1.96, 1e6, 0.049996],
  ])('p of t = %d with %d degrees of freedom', (t, df, p) => expect(studentTwoSidedP(t, df)).toBeCloseTo(p, 3));
  it.each([
    [1, 12.7062],
    [2, 4.30265],
    [4, 2.77645],
    [30, 2.04227],
  ])('quantile with %d degrees of freedom', (df, t) => expect(studentQuantile(0.05, df)).toBeCloseTo(t, 4));
  it('has the edges of the beta function', () => {
    expect(incompleteBeta(0, 2, 3)).toBe(0);
    expect(incompleteBeta(1, 2, 3)).toBe(1);
    expect(incompleteBeta(0.5, 2, 2)).toBeCloseTo(0.5, 12);
    expect(studentTwoSidedP(0, 5)).toBe(1);
  });
});

describe('Holm', () => {
  it('adjusts stepwise, never beyond 1, in the order given', () => {
    // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    expect(holmAdjust([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
    expect(holmAdjust([0.9, 0.8])).toEqual([1, 1]);
    expect(holmAdjust([])).toEqual([]);
  });

  it('names the level at which each was decided: p below level/divisor exactly where the adjusted p is below the level', () => {
    expect(holmSteps([0.01, 0.04, 0.03, 0.005], 0.05).map(({ divisor }) => divisor)).toEqual([3, 2, 2, 4]);
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }), (p) => {
        for (const [i, { adjusted, divisor }] of holmSteps(p, 0.05).entries()) {
          expect((p[i] as number) * divisor < 0.05).toBe(adjusted < 0.05);
        }
      }),
    );
  });
});

describe('verdict', () => {
  const random = arm('random', [0.68, 0.88, 0.94]);
  const gabor = arm('gabor', [0.88, 0.9, 0.91]);

  it('does not take luck with seeds for a difference, however small the test-set variance', () => {
    const results = study([random, gabor], [comparison(gabor, random, 0.01)]);
    const total = totalDifference(results, results.comparisons[0] as ArmComparison);
    expect(total?.df).toBeGreaterThan(1.9);
    expect(total?.df).toBeLessThan(2.3);
    expect(total?.p).toBeGreaterThan(0.4);
    expect(verdictOf(results)).toMatchObject({ kind: 'open' });
    expect(verdictOf(results).sentence).toContain('cannot show whether initialisation matters');
  });

  it('names a difference that stands against patients and seeds', () => {
    const steady = arm('random', [0.8, 0.801, 0.799, 0.8, 0.8]);
    const better = arm('gabor', [0.9, 0.901, 0.899, 0.9, 0.9]);
    const results = study([steady, better], [comparison(better, steady, 0.01)]);
    const verdict = verdictOf(results);
    expect(verdict.kind).toBe('difference');
    expect(verdict.sentence).toContain('gabor against random: +0.100 AUC');
    expect(verdict.caveats).toEqual([]);
  });

  it('does not judge with one seed, and says what is missing', () => {
    const one = arm('random', [0.8]);
    const other = arm('gabor', [0.9]);
    const results = study([one, other], [comparison(other, one, 0.01)]);
    expect(judgeComparisons(results)[0]).toMatchObject({ total: null, adjustedP: null, supported: false });
    expect(verdictOf(results)).toMatchObject({ kind: 'unknown' });
    expect(verdictOf(results).sentence).toContain('With one seed in each arm these data cannot show');
  });

  const declared = {
    delta: 0.02,
    reason: 'Readers differ by more.',
    declaredAt: '2026-01-01T00:00:00Z',
    earlierStudies: 0,
  };
  const answered = (row: ArmComparison, answer: 'yes' | 'cannot tell') => ({
    ...{ endpointId: 'e', armA: row.armA, armB: row.armB, between: 'inits' as const, difference: row.difference },
    ...{ lower: -0.01, upper: 0.01, bounds: { low: -0.01, high: 0.01 }, why: null },
    nonInferior: { p: 0.01, adjustedP: 0.01, answer },
    equivalent: { p: 0.01, adjustedP: 0.01, answer },
  });

  it('calls arms equally good only where the margin says so', () => {
    const [a, b] = [arm('random', [0.8, 0.801, 0.799]), arm('gabor', [0.801, 0.8, 0.8])];
    const row = comparison(b, a, 0.003);
    const judged = (answer: 'yes' | 'cannot tell') =>
      verdictOf({ ...study([a, b], [row]), margin: { declared, comparisons: [answered(row, answer)] } });
    expect(judged('yes')).toMatchObject({ kind: 'equivalent' });
    expect(judged('yes').sentence).toContain('equally well, within the declared margin of 0.02 AUC');
    expect(judged('cannot tell').kind).toBe('open');
  });

  it('says of a supported difference within the margin that it is too small to matter', () => {
    const [a, b] = [arm('random', [0.8, 0.8001, 0.7999]), arm('gabor', [0.81, 0.8101, 0.8099])];
    const row = comparison(b, a, 0.001);
    const verdict = verdictOf({ ...study([a, b], [row]), margin: { declared, comparisons: [answered(row, 'yes')] } });
    expect(verdict.kind).toBe('difference');
    expect(verdict.sentence).toContain('too small to matter');
  });

  it('says that test labels of one class give no AUC, and that few images give an uncertain one', () => {
    const results = study([random, gabor], []);
    const only = results.endpoints.map((endpoint) => ({ ...endpoint, positives: 0 }));
    const arms = results.arms.map((item) => ({
      ...item,
      endpoints: item.endpoints.map((endpoint) => ({ ...endpoint, mean: null })),
    }));
    expect(verdictOf({ ...results, arms, endpoints: only })).toMatchObject({ kind: 'unknown' });
    expect(verdictOf({ ...results, arms, endpoints: only }).sentence).toContain(
      '0 positive and 50 negative images for Referable',
    );
    const few = results.endpoints.map((endpoint) => ({ ...endpoint, positives: 4 }));
    expect(verdictOf({ ...results, endpoints: few }).caveats.join(' ')).toContain('4 positive and 50 negative');
  });

  it('knows a study that compares models only', () => {
    const small = { ...arm('random', [0.8, 0.81]), model: 'cbr-small' as const, armId: 'cbr-small/random/all' };
    const results = { ...study([random, small], []), modelComparisons: [comparison(small, random, 0.01)] };
    expect(verdictOf(results)).toMatchObject({ kind: 'models' });
  });

  it('has words for a study without runs, and for one arm', () => {
    expect(verdictOf(study([arm('random', [], 3)], [])).kind).toBe('none');
    expect(verdictOf(study([random], [])).kind).toBe('single');
    expect(verdictOf(study([arm('random', [0.8, 0.8], 3), gabor], [])).caveats[0]).toMatch(
      /^1 run has not finished\. With fewer than five seeds/,
    );
  });
});

describe('arms that leave nothing to test', () => {
  const verdict = (a: number[], b: number[], se = 0): string => {
    const arms = [arm('ImageNet', a), arm('random', b)] as [ArmResult, ArmResult];
    return verdictOf(study(arms, [comparison(...arms, se)])).sentence;
  };

  it('says that both are perfect, not that seeds are missing', () => {
    expect(verdict([1, 1], [1, 1])).toBe('Both arms separate all test images; no difference can be tested.');
    expect(verdict([1, 1], [1])).toContain('Needs two finished seeds in both arms. Seen so far');
  });

  it('says that nothing varies where the AUCs are lower', () => {
    expect(verdict([0.75, 0.75], [0.5, 0.5])).toContain(
      'The AUC varies neither between seeds nor between test images; no difference can be tested. Seen so far',
    );
  });
});
