import { describe, expect, it } from 'vitest';
import { neededToTell, neededWords } from '../../../shared/results/needed.ts';
import { pooledInterval } from '../../../shared/results/pooled-seeds.ts';
import type { ArmComparison, StudyResults } from '../../../shared/results/results.ts';
import { judgeComparisons, totalDifference, type JudgedComparison } from '../../../shared/results/verdict.ts';

/** Two arms or more with these SDs over `seeds`, the first two compared. */
function study(params: { sds: number[]; seeds: number; difference: number; se: number; delta?: number }): StudyResults {
  const { sds, seeds, difference, se, delta } = params;
  const arms = sds.map((sd, i) => ({
    armId: `a${i}`,
    runsFinished: seeds,
    endpoints: [{ endpointId: 'e', sd, runs: Array.from({ length: seeds }, () => ({ auc: 0.8 })) }],
  }));
  const comparison = { endpointId: 'e', armA: 'a1', armB: 'a0', difference, se, low: null, high: null, why: null };
  const margin = delta === undefined ? null : { declared: { delta }, comparisons: [] };
  return {
    arms,
    comparisons: [comparison],
    modelComparisons: [],
    margin,
    test: { patients: 200 },
  } as unknown as StudyResults;
}
const judged = (results: StudyResults) => judgeComparisons(results)[0] as JudgedComparison;

describe('what would tell', () => {
  it('finds the number of seeds at which the interval would leave out zero, and not fewer', () => {
    const at = (seeds: number) => study({ sds: [0.02, 0.02], seeds, difference: 0.03, se: 0.005 });
    const seeds = neededToTell(at(3), judged(at(3)), 1)?.[0]?.seeds ?? null;
    expect(seeds).toBeGreaterThan(3);
    const lowAt = (count: number) => totalDifference(at(count), at(count).comparisons[0] as ArmComparison)?.low ?? NaN;
    expect(lowAt(seeds as number)).toBeGreaterThan(0);
    expect(lowAt((seeds as number) - 1)).toBeLessThanOrEqual(0);
  });

  it('asks for patients where seeds would not do, and says where nothing would', () => {
    const few = study({ sds: [0.001, 0.001], seeds: 3, difference: 0.03, se: 0.03 });
    expect(neededWords(few, judged(few), 1)).toMatch(
      /^If the difference stays at \+0\.030, about \d+ test patients would show it\.$/,
    );
    const both = study({ sds: [0.05, 0.05], seeds: 3, difference: 0.09, se: 0.05 });
    expect(neededWords(both, judged(both), 1)).toMatch(
      /, \d+ seeds in each arm with about \d+ test patients would show it\.$/,
    );
    const none = study({ sds: [0.05, 0.05], seeds: 3, difference: 0.0001, se: 0.03 });
    expect(neededWords(none, judged(none), 1)).toContain('no practical number of seeds and test patients');
  });

  it('aims at the margin where one was declared', () => {
    const results = study({ sds: [0.01, 0.01], seeds: 3, difference: -0.005, se: 0.005, delta: 0.03 });
    expect(neededWords(results, judged(results), 1)).toContain('show that it is not lower by 0.03');
  });

  it('is silent with one seed', () => {
    const one = study({ sds: [0.01, 0.01], seeds: 1, difference: 0.1, se: 0.01 });
    expect(neededWords(one, judged(one), 1)).toBeNull();
  });
});

describe('seeds pooled over arms', () => {
  const pooled = (sds: number[], seeds = 3) => {
    const results = study({ sds, seeds, difference: 0.03, se: 0.005 });
    return { ...pooledInterval(results, results.comparisons[0] as ArmComparison), total: judged(results).total };
  };

  it('is narrower than Satterthwaite’s where the arms vary alike', () => {
    const { interval, total } = pooled([0.02, 0.021, 0.019, 0.02]);
    expect(interval).not.toBeNull();
    expect((interval?.high ?? NaN) - (interval?.low ?? NaN)).toBeLessThan((total?.high ?? NaN) - (total?.low ?? NaN));
    // s^2 = 0.0004005, SE^2 = 0.000025 + 2/3 s^2, df = 8 (SE^2)^2/(2/3 s^2)^2 = 9.568, t = 2.24185 (SciPy).
    expect(interval?.low).toBeCloseTo(0.03 - 2.24185 * Math.sqrt(0.000025 + (2 / 3) * 0.0004005), 5);
  });

  it('is not given where they do not, or with two seeds', () => {
    expect(pooled([0.02, 0.06, 0.02, 0.02]).why).toContain('do not vary alike');
    expect(pooled([0.02, 0.02], 2).why).toContain('Needs 3 finished seeds');
  });
});
