/** Logistic regression with one or two coefficients, for calibration and recalibration. Maximum likelihood by Newton's method (IRLS). */
import { expit } from '../statistics/distributions.ts';
import type { PatientIndex } from '../bootstrap/sampling.ts';

export interface LogisticInput {
  /** 0 or 1. */
  labels: ArrayLike<number>;
  /** Covariate; null: intercept only. */
  x: ArrayLike<number> | null;
  /** Added to the linear predictor with coefficient 1. */
  offset: ArrayLike<number> | null;
  /** False: the coefficient of `x` alone. Default true. */
  intercept?: boolean;
  /** Patients, for a variance that holds when images of a patient are alike; null: independent items. */
  patients: PatientIndex | null;
}

export interface LogisticFit {
  /** Intercept (unless left out), then (where `x` is given) the coefficient of x. */
  coefficients: number[];
  /**
   * Their covariance: the inverse of the observed information, or, with patients, the sandwich H^-1 (G/(G-1) sum s_g s_g') H^-1 with
   * each patient's score s_g (Liang and Zeger 1986; HC0 with G/(G-1)).
   */
  covariance: number[][];
  iterations: number;
}

const MOST_ITERATIONS = 100;

/**
 * Null where no finite maximum was reached: the classes are separated, or one is missing, or x does not vary. The caller knows which
 * ({@link isSeparated}) and says it.
 */
export function fitLogistic(input: LogisticInput): LogisticFit | null {
  const { labels, x, offset, intercept = true } = input;
  const size = Number(intercept) + Number(x !== null);
  const covariates = (i: number): number[] => [...(intercept ? [1] : []), ...(x === null ? [] : [x[i] as number])];
  const slopeAt = intercept ? 1 : 0;
  const linear = (beta: readonly number[], i: number): number =>
    (intercept ? (beta[0] as number) : 0) +
    (x === null ? 0 : (beta[slopeAt] as number) * (x[i] as number)) +
    (offset === null ? 0 : (offset[i] as number));
  const logLikelihood = (beta: readonly number[]): number => {
    let sum = 0;
    for (let i = 0; i < labels.length; i++) {
      const eta = linear(beta, i);
      // ln(1 + e^eta), without overflow.
      sum += (labels[i] as number) * eta - (Math.max(eta, 0) + Math.log1p(Math.exp(-Math.abs(eta))));
    }
    return sum;
  };
  let beta = new Array<number>(size).fill(0);
  let likelihood = logLikelihood(beta);
  for (let iteration = 1; iteration <= MOST_ITERATIONS; iteration++) {
    const score = new Array<number>(size).fill(0);
    const information = score.map(() => new Array<number>(size).fill(0));
    for (let i = 0; i < labels.length; i++) {
      const p = expit(linear(beta, i));
      const row = covariates(i);
      for (let a = 0; a < size; a++) {
        (score[a] as number) += (row[a] as number) * ((labels[i] as number) - p);
        for (let b = 0; b < size; b++) {
          ((information[a] as number[])[b] as number) += (row[a] as number) * (row[b] as number) * p * (1 - p);
        }
      }
    }
    const inverse = invert(information);
    if (inverse === null) return null;
    const step = inverse.map((row) => row.reduce((sum, value, b) => sum + value * (score[b] as number), 0));
    // Halved until the likelihood does not fall.
    let share = 1;
    let next = beta.map((value, a) => value + (step[a] as number));
    let nextLikelihood = logLikelihood(next);
    while (nextLikelihood < likelihood - 1e-9 * Math.abs(likelihood) && share > 1e-6) {
      share /= 2;
      next = beta.map((value, a) => value + share * (step[a] as number));
      nextLikelihood = logLikelihood(next);
    }
    const change = Math.max(
      ...next.map((value, a) => Math.abs(value - (beta[a] as number)) / Math.max(1, Math.abs(value))),
    );
    beta = next;
    likelihood = nextLikelihood;
    // Newton squares the error, so what is left after such a step is far below rounding.
    if (change < 1e-8) {
      return { coefficients: beta, covariance: covarianceOf(input, beta, linear, covariates), iterations: iteration };
    }
  }
  return null;
}

function covarianceOf(
  { labels, patients }: LogisticInput,
  beta: readonly number[],
  linear: (beta: readonly number[], i: number) => number,
  covariates: (i: number) => number[],
): number[][] {
  const size = beta.length;
  const square = (): number[][] => Array.from({ length: size }, () => new Array<number>(size).fill(0));
  const information = square();
  const scores = patients === null ? null : new Float64Array(patients.count * size);
  for (let i = 0; i < labels.length; i++) {
    const p = expit(linear(beta, i));
    const row = covariates(i);
    for (let a = 0; a < size; a++) {
      if (scores !== null && patients !== null) {
        const at = (patients.ofItems[i] as number) * size + a;
        (scores[at] as number) += (row[a] as number) * ((labels[i] as number) - p);
      }
      for (let b = 0; b < size; b++) {
        ((information[a] as number[])[b] as number) += (row[a] as number) * (row[b] as number) * p * (1 - p);
      }
    }
  }
  const bread = invert(information) ?? square();
  if (scores === null || patients === null) return bread;
  const meat = square();
  for (let g = 0; g < patients.count; g++) {
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) {
        ((meat[a] as number[])[b] as number) += (scores[g * size + a] as number) * (scores[g * size + b] as number);
      }
    }
  }
  const factor = patients.count / (patients.count - 1);
  return product(product(bread, meat), bread).map((row) => row.map((value) => factor * value));
}

function product(a: readonly number[][], b: readonly number[][]): number[][] {
  return a.map((row) =>
    (b[0] as number[]).map((_, j) => row.reduce((sum, value, k) => sum + value * ((b[k] as number[])[j] as number), 0)),
  );
}

/** Inverse of a 1 x 1 or symmetric 2 x 2 matrix; null where it is singular to working precision. */
function invert(matrix: readonly number[][]): number[][] | null {
  const [[a = 0, b = 0] = [], [, d = 0] = []] = matrix;
  if (matrix.length === 1) return a > 1e-300 ? [[1 / a]] : null;
  const determinant = a * d - b * b;
  if (!(determinant > 1e-12 * a * d)) return null;
  return [
    [d / determinant, -b / determinant],
    [-b / determinant, a / determinant],
  ];
}

/** Whether a threshold on x splits the classes without overlap (touching allowed), so that the slope has no finite maximum. */
export function isSeparated(labels: ArrayLike<number>, x: ArrayLike<number>): boolean {
  const lowest = [Infinity, Infinity];
  const highest = [-Infinity, -Infinity];
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    lowest[label] = Math.min(lowest[label] as number, x[i] as number);
    highest[label] = Math.max(highest[label] as number, x[i] as number);
  }
  const [negativeLow = 0, positiveLow = 0] = lowest;
  const [negativeHigh = 0, positiveHigh = 0] = highest;
  return positiveLow >= negativeHigh || positiveHigh <= negativeLow;
}
