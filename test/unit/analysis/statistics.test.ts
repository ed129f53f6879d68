import { describe, expect, it } from 'vitest';
import { auc, clusteredDelong, delong, estimateAuc } from '../../../main/analysis/statistics/auc.ts';
import { comparePaired, meanOverSeeds, sampleSd } from '../../../main/analysis/statistics/comparison.ts';
import { meanCurve } from '../../../shared/figures/curves.ts';
import {
  averagePrecision,
  brier,
  prCurve,
  rocCurve,
  sensitivitiesOf,
} from '../../../main/analysis/statistics/curves.ts';
import { erfc, twoSidedP } from '../../../main/analysis/statistics/normal.ts';
import {
  interpolatedSensitivity,
  sensitivityAtSpecificity,
  specificityAtSensitivity,
  youden,
} from '../../../main/analysis/statistics/operating-points.ts';
import { placements, type Placements } from '../../../main/analysis/statistics/placements.ts';
import { buildClusters } from '../../../main/analysis/statistics/variance.ts';
import { RandomStream } from '../../../shared/system/random.ts';

/** The formula as printed in DeLong 1988, O(m n): an independent second route. */
function naiveDelong(labels: number[], scores: number[]): { auc: number; variance: number } {
  const x = scores.filter((_, i) => labels[i] === 1);
  const y = scores.filter((_, i) => labels[i] === 0);
  const psi = (a: number, b: number): number => (a > b ? 1 : a === b ? 0.5 : 0);
  const mean = (v: number[]): number => v.reduce((s, e) => s + e, 0) / v.length;
  const variance = (v: number[]): number => v.reduce((s, e) => s + (e - mean(v)) ** 2, 0) / (v.length - 1);
  const v10 = x.map((a) => mean(y.map((b) => psi(a, b))));
  const v01 = y.map((b) => mean(x.map((a) => psi(a, b))));
  return { auc: mean(v10), variance: variance(v10) / x.length + variance(v01) / y.length };
}

function sample(n: number, seed: number, digits = 17): { labels: number[]; a: number[]; b: number[] } {
  const stream = new RandomStream(seed, 'statistics-test');
  const labels = Array.from({ length: n }, () => (stream.uniform() < 0.3 ? 1 : 0));
  const draw = (strength: number): number[] =>
    labels.map((label) => Number((stream.normal() + strength * label).toFixed(Math.min(digits, 15))));
  return { labels, a: draw(1.2), b: draw(0.8) };
}

const parts = (labels: number[], ...vectors: number[][]): Placements[] =>
  vectors.map((scores) => placements(labels, scores) as Placements);

describe('golden example of statistics.md, item 2', () => {
  const labels = [1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0];
  const a = [0.9, 0.8, 0.7, 0.6, 0.3, 0.7, 0.5, 0.4, 0.3, 0.2, 0.1];
  const b = [0.8, 0.4, 0.9, 0.3, 0.6, 0.5, 0.6, 0.2, 0.4, 0.1, 0.3];

  it('AUC, SE and the interval', () => {
    const first = estimateAuc(labels, a);
    expect(first.auc).toBeCloseTo(0.833333, 6);
    expect(first.se).toBeCloseTo(0.132602, 6);
    // By NumPy and SciPy: v 0.017583, f 7.446, model 0.017076, w 0.017244, t(22.446) 2.07148.
    expect(first.low).toBeCloseTo(0.4136, 4);
    expect(first.high).toBeCloseTo(0.97256, 4);
    const second = estimateAuc(labels, b);
    expect(second.auc).toBeCloseTo(0.783333, 6);
    expect(second.se).toBeCloseTo(0.148043, 6);
  });

  it('paired difference', () => {
    const [pa, pb] = parts(labels, a, b) as [Placements, Placements];
    const result = comparePaired([pa], [pb], null);
    expect(result.difference).toBeCloseTo(0.05, 12);
    expect(result.se).toBeCloseTo(0.188193, 6);
    expect(result.z).toBeCloseTo(0.265684, 6);
    expect(result.p).toBeCloseTo(0.790482, 6);
  });
});

