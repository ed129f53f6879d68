/** Two AUCs measured on different test sets (different patients). */
import { studentQuantile, studentTwoSidedP } from '../../../shared/results/student-t.ts';
import type { StudentTest } from './estimate.ts';

export interface UnpairedAuc {
  auc: number | null;
  se: number | null;
  /** Independent units behind it: images, or patients where the standard error is clustered. */
  units: number;
}

export interface UnpairedDifference extends StudentTest {
  difference: number | null;
}

/**
 * Unpaired DeLong: t = (A1 - A2)/sqrt(S1 + S2) with Satterthwaite's df = (S1 + S2)^2/(S1^2/(N1-1) + S2^2/(N2-1)), as R's pROC
 * (`roc.test`, unpaired). The interval is d +- t SE, clipped to [-1, 1].
 */
export function compareUnpaired(a: UnpairedAuc, b: UnpairedAuc): UnpairedDifference {
  const none = { se: null, t: null, df: null, low: null, high: null, p: null };
  if (a.auc === null || b.auc === null) {
    return { difference: null, ...none, why: 'Undefined: one of the two AUCs is undefined.' };
  }
  const difference = a.auc - b.auc;
  if (a.se === null || b.se === null || a.units < 2 || b.units < 2) {
    return { difference, ...none, why: 'Test not estimable: one of the two AUCs has no standard error.' };
  }
  const [s1, s2] = [a.se ** 2, b.se ** 2];
  const se = Math.sqrt(s1 + s2);
  if (se < 1e-15) {
    return difference === 0
      ? { difference, se: 0, t: 0, df: null, low: 0, high: 0, p: 1, why: null }
      : { difference, ...none, se: 0, why: 'Test not estimable: both variance estimates are zero.' };
  }
  const df = (s1 + s2) ** 2 / (s1 ** 2 / (a.units - 1) + s2 ** 2 / (b.units - 1));
  const t = difference / se;
  const reach = studentQuantile(0.05, df) * se;
  return {
    difference,
    se,
    t,
    df,
    low: Math.max(-1, difference - reach),
    high: Math.min(1, difference + reach),
    p: studentTwoSidedP(t, df),
    why: null,
  };
}
