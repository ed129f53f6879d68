/**
 * What a study's comparisons allow to say. DeLong's paired test asks whether *these* trained models differ on other patients; a
 * user asks whether the *way to start* differs, for which seeds are a sample as well. So a difference is called supported only
 * when it stands against both sources of variation.
 */
import type { ArmComparison, StudyResults } from './results.ts';
import { studentQuantile, studentTwoSidedP } from './student-t.ts';

/** A difference is supported when its p-value over patients and seeds, adjusted by Holm's method over its family, is below this. */
export const SUPPORT_LEVEL = 0.05;

/** A difference with the variation of patients and of seeds. */
export interface TotalDifference {
  se: number;
  /** Welch-Satterthwaite degrees of freedom; DeLong's part counts as known. */
  df: number;
  low: number;
  high: number;
  p: number;
}

export interface JudgedComparison extends ArmComparison {
  /** Null where it cannot be had; then `whyNoTotal` says so. */
  total: TotalDifference | null;
  whyNoTotal: string | null;
  /** `total.p` adjusted by Holm over all comparisons of the family; one that cannot be tested counts as p = 1. */
  adjustedP: number | null;
  /** The interval at the level of Holm's step: it leaves out 0 exactly where the difference is supported. */
  adjusted: Ends | null;
  supported: boolean;
}

/** Holm's step-down adjustment (Scandinavian Journal of Statistics 1979, 6:65-70), in the order given; at most 1. */
export function holmAdjust(pValues: readonly number[]): number[] {
  return holmSteps(pValues, 1).map(({ adjusted }) => adjusted);
}

/**
 * With each adjusted p-value the `divisor` of the level at which Holm's method decided on it: at `level`/divisor an interval leaves out
 * what was tested exactly where the adjusted p is below `level`, so that intervals and answers agree (Serlin, J Exp Educ 1993;61:350-360).
 */
export function holmSteps(pValues: readonly number[], level: number): { adjusted: number; divisor: number }[] {
  const order = pValues.map((_, index) => index).sort((a, b) => (pValues[a] as number) - (pValues[b] as number));
  const steps = pValues.map(() => ({ adjusted: 1, divisor: 1 }));
  let largest = 0;
  let divisor = pValues.length;
  order.forEach((index, rank) => {
    // The method stops at the first p-value that is too large; all that are larger share its level.
    if (largest < level) divisor = pValues.length - rank;
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * (pValues[index] as number)));
    steps[index] = { adjusted: largest, divisor };
  });
  return steps;
}

/** How an arm's AUC varies over its finished seeds; null with fewer than two. */
export function seedVariance(
  results: Pick<StudyResults, 'arms'>,
  armId: string,
  endpointId: string,
): { seeds: number; variance: number } | null {
  const arm = results.arms.find((candidate) => candidate.armId === armId);
  const endpoint = arm?.endpoints.find((candidate) => candidate.endpointId === endpointId);
  const seeds = endpoint?.runs.filter((run) => run.auc !== null).length ?? 0;
  return endpoint === undefined || endpoint.sd === null || seeds < 2 ? null : { seeds, variance: endpoint.sd ** 2 };
}

/**
 * Standard error and Satterthwaite's degrees of freedom (Biometrics Bulletin 1946, 2:110-114) of a difference whose variance is that over
 * patients, which counts as known, and what seeds add, each part with its own degrees of freedom. Null where nothing varies.
 */
export function addSeeds(
  patients: number,
  seeds: readonly { variance: number; df: number }[],
): { se: number; df: number } | null {
  const variance = seeds.reduce((sum, part) => sum + part.variance, patients);
  const uncertain = seeds.reduce((sum, part) => sum + part.variance ** 2 / part.df, 0);
  if (variance === 0) return null;
  return { se: Math.sqrt(variance), df: uncertain === 0 ? 1e6 : Math.min(1e6, variance ** 2 / uncertain) };
}

/** Adds the seeds' variance of both arms to DeLong's: Var = Var_DeLong + sdA^2/nA + sdB^2/nB. Null where a part of it is unknown. */
export function totalDifference(
  results: Pick<StudyResults, 'arms'>,
  { armA, armB, endpointId, difference, se }: ArmComparison,
): TotalDifference | null {
  const [a, b] = [seedVariance(results, armA, endpointId), seedVariance(results, armB, endpointId)];
  if (se === null || a === null || b === null) return null;
  const total = addSeeds(
    se ** 2,
    [a, b].map(({ seeds, variance }) => ({ variance: variance / seeds, df: seeds - 1 })),
  );
  if (total === null) return null;
  return { ...total, ...intervalAt(difference, total, 0.05), p: studentTwoSidedP(difference / total.se, total.df) };
}

/** The interval of a difference of AUCs at level 1 - alpha; it ends at -1 and 1. */
export function intervalAt(difference: number, { se, df }: { se: number; df: number }, alpha: number): Ends {
  const reach = studentQuantile(alpha, df) * se;
  return { low: Math.max(-1, difference - reach), high: Math.min(1, difference + reach) };
}

export interface Ends {
  low: number;
  high: number;
}

export const BOTH_PERFECT = 'Both arms separate all test images; no difference can be tested.';

/** Why {@link totalDifference} is null, one sentence; null where it is not. */
export function whyNoTotal(results: Pick<StudyResults, 'arms'>, comparison: ArmComparison): string | null {
  if (totalDifference(results, comparison) !== null) return null;
  const { endpointId } = comparison;
  const arms = [comparison.armA, comparison.armB];
  const seeds = arms.map((armId) => seedVariance(results, armId, endpointId));
  if (seeds.includes(null)) return comparison.why ?? 'Needs two finished seeds in both arms.';
  const endpoints = results.arms.filter(({ armId }) => arms.includes(armId)).flatMap((arm) => arm.endpoints);
  const aucs = endpoints
    .filter((endpoint) => endpoint.endpointId === endpointId)
    .flatMap(({ runs }) => runs.flatMap(({ auc }) => auc ?? []));
  if (aucs.every((auc) => auc === 1)) return BOTH_PERFECT;
  return comparison.why ?? 'The AUC varies neither between seeds nor between test images; no difference can be tested.';
}

/** The study's comparisons of initialisations, or of models, each a family of its own, judged, in the same order. */
export function judgeComparisons(
  results: StudyResults,
  family: 'comparisons' | 'modelComparisons' = 'comparisons',
): JudgedComparison[] {
  const totals = results[family].map((comparison) => totalDifference(results, comparison));
  // A comparison that cannot be tested (yet) stays in the family.
  const steps = holmSteps(
    totals.map((total) => total?.p ?? 1),
    SUPPORT_LEVEL,
  );
  return results[family].map((comparison, index) => {
    const total = totals[index] ?? null;
    const { adjusted: p, divisor } = steps[index] as (typeof steps)[number];
    const adjustedP = total === null ? null : p;
    const adjusted = total === null ? null : intervalAt(comparison.difference, total, SUPPORT_LEVEL / divisor);
    const supported = adjustedP !== null && adjustedP < SUPPORT_LEVEL;
    return { ...comparison, total, whyNoTotal: whyNoTotal(results, comparison), adjustedP, adjusted, supported };
  });
}
