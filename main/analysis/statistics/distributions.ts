/** Quantiles and tails beyond `normal.ts` and `shared/results/student-t.ts`. */
import { incompleteBeta } from '../../../shared/results/student-t.ts';
import { erfc } from './normal.ts';

/** Phi(z), the standard normal distribution function; relative accuracy about 1e-14 in the lower tail. */
export function normalCdf(z: number): number {
  return erfc(-z / Math.SQRT2) / 2;
}

/** The logistic function, inverse of logit. */
export function expit(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/**
 * The z with Phi(z) = p, to about 1e-14, by Newton's method on ln Phi, which is concave. -Infinity and Infinity at 0 and 1.
 * @throws RangeError where p leaves [0, 1].
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`Expected a probability, got ${p}.`);
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p === 0) return -Infinity;
  const target = Math.log(p);
  let z = p < 0.1 ? -Math.sqrt(-2 * target) : 0;
  for (let i = 0; i < 50; i++) {
    const cdf = normalCdf(z);
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    const step = ((Math.log(cdf) - target) * cdf) / density;
    z -= step;
    if (Math.abs(step) <= 1e-15 * Math.max(1, Math.abs(z))) break;
  }
  return z;
}

/** P(X <= k) for X binomial(n, probability), through the incomplete beta function. */
export function binomialCdf(k: number, n: number, probability: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  return incompleteBeta(1 - probability, n - k, k + 1);
}
