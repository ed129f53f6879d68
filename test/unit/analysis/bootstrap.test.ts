import { describe, expect, it } from 'vitest';
import { auc, estimateAuc } from '../../../main/analysis/statistics/auc.ts';
import { planArms } from '../../../main/analysis/bootstrap/arms.ts';
import { differenceDraws, hierarchicalDraws, meanDraws } from '../../../main/analysis/bootstrap/combine.ts';
import {
  oneSidedBootstrapP,
  percentile,
  percentileInterval,
  twoSidedBootstrapP,
} from '../../../main/analysis/bootstrap/interval.ts';
import { bootstrapHere, computeDraws, NO_SUMS } from '../../../main/analysis/bootstrap/job.ts';
import { createBootstrapPlan, planAuc, planAveragePrecision } from '../../../main/analysis/bootstrap/plan.ts';
import { rankScores, weightedAuc, weightedAveragePrecision } from '../../../main/analysis/bootstrap/ranked.ts';
import {
  drawPatients,
  indexPatients,
  itemsAsPatients,
  planSampling,
} from '../../../main/analysis/bootstrap/sampling.ts';
import { comparePaired, sampleSd } from '../../../main/analysis/statistics/comparison.ts';
import { averagePrecision } from '../../../main/analysis/statistics/curves.ts';
import { placements, type Placements } from '../../../main/analysis/statistics/placements.ts';
import { buildClusters } from '../../../main/analysis/statistics/variance.ts';
import { RandomStream } from '../../../shared/system/random.ts';
import { expectClose, peers } from './peers.ts';

const { labels, a, b, patients: names } = peers.data;
const patients = indexPatients(names);

describe('rank statistics with weights', () => {
  it.each(peers.weighted.map((draw, index) => ({ index, draw })))(
    'agree with scikit-learn, draw $index',
    ({ draw }) => {
      const weights = Uint32Array.from(draw.weights);
      [a, b].forEach((scores, k) => {
        const ranked = rankScores({ labels, scores, patientOf: patients.ofItems });
        expectClose(weightedAuc(ranked, weights), draw.auc[k] as number, 1e-12);
        expectClose(weightedAveragePrecision(ranked, weights), draw.average_precision[k] as number, 1e-12);
      });
    },
  );

  it('equal the statistic of the items written out as often as they were drawn', () => {
    const sampling = planSampling({ seed: 5, patients, labels: [labels] });
    const weights = new Uint32Array(patients.count);
    drawPatients(sampling, 3, weights);
    const copies = labels.flatMap((_, item) =>
      new Array<number>(weights[patients.ofItems[item] as number] as number).fill(item),
    );
    const drawnLabels = copies.map((item) => labels[item] as number);
    const drawnScores = copies.map((item) => b[item] as number);
    const ranked = rankScores({ labels, scores: b, patientOf: patients.ofItems });
    expect(weightedAuc(ranked, weights)).toBe(auc(drawnLabels, drawnScores));
    expect(weightedAveragePrecision(ranked, weights)).toBeCloseTo(
      averagePrecision(drawnLabels, drawnScores) as number,
      13,
    );
  });

  it('are undefined, not 0, where a class has no weight', () => {
    const ranked = rankScores({ labels: [1, 0], scores: [1, 0], patientOf: Uint32Array.of(0, 1) });
    expect(weightedAuc(ranked, Uint32Array.of(0, 2))).toBeNaN();
    expect(weightedAuc(ranked, Uint32Array.of(1, 0))).toBeNaN();
    expect(weightedAveragePrecision(ranked, Uint32Array.of(0, 2))).toBeNaN();
  });
});

