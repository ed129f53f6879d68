import { describe, expect, it } from 'vitest';
import { BootstrapDraws, computeDraws, rowLength } from '../../../main/analysis/bootstrap/job.ts';
import { confusionAt } from '../../../main/analysis/statistics/confusion.ts';
import {
  planStudyDetails,
  type ImageAttributes,
  type StudyDetailsInput,
} from '../../../main/analysis/study/study-details.ts';
import { chooseThreshold } from '../../../main/analysis/statistics/thresholds.ts';
import type { Prediction } from '../../../shared/run/run.ts';
import { pointOf, THRESHOLD_RULES, type StudyDetails } from '../../../shared/results/study-details.ts';
import { madeUpPredictions } from '../made-up-runs.ts';

const endpoint = { id: 'edema', name: 'Edema', positiveOutputs: [0], score: 'probability' as const, headline: true };

function rows(key: string, images: number, imagesPerPatient: number): Prediction[] {
  return madeUpPredictions({ images, imagesPerPatient, key, strength: 1.5 });
}

function input(over: Partial<StudyDetailsInput> = {}, imagesPerPatient = 2): StudyDetailsInput {
  const run = (armId: string, seed: number) => ({
    ...{ runId: `${armId}-${seed}`, armId, seed },
    validation: rows(`v-${armId}-${seed}`, 80, imagesPerPatient),
    test: rows(`t-${armId}-${seed}`, 160, imagesPerPatient),
  });
  const attributes = new Map(
    rows('t', 160, imagesPerPatient).map((row, index): [string, ImageAttributes] => [
      row.imageId,
      { sex: index % 2 ? 'F' : 'M', age: index < 8 ? 15 : 55, view: 'PA', site: null, eye: row.eye },
    ]),
  );
  return {
    ...{ studyId: 's', endpoint, rule: 'youden', grades: null, attributes },
    pairs: [{ armA: 'gabor', armB: 'random' }],
    runs: [run('random', 0), run('random', 1), run('gabor', 0)],
    ...over,
  };
}

function details(given: StudyDetailsInput): StudyDetails {
  const plan = planStudyDetails(given, { draws: 300 });
  if (plan === null) throw new Error('Expected a plan.');
  const values = new Float64Array(plan.job.draws * rowLength(plan.job));
  computeDraws(plan.job, 0, plan.job.draws, values);
  return plan.read(new BootstrapDraws(plan.job, values));
}