describe('AUC and DeLong', () => {
  it.each([12, 300, 3000])('agrees with the formula as printed, with and without ties (n = %i)', (n) => {
    for (const digits of [1, 17]) {
      const { labels, a } = sample(n, n, digits);
      const naive = naiveDelong(labels, a);
      const fast = delong({ labels, scores: [a] });
      expect(fast?.aucs[0]).toBeCloseTo(naive.auc, 12);
      expect((fast?.covariance[0]?.[0] as number) / naive.variance).toBeCloseTo(1, 10);
    }
  });

  it('orders negative, zero, tiny and huge scores alike in both sorting routes', () => {
    const special = [-1e300, -5.5, -1, -1e-310, -0, 0, 1e-310, 1e-5, 1, 5.5, 1e300];
    const many = Array.from({ length: 2200 }, (_, i) => special[(i * 7) % special.length] as number);
    const labels = many.map((value, i) => (value > 0 ? 1 : i % 2));
    expect(auc(labels, many)).toBeCloseTo(naiveDelong(labels, many).auc, 12);
    // -0 and 0 are one score
    expect(auc([1, 0], [0, -0])).toBe(0.5);
    expect(auc([0, 1], [-1e-310, 1e-310])).toBe(1);
  });

  it('is unchanged by a monotone transformation, and mirrored by negation', () => {
    const { labels, a } = sample(2500, 1);
    expect(auc(labels, a.map(Math.exp))).toBe(auc(labels, a));
    expect(
      (auc(labels, a) as number) +
        (auc(
          labels,
          a.map((s) => -s),
        ) as number),
    ).toBeCloseTo(1, 12);
  });

  it('is undefined, never 0.5, where a class is missing, and says why', () => {
    expect(auc([1, 1], [0.2, 0.3])).toBeNull();
    expect(estimateAuc([1, 1], [0.2, 0.3])).toMatchObject({
      auc: null,
      low: null,
      why: expect.stringContaining('no negative') as string,
    });
    expect(estimateAuc([0], [0.2]).why).toContain('no positive');
    expect(estimateAuc([], []).why).toContain('no labelled item');
    expect(delong({ labels: [0, 0], scores: [[1, 2]] })).toBeNull();
    expect(averagePrecision([0, 0], [1, 2])).toBeNull();
    expect(rocCurve([0, 0], [1, 2])).toBeNull();
    expect(prCurve([0, 0], [1, 2])).toBeNull();
    expect(youden([1], [1])).toBeNull();
    expect(sensitivityAtSpecificity([1], [1], 0.9)).toBeNull();
    expect(specificityAtSensitivity([1], [1], 0.9)).toBeNull();
    expect(interpolatedSensitivity([1], [1], 0.9)).toBeNull();
    expect(brier([], [])).toBeNull();
  });

  it('has no interval for a class with one member, and a one-sided one for perfect separation', () => {
    const single = estimateAuc([1, 0, 0], [0.9, 0.1, 0.2]);
    expect(single).toMatchObject({ auc: 1, se: null, low: null, high: null });
    expect(single.why).toContain('not estimable');
    const perfect = estimateAuc([1, 1, 0, 0], [0.9, 0.8, 0.1, 0.2]);
    expect(perfect).toMatchObject({ auc: 1, se: 0, high: 1, why: expect.stringContaining('one-sided') as string });
    // The AUC t with 1 - t = 1.96 sqrt(g(t)), two of each class.
    expect(perfect.low).toBeCloseTo(0.3856, 4);
    const reversed = estimateAuc([1, 1, 0, 0], [0.1, 0.2, 0.8, 0.9]);
    expect(reversed).toMatchObject({ auc: 0, low: 0, high: 1 - (perfect.low as number) });
    const many = Array.from({ length: 400 }, (_, i) => Number(i < 200));
    expect(estimateAuc(many, many).low).toBeGreaterThan(0.98);
    expect(estimateAuc([1, 1, 0, 0], [1, 1, 1, 1])).toMatchObject({ auc: 0.5, low: 0.5, high: 0.5 });
  });

  it.each([
    ['a label 2', [0, 2], [0.1, 0.2], 'Expected labels 0 or 1, got 2 in position 2'],
    ['a missing score', [0, 1], [0.1, NaN], 'Expected every score to be a finite number, got NaN in position 2'],
    ['too few scores', [0, 1], [0.1], 'Expected one score per label, got 1 scores for 2 labels'],
  ])('refuses %s', (_, labels, scores, message) => {
    expect(() => auc(labels, scores)).toThrow(message);
  });
});

