import { describe, expect, it } from 'vitest';
import { auc } from '../../../main/analysis/statistics/auc.ts';
import { bootstrapHere } from '../../../main/analysis/bootstrap/job.ts';
import { createBootstrapPlan } from '../../../main/analysis/bootstrap/plan.ts';
import { indexPatients } from '../../../main/analysis/bootstrap/sampling.ts';
import { planSubgroups } from '../../../main/analysis/statistics/subgroups.ts';
import { RandomStream } from '../../../shared/system/random.ts';

const stream = new RandomStream(3, 'subgroups');
const size = 900;
const labels = Array.from({ length: size }, () => (stream.uniform() < 0.4 ? 1 : 0));
const sites = Array.from({ length: size }, (_, i) => (i >= 890 ? 'rare' : i >= 880 ? null : `site ${1 + (i % 3)}`));
// Site 2 is told apart badly.
const scores = labels.map((label, i) => label * (sites[i] === 'site 2' ? 0.3 : 2) + stream.normal());
const patients = indexPatients(labels.map((_, i) => Math.floor(i / 2)));
const plan = createBootstrapPlan({ seed: 1, patients, labels: [labels] });
const read = planSubgroups(plan, { variable: 'site', groups: sites, labels, scores, threshold: 1 });
const readSex = planSubgroups(plan, {
  variable: 'sex',
  groups: labels.map((_, i) => (Math.floor(i / 2) % 2 === 0 ? 'f' : 'm')),
  labels,
  scores,
});
const draws = bootstrapHere(plan.job());
const result = read(draws);

describe('subgroups', () => {
  it('give each group its AUC, interval and counts', () => {
    expect(result.subgroups.map(({ name }) => name)).toEqual(['rare', 'site 1', 'site 2', 'site 3']);
    const items = labels.flatMap((_, i) => (sites[i] === 'site 2' ? [i] : []));
    const group = result.subgroups[2];
    const value = auc(
      items.map((i) => labels[i] as number),
      items.map((i) => scores[i] as number),
    );
    expect(group?.auc?.value).toBe(value);
    expect(group?.items).toBe(items.length);
    expect(group?.auc?.low).toBeLessThan(value as number);
    expect(group?.auc).not.toHaveProperty('perDraw');
    expect(group?.rates?.sensitivity.value).toBeLessThan(0.5);
    expect(result.unknown).toBe(10);
  });

  it('hide a group below the floor', () => {
    const [rare] = result.subgroups;
    expect(rare).toMatchObject({ auc: null, rates: null, items: 10 });
    expect(rare?.why).toContain('10 of each are needed');
  });

  it('find the group that differs, adjusted over the groups', () => {
    expect(result.interactions.map(({ name }) => name)).toEqual(['site 1', 'site 2', 'site 3']);
    const [, second] = result.interactions;
    expect(second?.difference.high).toBeLessThan(0);
    expect(second?.adjustedP).toBeLessThan(0.01);
    for (const { p, adjustedP } of result.interactions) expect(adjustedP).toBeGreaterThanOrEqual(p as number);
  });

  it('make one comparison of two groups, and no rates without a threshold', () => {
    const sex = readSex(draws);
    expect(sex.interactions).toHaveLength(1);
    expect(sex.interactions[0]?.adjustedP).toBe(sex.interactions[0]?.p);
    expect(sex.subgroups.every(({ rates }) => rates === null)).toBe(true);
  });
});