describe('details of a study', () => {
  it('chooses each threshold on the run’s own validation images and applies it, unchanged, to its test images', () => {
    const given = input({ rule: 'sensitivity:0.9' });
    const found = details(given);
    expect(found).toMatchObject({ intervalKind: 'cluster-bootstrap', draws: 300, seed: 1 });
    for (const [index, run] of given.runs.entries()) {
      const read = (list: readonly Prediction[]) => ({
        labels: list.map((row) => row.labels[0] as number),
        scores: list.map((row) => row.probabilities[0] as number),
      });
      const validation = read(run.validation);
      const chosen = chooseThreshold(validation.labels, validation.scores, { kind: 'sensitivity', atLeast: 0.9 });
      const point = pointOf(found.runs[index] ?? { points: [] }, 'sensitivity:0.9').point;
      expect(point?.threshold).toBe(chosen.defined ? chosen.threshold : undefined);
      expect(point?.validation.sensitivity).toBeGreaterThanOrEqual(0.9);
      const test = read(run.test);
      expect(point?.counts).toEqual(confusionAt(test.labels, test.scores, point?.threshold ?? null));
      const { value, low, high } = point?.rates.sensitivity ?? { value: null, low: null, high: null };
      expect(low).toBeLessThanOrEqual(value as number);
      expect(high).toBeGreaterThanOrEqual(value as number);
    }
  });

  it('takes Wilson’s intervals with one image per patient', () => {
    expect(details(input({}, 1)).intervalKind).toBe('wilson');
  });

  it('tells why there is no threshold where validation lacks a class', () => {
    const given = input();
    const runs = given.runs.map((run) => ({ ...run, validation: run.validation.filter((row) => row.labels[0] === 0) }));
    const [first] = details({ ...given, runs }).runs;
    expect(first?.points).toHaveLength(THRESHOLD_RULES.length);
    expect(first?.points[0]?.point).toBeNull();
    expect(first?.points[0]?.why).toContain('No threshold can be chosen on validation');
    expect(first?.recalibration[0]?.why).toContain('Not fitted on validation');
  });

  it('has calibration, a reliability curve that holds every image, and the mean over the seeds of an arm', () => {
    const found = details(input());
    for (const run of found.runs) {
      expect(run.slope.low).toBeLessThan(run.slope.value as number);
      expect(run.reliability.reduce((sum, point) => sum + point.items, 0)).toBe(found.positives + found.negatives);
      expect(run.ece).toBeGreaterThan(0);
      expect(run.kappa).toBeNull();
    }
    const [a, b] = found.runs.map((run) => run.brier.value as number) as [number, number];
    const [random, gabor] = found.arms;
    expect(random?.brier).toMatchObject({ seeds: 2, why: null });
    expect(random?.brier.value).toBeCloseTo((a + b) / 2, 12);
    expect(random?.brier.sd).toBeCloseTo(Math.abs(a - b) / Math.SQRT2, 12);
    expect(random?.slope.low).toBeLessThan(random?.slope.value as number);
    expect(gabor?.brier).toMatchObject({ sd: null, why: expect.stringContaining('one finished run') as string });
  });

  it('recalibrates on validation only, and has decision curves of either probabilities', () => {
    const given = input();
    const [before, after] = [
      details(given),
      details({ ...given, probabilities: 'platt', range: { from: 0.1, to: 0.3 } }),
    ];
    const [arm] = after.arms;
    const [run] = after.runs;
    const platt = run?.recalibration.find(({ method }) => method === 'platt');
    expect(platt?.brierChange?.value).toBeCloseTo((platt?.after?.brier.value ?? 0) - (run?.brier.value ?? 0), 12);
    // Cox: the slope afterwards is the slope before over that of the map.
    expect(platt?.after?.slope.value).toBeCloseTo((run?.slope.value ?? 0) / (platt?.fitted?.slope ?? 0), 5);
    expect(after.decision.thresholds.at(-1)).toBe(0.3);
    expect(arm?.netBenefit).toHaveLength(after.decision.thresholds.length);
    expect(after.runs[0]?.netBenefit[0]).not.toBe(before.runs[0]?.netBenefit[5]);
    expect(before.decision.all).toHaveLength(46);
  });

  it('gives predictive values at a prevalence, for runs and arms, and tests arms against each other', () => {
    const found = details(input({ prevalence: 0.1 }));
    const { rates, atPrevalence } = found.runs[0]?.points[0]?.point ?? {};
    const [sens, spec] = [rates?.sensitivity.value ?? 0, rates?.specificity.value ?? 0];
    expect(atPrevalence?.ppv.value).toBeCloseTo((0.1 * sens) / (0.1 * sens + 0.9 * (1 - spec)), 12);
    expect(found.arms[0]?.rules[0]?.atPrevalence?.npv.low).not.toBeNull();
    expect(found.calls.map(({ armA, armB, seed }) => [armA, armB, seed])).toEqual([['gabor', 'random', 0]]);
    expect(details(input()).runs[0]?.points[0]?.point?.atPrevalence).toBeNull();
  });

  it('has kappa where outputs are grades', () => {
    expect(details(input({ grades: 2 })).runs[0]?.kappa?.value).not.toBeNull();
  });

  it('shows subgroups from the floor on, and none where all images are in one', () => {
    const { subgroups } = details(input());
    expect(subgroups.map(({ variable, name, why }) => [variable, name, why === null])).toEqual([
      ['Sex', 'F', true],
      ['Sex', 'M', true],
      ['Age', '50 to 59', true],
      ['Age', 'under 20', false],
      ['Eye', 'left', true],
      ['Eye', 'right', true],
    ]);
    expect(subgroups[0]?.arms.map((arm) => arm.armId)).toEqual(['random', 'gabor']);
    expect(subgroups[3]?.arms).toEqual([]);
    const [f, m] = subgroups;
    const [inside, outside] = [f?.arms[0], m?.arms[0]];
    expect(inside?.difference?.value).toBeCloseTo((inside?.value ?? 0) - (outside?.value ?? 0), 12);
    expect(outside?.difference).toBeNull();
    // Sex and eye are compared; age is not, since its other group is below the floor.
    expect(subgroups[2]?.arms[0]?.difference).toBeNull();
    expect(inside?.difference?.adjustedP).toBeGreaterThanOrEqual(inside?.difference?.p as number);
    expect(inside?.sensitivity.value).toBeGreaterThan(0);
    const [pair] = f?.pairs ?? [];
    expect(pair?.gain.value).toBeCloseTo((f?.arms[1]?.value ?? 0) - (inside?.value ?? 0), 12);
    expect(pair?.difference?.value).toBeCloseTo(
      (pair?.gain.value ?? 0) - ((m?.arms[1]?.value ?? 0) - (outside?.value ?? 0)),
      12,
    );
    for (const { low, value, high } of subgroups[0]?.arms ?? []) {
      expect(low).toBeLessThan(value as number);
      expect(high).toBeGreaterThan(value as number);
    }
  });

  it('at thresholds chosen anew keeps the values and widens the intervals', () => {
    const [frozen, anew] = (['frozen', 'chosen-anew'] as const).map((thresholds) =>
      details(input({ thresholds }, 1)),
    ) as [StudyDetails, StudyDetails];
    const width = ({ runs }: StudyDetails) => {
      const { low, high } = pointOf(runs[0] as StudyDetails['runs'][number], 'youden').point?.rates.specificity ?? {};
      return (high ?? NaN) - (low ?? NaN);
    };
    expect([frozen.intervalKind, anew.intervalKind]).toEqual(['wilson', 'cluster-bootstrap']);
    expect(width(anew)).toBeGreaterThan(width(frozen) * 1.2);
    expect(anew.runs.map((run) => pointOf(run, 'youden').point?.counts)).toEqual(
      frozen.runs.map((run) => pointOf(run, 'youden').point?.counts),
    );
  });

  it('is nothing without a finished run', () => expect(planStudyDetails(input({ runs: [] }))).toBeNull());
});
