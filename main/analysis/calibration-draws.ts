/** Calibration intercept and slope in bootstrap draws of patients, by one Newton step from the estimate. */
import type { BootstrapDraws } from './bootstrap/job.ts';
import { sumByPatient } from './bootstrap/patient-sums.ts';
import type { BootstrapPlan } from './bootstrap/plan.ts';
import { logitsOf, type Calibration } from './calibration.ts';

export interface DrawnCalibration {
  intercept: Float64Array;
  slope: Float64Array;
}

/**
 * With the weights w of a draw, theta_b = theta + (sum w_g H_g)^-1 sum w_g s_g: scores s_g and information H_g of each patient at the
 * maximum likelihood estimate theta. Newton's method squares the error, and draws lie within a standard error or two of theta, so that one
 * step stands in for a fit (Davison and Hinkley 1997, section 7.2); fits of all draws would take minutes. All NaN where `calibration`
 * has no value.
 */
export function planCalibrationDraws(
  plan: BootstrapPlan,
  params: { labels: ArrayLike<number | null>; scores: ArrayLike<number>; calibration: Calibration },
): (draws: BootstrapDraws) => DrawnCalibration {
  const { labels, scores, calibration } = params;
  const { logits } = logitsOf(scores);
  const known = (item: number): number | null => labels[item] ?? null;
  const large = calibration.intercept.value;
  const { value: slope, start } = calibration.slope;
  const readLarge =
    large === null
      ? null
      : plan.addSums(
          sumByPatient(plan.patients, 2, (item, add) => {
            const label = known(item);
            if (label === null) return;
            const p = logistic(large + (logits[item] as number));
            add(0, label - p);
            add(1, p * (1 - p));
          }),
          2,
        );
  const readSlope =
    slope === null || start === null
      ? null
      : plan.addSums(
          sumByPatient(plan.patients, 5, (item, add) => {
            const label = known(item);
            if (label === null) return;
            const x = (logits[item] as number) - start.centre;
            const p = logistic(start.intercept + slope * x);
            const information = p * (1 - p);
            add(0, label - p);
            add(1, x * (label - p));
            add(2, information);
            add(3, x * information);
            add(4, x * x * information);
          }),
          5,
        );
  return (draws) => {
    const sums = (read: typeof readSlope, count: number): Float64Array[] =>
      read === null ? [] : Array.from({ length: count }, (_, index) => read(draws, index));
    const [s = null, h = null] = sums(readLarge, 2);
    const [s0 = null, s1 = null, a = null, b = null, d = null] = sums(readSlope, 5);
    const at = (values: Float64Array | null, draw: number): number => values?.[draw] ?? NaN;
    return {
      intercept: Float64Array.from({ length: draws.draws }, (_, draw) => (large ?? NaN) + at(s, draw) / at(h, draw)),
      slope: Float64Array.from({ length: draws.draws }, (_, draw) => {
        const [u, v, w] = [at(a, draw), at(b, draw), at(d, draw)];
        return (slope ?? NaN) + (u * at(s1, draw) - v * at(s0, draw)) / (u * w - v * v);
      }),
    };
  };
}

const logistic = (eta: number): number => 1 / (1 + Math.exp(-eta));
