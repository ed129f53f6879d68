/** Calibration intercept and slope in bootstrap draws of patients, by an expansion of the likelihood equations to third order. */
import { expit } from '../statistics/distributions.ts';
import type { BootstrapDraws } from '../bootstrap/job.ts';
import { sumByPatient } from '../bootstrap/patient-sums.ts';
import type { BootstrapPlan, SumsReader } from '../bootstrap/plan.ts';
import { logitsOf, type Calibration } from './calibration.ts';

export interface DrawnCalibration {
  intercept: Float64Array;
  slope: Float64Array;
}

/**
 * A draw takes patient g w_g times; its estimate solves sum w_g x (y - p) = 0 for x = 1, or 1 and logit(p). p is expanded to third order
 * about the estimate theta of the data, so that weighted sums of moments stand in for the items and no draw goes over the images again.
 * A first-order expansion (one Newton step) lies low where the slope is steep: of 200 images with slope 1.8, the upper end of the
 * interval is 2.34 instead of the refits' 2.55; to third order it is 2.53. All NaN where `calibration` has no value.
 */
export function planCalibrationDraws(
  plan: BootstrapPlan,
  params: { labels: ArrayLike<number | null>; scores: ArrayLike<number>; calibration: Calibration },
): (draws: BootstrapDraws) => DrawnCalibration {
  const { calibration } = params;
  const { logits } = logitsOf(params.scores);
  const logit = (item: number): number => logits[item] as number;
  const { value: large } = calibration.intercept;
  const { value: slope, start } = calibration.slope;
  const shiftOfLarge =
    large === null
      ? null
      : planShift(plan, { labels: params.labels, size: 1, x: () => 0, eta: (item) => large + logit(item) });
  const shiftOfSlope =
    slope === null || start === null
      ? null
      : planShift(plan, {
          labels: params.labels,
          size: 2,
          x: (item) => logit(item) - start.centre,
          eta: (item) => start.intercept + slope * (logit(item) - start.centre),
        });
  return (draws) => ({
    intercept: shifted(draws, large, shiftOfLarge),
    slope: shifted(draws, slope, shiftOfSlope),
  });
}

type ShiftReader = (draws: BootstrapDraws) => Float64Array;

function shifted(draws: BootstrapDraws, value: number | null, shift: ShiftReader | null): Float64Array {
  if (value === null || shift === null) return new Float64Array(draws.draws).fill(NaN);
  return shift(draws).map((by) => value + by);
}

/** Coefficients of the model: the intercept alone, or intercept and slope. */
type Size = 1 | 2;

/** Reads, for each draw, by how much the last coefficient moves from its estimate; NaN where the equations have no solution nearby. */
function planShift(
  plan: BootstrapPlan,
  params: {
    labels: ArrayLike<number | null>;
    size: Size;
    /** Covariate and linear predictor at the estimate, of an item. */
    x: (item: number) => number;
    eta: (item: number) => number;
  },
): ShiftReader {
  const { labels, size, x, eta } = params;
  const first = firstSums(size);
  const read = plan.addSums(
    sumByPatient(plan.patients, first[4], (item, add) => {
      const label = labels[item] ?? null;
      if (label === null) return;
      const p = expit(eta(item));
      const variance = p * (1 - p);
      // The residual, then the first three derivatives of p with respect to the linear predictor.
      const terms = [label - p, variance, variance * (1 - 2 * p), variance * (1 - 6 * variance)];
      terms.forEach((term, order) => {
        let power = 1;
        for (let sum = first[order] as number; sum < (first[order + 1] as number); sum++, power *= x(item)) {
          add(sum, term * power);
        }
      });
    }),
    first[4],
  );
  return (draws) => {
    const sums = readSums(read, draws, first[4]);
    return Float64Array.from({ length: draws.draws }, (_, draw) =>
      solveShift(size, (order, power) => (sums[(first[order] as number) + power] as Float64Array)[draw] as number),
    );
  };
}

/** Where the sums of each order (0 to 3) begin, and their number: powers 0 to (order + 1)(size - 1) of x. */
function firstSums(size: Size): [number, number, number, number, number] {
  return size === 1 ? [0, 1, 2, 3, 4] : [0, 2, 5, 9, 14];
}

function readSums(read: SumsReader, draws: BootstrapDraws, count: number): Float64Array[] {
  return Array.from({ length: count }, (_, index) => read(draws, index));
}

const MOST_ITERATIONS = 25;
/** Factor of the term with the power i of the slope's shift, and order - i of the intercept's: binomial(order, i) / order!. */
const FACTORS = [[1], [1, 1], [1 / 2, 1, 1 / 2], [1 / 6, 1 / 2, 1 / 2, 1 / 6]] as const;

/** Newton's method on the cubic equations; `at(order, power)` are the draw's sums of the derivative of that order times x^power. */
function solveShift(size: Size, at: (order: number, power: number) => number): number {
  let [intercept, slope] = [0, 0];
  const powers = (of: number): [number, number, number, number] => [1, of, of * of, of * of * of];
  let [ofIntercept, ofSlope] = [powers(0), powers(0)];
  /** Of derivatives of order `lowest` and more, at the shift reached so far. */
  const expanded = (lowest: number, power: number): number => {
    let sum = 0;
    for (let order = lowest; order <= 3; order++) {
      const degree = order - lowest;
      for (let i = 0; i <= (size === 1 ? 0 : degree); i++) {
        const factor = (FACTORS[degree]?.[i] as number) * (ofIntercept[degree - i] as number) * (ofSlope[i] as number);
        // The residual y - p falls by what p rises.
        sum += (lowest === 0 && order > 0 ? -1 : 1) * factor * at(order, power + i);
      }
    }
    return sum;
  };
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    const [s0, a] = [expanded(0, 0), expanded(1, 0)];
    let [byIntercept, bySlope] = [s0 / a, 0];
    if (size === 2) {
      const [s1, b, d] = [expanded(0, 1), expanded(1, 1), expanded(1, 2)];
      const determinant = a * d - b * b;
      [byIntercept, bySlope] = [(d * s0 - b * s1) / determinant, (a * s1 - b * s0) / determinant];
    }
    intercept += byIntercept;
    slope += bySlope;
    if (!Number.isFinite(intercept + slope)) return NaN;
    [ofIntercept, ofSlope] = [powers(intercept), powers(slope)];
    if (Math.abs(byIntercept) + Math.abs(bySlope) < 1e-12) return size === 1 ? intercept : slope;
  }
  return NaN;
}