describe('clustered variance', () => {
  it('equals DeLong where every cluster has one image', () => {
    const { labels, a, b } = sample(400, 2, 1);
    const clusters = labels.map((_, i) => `p${i}`);
    const plain = delong({ labels, scores: [a, b] });
    const clustered = clusteredDelong({ labels, scores: [a, b], clusters });
    for (const row of [0, 1]) {
      for (const column of [0, 1]) {
        const ratio = (clustered?.covariance[row]?.[column] as number) / (plain?.covariance[row]?.[column] as number);
        expect(ratio).toBeCloseTo(1, 10);
      }
    }
  });

  it('does not shrink when every image is entered twice, while DeLong halves', () => {
    const { labels, a } = sample(300, 3);
    const twice = <T>(values: T[]): T[] => [...values, ...values];
    const clusters = twice(labels.map((_, i) => i));
    const once = estimateAuc(labels, a).se as number;
    const plain = estimateAuc(twice(labels), twice(a)).se as number;
    const clustered = estimateAuc(twice(labels), twice(a), clusters).se as number;
    expect(plain / once).toBeLessThan(0.72);
    expect(clustered / once).toBeGreaterThan(0.99);
    expect(clustered / once).toBeLessThan(1.01);
  });

  it('is not estimable with one patient in a class', () => {
    const estimate = estimateAuc([1, 1, 0, 0], [0.9, 0.3, 0.4, 0.1], ['a', 'a', 'b', 'c']);
    expect(estimate.auc).not.toBeNull();
    expect(estimate.se).toBeNull();
    expect(estimate.why).toContain('patients');
  });
});

describe('mean over seeds and paired arms', () => {
  const { labels, a, b } = sample(500, 4);
  const [pa, pb] = parts(labels, a, b) as [Placements, Placements];
  const matrix = delong({ labels, scores: [a, b] });
  const s = matrix?.covariance as number[][] as [[number, number], [number, number]];

  it('has the variance of an average of correlated AUCs', () => {
    const mean = meanOverSeeds([pa, pb], null);
    expect(mean?.mean).toBeCloseTo((pa.auc + pb.auc) / 2, 14);
    expect(mean?.se).toBeCloseTo(Math.sqrt((s[0][0] + s[1][1] + 2 * s[0][1]) / 4), 12);
    expect(mean?.sd).toBeCloseTo(Math.abs(pa.auc - pb.auc) / Math.SQRT2, 14);
  });

  it('equals the single run with one seed or with copies of it', () => {
    const one = estimateAuc(labels, a);
    expect(meanOverSeeds([pa], null)).toMatchObject({ mean: one.auc, sd: null, low: one.low, high: one.high });
    const copies = meanOverSeeds([pa, pa, pa], null);
    expect(copies?.se).toBeCloseTo(one.se as number, 12);
    expect(copies?.sd).toBe(0);
    expect(meanOverSeeds([], null)).toBeNull();
  });

  it('compares averages with the covariances of all seeds', () => {
    const { a: c } = sample(500, 5);
    const [pc] = parts(labels, c) as [Placements];
    const all = delong({ labels, scores: [a, b, c] })?.covariance as number[][];
    const weights = [0.5, 0.5, -1];
    let variance = 0;
    for (const [i, wi] of weights.entries()) {
      for (const [j, wj] of weights.entries()) variance += wi * wj * ((all[i] as number[])[j] as number);
    }
    const result = comparePaired([pa, pb], [pc], null);
    expect(result.se).toBeCloseTo(Math.sqrt(variance), 12);
    expect(result.z).toBeCloseTo(((pa.auc + pb.auc) / 2 - pc.auc) / Math.sqrt(variance), 9);
  });

  it('finds no difference between equal arms, clustered or not', () => {
    const clusters = buildClusters(
      labels,
      labels.map((_, i) => i >> 1),
    );
    for (const setting of [null, clusters]) {
      expect(comparePaired([pa, pb, pa], [pa, pb, pa], setting)).toMatchObject({
        difference: 0,
        z: 0,
        p: 1,
        low: 0,
        high: 0,
      });
    }
  });

  it('has no test where the variance of a difference is zero', () => {
    const [up, down] = parts([1, 1, 0, 0], [4, 3, 2, 1], [1, 2, 3, 4]) as [Placements, Placements];
    expect(comparePaired([up], [down], null)).toMatchObject({ difference: 1, z: null, p: null });
    const both = comparePaired([up], [up], null);
    expect(both).toMatchObject({ difference: 0, p: null, why: expect.stringContaining('no difference') as string });
    expect(both.low).toBeLessThan(-0.5);
  });

  it('refuses parts of different items', () => {
    const [other] = parts([1, 0], [1, 0]) as [Placements];
    expect(() => comparePaired([pa], [other], null)).toThrow('same items');
  });
});