describe('draws of patients', () => {
  const sampling = planSampling({ seed: 1, patients, labels: [labels] });

  it('keep the size of both strata', () => {
    const positive = new Set(names.filter((_, item) => labels[item] === 1));
    expect(sampling.strata.map((members) => members.length)).toEqual([patients.count - positive.size, positive.size]);
    const weights = new Uint32Array(patients.count);
    for (const draw of [0, 1, 17]) {
      drawPatients(sampling, draw, weights);
      for (const members of sampling.strata) {
        expect(members.reduce((sum, patient) => sum + (weights[patient] as number), 0)).toBe(members.length);
      }
    }
  });

  it('without strata take all patients alike', () => {
    const free = planSampling({ seed: 1, patients, labels: [labels], strata: 'none' });
    expect(free.strata.map((members) => members.length)).toEqual([patients.count]);
  });

  it('are a function of seed and number only, whatever came before', () => {
    const once = new Uint32Array(patients.count);
    const again = new Uint32Array(patients.count);
    drawPatients(sampling, 7, once);
    drawPatients(sampling, 2, again);
    drawPatients(sampling, 7, again);
    expect(again).toEqual(once);
    drawPatients({ ...sampling, seed: 2 }, 7, again);
    expect(again).not.toEqual(once);
  });

  it('take each patient once on average', () => {
    const weights = new Uint32Array(patients.count);
    const sums = new Float64Array(patients.count);
    for (let draw = 0; draw < 2000; draw++) {
      drawPatients(sampling, draw, weights);
      weights.forEach((weight, patient) => ((sums[patient] as number) += weight / 2000));
    }
    // Standard error of each mean: about 1/sqrt(2000).
    for (const mean of sums) expect(Math.abs(mean - 1)).toBeLessThan(0.12);
  });

  it('are computed in parts as in one go', () => {
    const column = {
      statistic: 'auc' as const,
      scores: rankScores({ labels, scores: a, patientOf: patients.ofItems }),
    };
    const job = { sampling, draws: 50, columns: [column], sums: NO_SUMS };
    const parts = new Float64Array(50);
    computeDraws(job, 20, 50, parts);
    computeDraws(job, 0, 20, parts);
    expect(parts).toEqual(bootstrapHere(job).column(0));
  });
});

describe('intervals', () => {
  it('are percentiles as NumPy gives them, with the SD of the draws', () => {
    const estimate = percentileInterval(0.02, peers.percentile.draws);
    expectClose(estimate.low, peers.percentile.low, 1e-12);
    expectClose(estimate.high, peers.percentile.high, 1e-12);
    expectClose(estimate.se, peers.percentile.sd, 1e-12);
    expect(estimate).toMatchObject({ draws: 501, skipped: 0, why: null });
  });

  it('interpolate, also beside an infinite draw', () => {
    expect(percentile([1, 2, 4], 0.25)).toBe(1.5);
    expect(percentile([1, 2, Infinity], 0.5)).toBe(2);
    expect(percentile([1, Infinity, Infinity], 1)).toBe(Infinity);
  });

  it('skip and count undefined draws, and are not estimable from a few or a selection', () => {
    const draws = Array.from({ length: 1000 }, (_, i) => (i < 300 ? NaN : i));
    expect(percentileInterval(500, draws)).toMatchObject({ draws: 700, skipped: 300, why: null });
    const selected = percentileInterval(
      500,
      draws.map((draw) => (draw < 600 ? NaN : draw)),
    );
    expect(selected).toMatchObject({ value: 500, low: null, high: null, se: null, draws: 400, skipped: 600 });
    expect(selected.why).toContain('undefined in 600 of 1000 draws');
    expect(percentileInterval(1, [1, 2, 3]).why).toContain('defined in 3 of 3 draws, and 100 are needed');
    expect(percentileInterval(null, draws).why).toContain('Undefined');
  });

  it('say it where every draw is the same', () => {
    const point = percentileInterval(1, new Float64Array(200).fill(1));
    expect(point).toMatchObject({ low: 1, high: 1, se: 0 });
    expect(point.why).toContain('point');
  });

  it('p-values count one more than was seen', () => {
    const draws = Array.from({ length: 99 }, (_, i) => i + 1);
    expect(twoSidedBootstrapP(draws)).toBe(0.02);
    expect(oneSidedBootstrapP(draws, 49)).toBe(0.5);
    expect(twoSidedBootstrapP([0, 0, NaN])).toBe(1);
    expect(twoSidedBootstrapP([])).toBeNull();
  });
});

