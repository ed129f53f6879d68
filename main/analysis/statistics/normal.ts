/** The normal distribution: what intervals and tests of AUCs need. */

/** 97.5th percentile of the standard normal distribution. */
export const Z95 = 1.959963984540054;

/** Two-sided p-value of a standard normal statistic, 2 (1 - Phi(|z|)), relative accuracy about 1e-14. */
export function twoSidedP(z: number): number {
  return erfc(Math.abs(z) / Math.SQRT2);
}

/** Complementary error function for x >= 0: Taylor series below 2, continued fraction (Lentz) from 2 on. */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x < 0) return 2 - erfc(-x);
  if (x > 27) return 0;
  if (x < 2) {
    // erf(x) = 2/sqrt(pi) exp(-x^2) sum of 2^k x^(2k+1) / (1*3*...*(2k+1)): all terms positive, no cancellation.
    let term = x;
    let sum = x;
    for (let k = 1; term > sum * 1e-17; k++) {
      term *= (2 * x * x) / (2 * k + 1);
      sum += term;
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  // erfc(x) = exp(-x^2)/sqrt(pi) / (x + (1/2)/(x + 1/(x + (3/2)/(x + ...))))
  let f = x;
  let c = x;
  let d = 0;
  for (let k = 1; k < 500; k++) {
    const a = k / 2;
    d = 1 / (x + a * d);
    c = x + a / c;
    const delta = c * d;
    f *= delta;
    if (Math.abs(delta - 1) < 1e-16) break;
  }
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / f;
}
