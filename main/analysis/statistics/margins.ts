/**
 * Non-inferiority and equivalence: is a difference better than -margin, or within the margin? The margin is declared, with a
 * reason, before the test set is opened; there is no default. Whether the interval holds 0 does not matter to either claim.
 */
import { AppError } from '../../../shared/system/errors.ts';
import { studentQuantile, studentTwoSidedP } from '../../../shared/results/student-t.ts';
import { oneSidedBootstrapP, percentile, LEAST_DRAWS } from '../bootstrap/interval.ts';
import { normalCdf, normalQuantile } from './distributions.ts';

/** One-sided level of each test: 2.5 %, so that the bounds are the ends of the 95 % interval. */
export const ONE_SIDED_LEVEL = 0.025;

export interface MarginTest {
  difference: number | null;
  margin: number;
  /** One-sided level of each bound. */
  level: number;
  /** One-sided lower and upper bounds at `level`; null where not estimable, and then `why` says so. */
  lower: number | null;
  upper: number | null;
  /** H0: difference <= -margin. Holds where lower > -margin. */
  nonInferior: { p: number | null; holds: boolean | null };
  /** Two one-sided tests (Schuirmann 1987): both H0 rejected; p is the larger one. Holds where -margin < lower and upper < margin. */
  equivalent: { p: number | null; holds: boolean | null };
  why: string | null;
}

/** @throws AppError 'bad-input' where the margin is not above 0. */
export function checkMargin(margin: number): void {
  if (Number.isFinite(margin) && margin > 0 && margin < 1) return;
  throw new AppError('bad-input', `Expected a margin between 0 and 1 (a difference of AUCs), got ${margin}.`, {
    action: 'Choose the largest loss that would not matter to patients, and say why, before looking at the test set.',
  });
}

/**
 * From an estimate and its standard error: p = 1 - F((d + margin)/SE), with the normal distribution or, where `df` is given,
 * Student's t. With SE 0 there are no p-values: a point says nothing about sampling.
 */
export function marginTest(params: {
  difference: number | null;
  se: number | null;
  margin: number;
  /** Degrees of freedom of the standard error; null or absent: normal. */
  df?: number | null;
  level?: number;
}): MarginTest {
  const { difference, se, margin, df = null, level = ONE_SIDED_LEVEL } = params;
  checkMargin(margin);
  if (difference === null || se === null)
    return untested({ difference, margin, level, why: 'Not estimable: the difference has no standard error.' });
  if (se < 1e-15) {
    return untested({
      difference,
      margin,
      level,
      why: 'Not estimable: the variance estimate of the difference is zero.',
    });
  }
  const reach = (df === null ? -normalQuantile(level) : studentQuantile(2 * level, df)) * se;
  const upperTail = (t: number): number => {
    if (df === null) return normalCdf(-t);
    const half = studentTwoSidedP(t, df) / 2;
    return t >= 0 ? half : 1 - half;
  };
  return judged({
    difference,
    margin,
    level,
    lower: difference - reach,
    upper: difference + reach,
    pLower: upperTail((difference + margin) / se),
    pUpper: upperTail((margin - difference) / se),
  });
}

/**
 * From bootstrap draws of the difference: bounds are percentiles, and a p-value is the share of draws on the wrong side of the margin
 * (one added to count and total).
 */
export function marginTestFromDraws(params: {
  difference: number | null;
  draws: ArrayLike<number>;
  margin: number;
  level?: number;
}): MarginTest {
  const { difference, draws, margin, level = ONE_SIDED_LEVEL } = params;
  checkMargin(margin);
  const usable = Float64Array.from(draws).filter((draw) => !Number.isNaN(draw));
  if (difference === null || usable.length < LEAST_DRAWS || usable.length * 2 < draws.length) {
    const why = `Not estimable: the difference is defined in ${usable.length} of ${draws.length} draws.`;
    return untested({ difference, margin, level, why });
  }
  usable.sort();
  return judged({
    difference,
    margin,
    level,
    lower: percentile(usable, level),
    upper: percentile(usable, 1 - level),
    pLower: oneSidedBootstrapP(usable, -margin) as number,
    pUpper: oneSidedBootstrapP(
      usable.map((draw) => -draw),
      -margin,
    ) as number,
  });
}

function untested(params: { difference: number | null; margin: number; level: number; why: string }): MarginTest {
  const none = { p: null, holds: null };
  return { ...params, lower: null, upper: null, nonInferior: none, equivalent: none };
}

function judged(params: {
  difference: number;
  margin: number;
  level: number;
  lower: number;
  upper: number;
  pLower: number;
  pUpper: number;
}): MarginTest {
  const { pLower, pUpper, ...rest } = params;
  const { lower, upper, margin } = rest;
  return {
    ...rest,
    nonInferior: { p: pLower, holds: lower > -margin },
    equivalent: { p: Math.max(pLower, pUpper), holds: lower > -margin && upper < margin },
    why: null,
  };
}