describe('AUC and average precision by the clustered bootstrap', () => {
  const plan = createBootstrapPlan({ seed: 1, patients, labels: [labels] });
  const readA = planAuc(plan, { labels, scores: a });
  const readB = planAuc(plan, { labels, scores: b });
  const readAp = planAveragePrecision(plan, { labels, scores: a });
  const draws = bootstrapHere(plan.job());
  const clusters = buildClusters(labels, names);

  it('agrees with the analytic clustered standard error within 10 %', () => {
    const analytic = estimateAuc(labels, a, names);
    const drawn = readA(draws);
    expect(drawn.value).toBe(analytic.auc);
    expectClose(drawn.se, analytic.se as number, 0.1);
    expectClose(drawn.low, analytic.low as number, 0.02);
    expectClose(drawn.high, analytic.high as number, 0.02);
    expect(drawn).toMatchObject({ draws: 2000, skipped: 0 });
  });

  it('pairs the draws, so that a difference has the standard error of the paired test', () => {
    const [pa, pb] = [a, b].map((scores) => placements(labels, scores) as Placements) as [Placements, Placements];
    const analytic = comparePaired([pa], [pb], clusters);
    const paired = differenceDraws(readA(draws).perDraw, readB(draws).perDraw);
    expectClose(sampleSd([...paired]), analytic.se as number, 0.1);
    const unpaired = Math.hypot(readA(draws).se as number, readB(draws).se as number);
    expect(sampleSd([...paired])).toBeLessThan(0.9 * unpaired);
    expect(differenceDraws(readA(draws).perDraw, readA(draws).perDraw)).toEqual(new Float64Array(2000));
  });

  it('gives average precision an interval around it', () => {
    const estimate = readAp(draws);
    expect(estimate.value).toBe(averagePrecision(labels, a));
    expect(estimate.low).toBeLessThan(estimate.value as number);
    expect(estimate.high).toBeGreaterThan(estimate.value as number);
  });

  it('leaves items without a label, and items outside a subgroup, out', () => {
    const masked = labels.map((label, item) => (item % 3 === 0 ? null : label));
    const other = createBootstrapPlan({ seed: 1, patients, labels: [masked], draws: 200 });
    const read = planAuc(other, { labels: masked, scores: a, keep: (item) => item < 200 });
    const items = labels.flatMap((_, item) => (item % 3 === 0 || item >= 200 ? [] : [item]));
    const value = auc(
      items.map((item) => labels[item] as number),
      items.map((item) => a[item] as number),
    );
    expect(read(bootstrapHere(other.job())).value).toBe(value);
  });

  it('has no interval where a class is missing or rests on one patient', () => {
    const few = indexPatients(['p', 'p', 'q', 'r', 's']);
    const estimate = (values: number[]) => {
      const small = createBootstrapPlan({ seed: 1, patients: few, labels: [values] });
      const read = planAuc(small, { labels: values, scores: [0.9, 0.8, 0.3, 0.85, 0.1] });
      return read(bootstrapHere(small.job()));
    };
    const one = estimate([1, 1, 0, 0, 0]);
    expect(one.value).toBeCloseTo(5 / 6, 12);
    expect(one).toMatchObject({ low: null, high: null, se: null });
    expect(one.why).toContain('two patients with a positive');
    expect(estimate([0, 0, 0, 0, 0])).toMatchObject({ value: null, why: 'Undefined: there is no positive item.' });
  });

  it('skips draws in which all patients drawn are positive', () => {
    // One stratum: each patient has a positive, negatives are held by three of six.
    const mixed = indexPatients([0, 1, 2, 3, 4, 5, 3, 4, 5]);
    const y = [1, 1, 1, 1, 1, 1, 0, 0, 0];
    const small = createBootstrapPlan({ seed: 3, patients: mixed, labels: [y] });
    const read = planAuc(small, { labels: y, scores: [9, 8, 2, 6, 5, 4, 3, 7, 1] });
    const { draws: used, skipped, low } = read(bootstrapHere(small.job()));
    // (1/2)^6 of the draws.
    expect(skipped).toBeGreaterThan(10);
    expect(skipped).toBeLessThan(60);
    expect(used + skipped).toBe(2000);
    expect(low).not.toBeNull();
  });
});

