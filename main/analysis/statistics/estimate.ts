/** The shape of every number with an interval. */

/** A number and its 95 % interval. */
export interface Estimate {
  /** Null where undefined; then `why` says so. */
  value: number | null;
  /** Null where not estimable; then `why` says so. */
  low: number | null;
  high: number | null;
  /** Why the value or the interval is missing, or what to mind about it; null for an ordinary one. */
  why: string | null;
}

/** A number that cannot be had. */
export function undefinedEstimate(why: string): Estimate {
  return { value: null, low: null, high: null, why };
}

/** A t-test of a difference with its 95 % interval; all null where it cannot be made, with the reason. */
export interface StudentTest {
  se: number | null;
  t: number | null;
  df: number | null;
  low: number | null;
  high: number | null;
  /** Two-sided. */
  p: number | null;
  why: string | null;
}