describe('operating points and curves', () => {
  const labels = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1];
  const scores = [0.1, 0.2, 0.3, 0.4, 0.5, 0.35, 0.6, 0.7, 0.8, 0.9];

  it('decides on counts, not on floating point', () => {
    // 20 negatives at 95 %: exactly one false positive is allowed.
    const negatives = Array.from({ length: 20 }, (_, i) => i / 20);
    const all = [...negatives, 0.96, 0.94];
    const twenty = [...negatives.map(() => 0), 1, 1];
    expect(sensitivityAtSpecificity(twenty, all, 0.95)).toBe(1);
    expect(sensitivityAtSpecificity(twenty, all, 1)).toBe(0.5);
    expect(specificityAtSensitivity(labels, scores, 0.8)).toBe(1);
    expect(specificityAtSensitivity(labels, scores, 0.81)).toBe(0.6);
    expect(specificityAtSensitivity(labels, scores, 0)).toBe(1);
  });

  it('takes tied scores as one threshold', () => {
    const tied = [0.5, 0.5, 0.5, 0.5];
    expect(sensitivityAtSpecificity([1, 1, 0, 0], tied, 0.5)).toBe(0);
    expect(interpolatedSensitivity([1, 1, 0, 0], tied, 0.5)).toBe(0.5);
    expect(averagePrecision([1, 1, 0, 0], tied)).toBe(0.5);
    expect(rocCurve([1, 1, 0, 0], tied)).toEqual({ threshold: [null, 0.5], fpr: [0, 1], tpr: [0, 1] });
  });

  it('finds the best Youden index and its threshold', () => {
    expect(youden(labels, scores)).toEqual({ index: 0.8, threshold: 0.6 });
    expect(youden([0, 1], [1, 0])).toEqual({ index: 0, threshold: null });
  });

  it('has no Brier score for scores that are no probabilities', () => {
    expect(brier([1, 0], [0.5, 0.5])).toBe(0.25);
    expect(brier([1, 0], [1.5, 0.5])).toBeNull();
  });
});

describe('normal distribution', () => {
  it.each([
    [0, 1],
    [0.1, 0.8875370839817152],
    [1, 0.15729920705028513],
    [1.9999999, 0.004677737047746216],
    [2.0000001, 0.004677732914349147],
    [3, 2.209049699858544e-5],
    [5, 1.5374597944280347e-12],
  ])('erfc(%d)', (x, value) => {
    expect(erfc(x) / value).toBeCloseTo(1, 12);
  });

  it('has the usual tail areas', () => {
    expect(twoSidedP(1.959963984540054)).toBeCloseTo(0.05, 13);
    expect(twoSidedP(-1.959963984540054)).toBeCloseTo(0.05, 13);
    expect(twoSidedP(0)).toBe(1);
    expect(erfc(-1)).toBeCloseTo(2 - 0.15729920705028513, 13);
    expect(twoSidedP(60)).toBe(0);
  });

  it('sample SD', () => {
    expect(sampleSd([1])).toBeNull();
    expect(sampleSd([1, 2, 3])).toBe(1);
  });
});

describe('ROC curves that are averaged', () => {
  // scikit-learn 1.9.1, numpy 2: interp(rates, *roc_curve(labels, scores)) with tied scores; mean and std(ddof=1) over three seeds.
  const labels = [0, 0, 0, 1, 1, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 1];
  const tenths = [
    [4, 5, 0, 5, 4, 5, 0, 6, 5, 2, 1, 5, 1, 0, 3, 1, 8, 4, 0, 6, 1, 6, 3, 2],
    [3, 2, 5, 3, 7, 3, 2, 4, 8, 4, 8, 7, 5, 5, 2, 3, 8, 2, 3, 5, 4, 5, 3, 6],
    [3, 1, 5, 3, 3, 3, 5, 5, 4, 1, 4, 3, 0, 4, 1, 2, 5, 2, 3, 8, 2, 3, 0, 5],
  ];
  const expected = [
    { at: 0, runs: [0.4, 0, 0.1], mean: 0.16666666666666666, sd: 0.2081665999466133 },
    { at: 5, runs: [0.68, 0.14, 0.205], mean: 0.34166666666666673, sd: 0.2948021935694057 },
    { at: 13, runs: [0.841, 0.5546666666666666, 0.373], mean: 0.5895555555555556, sd: 0.23594263270109947 },
    { at: 50, runs: [1, 0.85, 1], mean: 0.95, sd: 0.08660254037844381 },
    { at: 100, runs: [1, 1, 1], mean: 1, sd: 0 },
  ];
  const curves = tenths.map((scores) => {
    const curve = rocCurve(
      labels,
      scores.map((score) => score / 10),
    );
    return curve === null ? [] : sensitivitiesOf(curve);
  });

  it.each(expected)('are those of scikit-learn at a false-positive rate of $at %', ({ at, runs, mean, sd }) => {
    for (const [seed, value] of runs.entries()) expect(curves[seed]?.[at]).toBeCloseTo(value, 12);
    const averaged = meanCurve(curves.map((curve) => curve.map((y, x) => ({ x, y }))));
    expect(averaged.mean[at]?.y).toBeCloseTo(mean, 12);
    expect((averaged.band[at]?.high ?? 0) - mean).toBeCloseTo(sd, 12);
  });
});
