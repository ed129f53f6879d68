import { describe, expect, it } from 'vitest';
import { estimateAuc } from '../../../main/analysis/statistics/auc.ts';
import { binomialCdf, normalCdf, normalQuantile } from '../../../main/analysis/statistics/distributions.ts';
import { marginTest, marginTestFromDraws } from '../../../main/analysis/statistics/margins.ts';
import { comparePatientCalls, mcnemarExact } from '../../../main/analysis/statistics/mcnemar.ts';
import { adjustFamily, benjaminiHochbergAdjust, holmAdjust } from '../../../main/analysis/statistics/multiplicity.ts';
import { wilson } from '../../../main/analysis/statistics/proportions.ts';
import {
  correctedResampledTest,
  meanWithTInterval,
  signedRankTest,
  smallestSignedRankP,
} from '../../../main/analysis/statistics/seeds.ts';
import { compareUnpaired } from '../../../main/analysis/statistics/unpaired.ts';
import { expectClose, peers } from './peers.ts';

describe('distributions', () => {
  it.each(peers.normal_quantile)('normal quantile of $p', ({ p, z }) => {
    expectClose(normalQuantile(p), z, 1e-12);
    expectClose(normalCdf(z), p, 1e-12);
  });

  it('has its ends, and refuses what is no probability', () => {
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
    expect(() => normalQuantile(1.1)).toThrow('Expected a probability');
  });

  it('binomial tail', () => {
    expect(binomialCdf(-1, 5, 0.5)).toBe(0);
    expect(binomialCdf(5, 5, 0.5)).toBe(1);
    expectClose(binomialCdf(1, 3, 0.25), 27 / 64 + 27 / 64, 1e-12);
  });
});

describe("Wilson's interval", () => {
  it.each(peers.wilson)('$count of $total', ({ count, total, ci }) => {
    const estimate = wilson(count, total);
    expect(estimate.value).toBe(count / total);
    expectClose(estimate.low, Math.max(0, ci[0]), 1e-12);
    expectClose(estimate.high, ci[1], 1e-12);
  });

  it('is undefined without items', () => {
    expect(wilson(0, 0, 'positive item')).toEqual({
      value: null,
      low: null,
      high: null,
      why: 'Undefined: there is no positive item.',
    });
  });
});

describe('families of tests', () => {
  const { p, holm, bh } = peers.adjust;

  it('Holm and Benjamini-Hochberg agree with statsmodels', () => {
    holmAdjust(p).forEach((value, i) => expectClose(value, holm[i] as number, 1e-12));
    benjaminiHochbergAdjust(p).forEach((value, i) => expectClose(value, bh[i] as number, 1e-12));
    expect(benjaminiHochbergAdjust([])).toEqual([]);
  });

  it('is never smaller than it was declared', () => {
    const family = adjustFamily({
      declared: ['a', 'b', 'c'],
      tests: [
        { id: 'b', p: 0.02 },
        { id: 'a', p: null },
        { id: 'c', p: 0.03 },
      ],
      method: 'holm',
    });
    expect(family.map(({ adjusted }) => adjusted)).toEqual([0.06, null, 0.06]);
  });

  it.each([
    [['a'], 'missing', [{ id: 'b', p: 0.1 }]],
    [['a', 'b'], 'one left out', [{ id: 'a', p: 0.1 }]],
    [
      ['a'],
      'one twice',
      [
        { id: 'a', p: 0.1 },
        { id: 'a', p: 0.2 },
      ],
    ],
  ])('declared %j: refuses %s', (declared, _, tests) => {
    expect(() => adjustFamily({ declared, tests, method: 'holm' })).toThrow('declared family');
  });
});

describe('non-inferiority and equivalence', () => {
  it.each(peers.margin)('d = $difference, SE $se, df $df', (expected) => {
    const result = marginTest(expected);
    expectClose(result.lower, expected.lower);
    expectClose(result.upper, expected.upper);
    expectClose(result.nonInferior.p, expected.p_noninferior);
    expectClose(result.equivalent.p, expected.p_equivalent);
    expect(result.nonInferior.holds).toBe((result.nonInferior.p as number) < 0.025);
    expect(result.equivalent.holds).toBe((result.equivalent.p as number) < 0.025);
  });

  it('from draws: bounds are percentiles, p the share beyond the margin', () => {
    // -0.010, -0.009, ..., 0.019
    const draws = Array.from({ length: 3000 }, (_, i) => -0.01 + (i % 30) / 1000);
    const result = marginTestFromDraws({ difference: 0.0045, draws, margin: 0.0095 });
    expect(result.lower).toBeCloseTo(-0.01, 12);
    expect(result.upper).toBeCloseTo(0.019, 12);
    expectClose(result.nonInferior.p, 101 / 3001, 1e-12);
    expectClose(result.equivalent.p, 1001 / 3001, 1e-12);
    expect(result.nonInferior.holds).toBe(false);
    expect(marginTestFromDraws({ difference: 0.0045, draws, margin: 0.011 }).nonInferior.holds).toBe(true);
    expect(marginTestFromDraws({ difference: 0.0045, draws, margin: 0.02 }).equivalent).toMatchObject({ holds: true });
  });

  it('says where there is nothing to test', () => {
    expect(marginTest({ difference: 0.01, se: 0, margin: 0.02 })).toMatchObject({
      lower: null,
      nonInferior: { p: null, holds: null },
      why: expect.stringContaining('zero') as string,
    });
    expect(marginTest({ difference: 0.01, se: null, margin: 0.02 }).why).toContain('no standard error');
    const undefinedDraws = marginTestFromDraws({ difference: 0, draws: [NaN, NaN, 0], margin: 0.02 });
    expect(undefinedDraws.why).toContain('1 of 3');
    for (const margin of [0, -0.1, NaN, 1]) {
      expect(() => marginTest({ difference: 0, se: 1, margin })).toThrow('Expected a margin between 0 and 1');
    }
  });
});

