/**
 * The interval of a difference with the variance between seeds pooled over all arms of the endpoint, as in a nested Obuchowski-Rockette
 * analysis: with three seeds it is some 0.8 times as wide as Satterthwaite's, and it is right only where the arms vary alike. docs/coverage.md has
 * its coverage with and without that. Pure.
 */
import type { ArmComparison, StudyResults } from './results.ts';
import { incompleteBeta } from './student-t.ts';
import { addSeeds, intervalAt, seedVariance, type Ends } from './verdict.ts';

/** The check must find nothing at all: with three seeds it has little power. This app's choice, by simulation. */
const ALIKE_P = 0.5;
const LEAST_SEEDS = 3;

export type PooledInterval = { interval: Ends; why: null } | { interval: null; why: string };

/** SE^2 = V + s^2 (1/nA + 1/nB), s^2 the pooled variance over seeds; t with Satterthwaite's degrees of freedom, V counting as known. */
export function pooledInterval(results: Pick<StudyResults, 'arms'>, comparison: ArmComparison): PooledInterval {
  const { armA, armB, endpointId, se, difference } = comparison;
  const none = (why: string): PooledInterval => ({ interval: null, why });
  const arms = results.arms.flatMap(({ armId }) => {
    const found = seedVariance(results, armId, endpointId);
    return found === null ? [] : [{ armId, df: found.seeds - 1, ...found }];
  });
  const [a, b] = [armA, armB].map((id) => arms.find(({ armId }) => armId === id));
  if (se === null || a === undefined || b === undefined || arms.some(({ seeds }) => seeds < LEAST_SEEDS)) {
    return none(`Needs ${LEAST_SEEDS} finished seeds in every arm.`);
  }
  if (!variesAlike(arms)) return none('The arms do not vary alike between seeds.');
  const df = arms.reduce((sum, arm) => sum + arm.df, 0);
  const ofSeeds = (arms.reduce((sum, arm) => sum + arm.df * arm.variance, 0) / df) * (1 / a.seeds + 1 / b.seeds);
  const total = addSeeds(se ** 2, [{ variance: ofSeeds, df }]);
  return total === null ? none('Nothing varies.') : { interval: intervalAt(difference, total, 0.05), why: null };
}

/** F test of each arm's variance against the pooled one of the others, two-sided, by Bonferroni: p of at least {@link ALIKE_P}. */
function variesAlike(arms: readonly { df: number; variance: number }[]): boolean {
  return arms.every((arm) => {
    const others = arms.filter((other) => other !== arm);
    const df = others.reduce((sum, other) => sum + other.df, 0);
    const pooled = others.reduce((sum, other) => sum + other.df * other.variance, 0) / df;
    const above = incompleteBeta((df * pooled) / (df * pooled + arm.df * arm.variance || 1), df / 2, arm.df / 2);
    return 2 * arms.length * Math.min(above, 1 - above) >= ALIKE_P;
  });
}