describe('several labels and several seeds', () => {
  it('macro-averages within each draw', () => {
    expect([...meanDraws([Float64Array.of(1, 2, NaN), Float64Array.of(3, 5, 1)])]).toEqual([2, 3.5, NaN]);
  });

  it('carries the variance between seeds without shrinking it by (k-1)/k', () => {
    // No variation of patients: four seeds with constant AUCs.
    const values = [0.8, 0.82, 0.87, 0.9];
    const seeds = values.map((value) => new Float64Array(20_000).fill(value));
    const [drawn] = hierarchicalDraws([seeds], { seed: 1, pairing: 'independent' }) as [Float64Array];
    expectClose(sampleSd([...drawn]), (sampleSd(values) as number) / 2, 0.03);
  });

  it('draws matched seeds together', () => {
    const seeds = [0.8, 0.85, 0.9].map((value) => new Float64Array(500).fill(value));
    const shifted = seeds.map((column) => column.map((value) => value - 0.05));
    const [x, y] = hierarchicalDraws([seeds, shifted], { seed: 1, pairing: 'matched' }) as [Float64Array, Float64Array];
    expect(Math.max(...differenceDraws(x, y).map((value) => Math.abs(value - 0.05)))).toBeLessThan(1e-12);
    const [u, v] = hierarchicalDraws([seeds, shifted], { seed: 1, pairing: 'independent' }) as [
      Float64Array,
      Float64Array,
    ];
    expect(sampleSd([...differenceDraws(u, v)])).toBeGreaterThan(0.02);
    expect(() => hierarchicalDraws([seeds, shifted.slice(1)], { seed: 1, pairing: 'matched' })).toThrow('same number');
  });

  it('arms: patients alone agree with the covariance of the seeds, both sources with its sum', () => {
    const stream = new RandomStream(4, 'arms');
    const seedsOf = (spread: number) =>
      [0, 1, 2, 3, 4].map(() => {
        const strength = 1 + spread * stream.normal();
        return a.map((score, item) => strength * score + 0.4 * stream.normal() + 0.1 * (b[item] as number));
      });
    const [one, two] = [seedsOf(0.3), seedsOf(0.3)];
    const plan = createBootstrapPlan({ seed: 9, patients, labels: [labels] });
    const read = planArms(plan, {
      labels: [{ labels }],
      scores: [one, two].map((seeds) => seeds.map((scores) => [scores])),
      seed: 9,
    });
    const result = read(bootstrapHere(plan.job()));
    const parts = [one, two].map((seeds) => seeds.map((scores) => placements(labels, scores) as Placements)) as [
      Placements[],
      Placements[],
    ];
    const analytic = comparePaired(parts[0], parts[1], buildClusters(labels, names));
    const difference = result.difference(0, 1);
    expectClose(difference.overPatients.value, analytic.difference, 1e-9);
    expectClose(difference.overPatients.se, analytic.se as number, 0.1);
    const seedVariance = parts.reduce(
      (sum, seeds) => sum + (sampleSd(seeds.map((part) => part.auc)) as number) ** 2 / 5,
      0,
    );
    expect(difference.overSeedsAndPatients.se).toBeGreaterThan(difference.overPatients.se as number);
    // Each seed's own noise over patients is met twice, so the sum of both sources is a lower bound.
    expect(difference.overSeedsAndPatients.se).toBeGreaterThan(
      0.9 * Math.hypot(analytic.se as number, Math.sqrt(seedVariance)),
    );
    expect(difference.overPatients.p).toBeGreaterThan(0);
    expect(result.mean(0).overSeedsAndPatients.why).toBeNull();
  });

  it('arms: one seed is said to carry patients only; an undefined label leaves no mean', () => {
    const plan = createBootstrapPlan({ seed: 9, patients, labels: [labels], draws: 200 });
    const none = labels.map(() => 0);
    const read = planArms(plan, { labels: [{ labels }], scores: [[[a]], [[b]]], seed: 1 });
    const readBoth = planArms(plan, { labels: [{ labels }, { labels: none }], scores: [[[a, a]]], seed: 1 });
    const draws = bootstrapHere(plan.job());
    expect(read(draws).difference(0, 1).overSeedsAndPatients.why).toContain('one seed');
    expect(readBoth(draws).mean(0).overPatients).toMatchObject({
      value: null,
      low: null,
      why: expect.stringContaining('no positive') as string,
    });
  });
});

it('independent items are patients of their own', () => {
  const plan = createBootstrapPlan({ seed: 2, patients: itemsAsPatients(labels.length), labels: [labels] });
  const read = planAuc(plan, { labels, scores: a });
  expectClose(read(bootstrapHere(plan.job())).se, estimateAuc(labels, a).se as number, 0.1);
});