describe('unpaired DeLong', () => {
  const { labels, a, b } = peers.data;
  const { split } = peers.unpaired;

  it('agrees with the formula in NumPy and SciPy', () => {
    const one = estimateAuc(labels.slice(0, split), a.slice(0, split));
    const two = estimateAuc(labels.slice(split), b.slice(split));
    const result = compareUnpaired({ ...one, units: split }, { ...two, units: labels.length - split });
    expectClose(result.difference, peers.unpaired.difference);
    expectClose(result.t, peers.unpaired.t);
    expectClose(result.df, peers.unpaired.df);
    expectClose(result.p, peers.unpaired.p);
  });

  it('says where there is no test', () => {
    const fine = { auc: 0.8, se: 0.1, units: 20 };
    expect(compareUnpaired({ ...fine, auc: null }, fine).why).toContain('Undefined');
    expect(compareUnpaired({ ...fine, se: null }, fine)).toMatchObject({ difference: 0, p: null });
    const exact = { auc: 1, se: 0, units: 20 };
    expect(compareUnpaired(exact, exact)).toMatchObject({ t: 0, p: 1, low: 0, high: 0 });
    expect(compareUnpaired(exact, { ...exact, auc: 0 }).why).toContain('zero');
  });
});

describe('repeats', () => {
  it("Nadeau and Bengio's test", () => {
    const { differences, train, test, se, t, p, ci } = peers.nadeau_bengio;
    const result = correctedResampledTest({ differences, trainItems: train, testItems: test });
    expectClose(result.se, se);
    expectClose(result.t, t);
    expectClose(result.p, p);
    expectClose(result.low, ci[0], 1e-8);
    expectClose(result.high, ci[1], 1e-8);
    expect(correctedResampledTest({ differences: [], trainItems: 1, testItems: 1 }).why).toContain('no split');
    expect(correctedResampledTest({ differences: [0.1], trainItems: 1, testItems: 1 }).why).toContain('two splits');
    expect(correctedResampledTest({ differences: [0.1, 0.1], trainItems: 1, testItems: 1 }).why).toContain('same');
  });

  it('t interval over seeds', () => {
    const { values, ci } = peers.t_interval;
    const result = meanWithTInterval(values);
    expectClose(result.low, ci[0], 1e-8);
    expectClose(result.high, ci[1], 1e-8);
    expect(meanWithTInterval([0.9])).toMatchObject({ value: 0.9, low: null, sd: null });
    expect(meanWithTInterval([]).why).toContain('no seed');
  });

  it.each(peers.signed_rank)('exact signed-rank test of $differences', ({ differences, p }) => {
    expectClose(signedRankTest(differences).p, p, 1e-12);
  });

  it('says what five seeds can give at best', () => {
    const result = signedRankTest([0.01, 0.02, 0.03, 0.04, 0.05]);
    expect(result).toMatchObject({ p: 0.0625, smallestReachableP: 0.0625, pairs: 5, positiveRanks: 15 });
    expect(result.why).toContain('cannot give a p-value below 0.0625');
    expect(signedRankTest([1, 2, 3, 4, 5, 6]).why).toBeNull();
    expect(signedRankTest([0, 0])).toMatchObject({ p: null, pairs: 0 });
    expect([1, 2, 5].map(smallestSignedRankP)).toEqual([1, 0.5, 0.0625]);
  });
});

describe('McNemar', () => {
  it.each(peers.mcnemar)('$b against $c', ({ b, c, p }) => expectClose(mcnemarExact(b, c).p, p, 1e-11));

  it('has no test without a discordant pair', () => {
    expect(mcnemarExact(0, 0)).toMatchObject({ p: null, why: 'No test: the two models never disagree.' });
  });

  it('counts patients, not images', () => {
    const result = comparePatientCalls({
      patients: ['p', 'p', 'q', 'q', 'r', 's'],
      labels: [1, 0, 0, 0, 1, 0],
      a: { scores: [0.9, 0.9, 0.2, 0.8, 0.1, 0.1], threshold: 0.5 },
      b: { scores: [0.1, 0.2, 0.2, 0.1, 0.6, 0.1], threshold: 0.6 },
    });
    // p: A finds it (through any image), B not; r: B finds it, A not; q: A raises a false alarm; s: both right.
    expect(result.positive).toMatchObject({ patients: 2, onlyA: 1, onlyB: 1, p: 1 });
    expect(result.negative).toMatchObject({ patients: 2, onlyA: 0, onlyB: 1, p: 1 });
    expect(result.all).toMatchObject({ patients: 4, onlyA: 1, onlyB: 2 });
    const never = comparePatientCalls({
      patients: [1],
      labels: [1],
      a: { scores: [1], threshold: null },
      b: { scores: [1], threshold: 1 },
    });
    expect(never.positive).toMatchObject({ onlyA: 0, onlyB: 1 });
  });
});
