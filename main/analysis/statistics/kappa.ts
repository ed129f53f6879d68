/** Agreement of grades: quadratic weighted kappa, and how five sigmoid outputs become one grade. */
import type { LabelValue } from '../../../shared/dataset/dataset.ts';
import { scoreInterval, type BootstrapEstimate, type Bounds } from '../bootstrap/interval.ts';
import type { BootstrapDraws } from '../bootstrap/job.ts';
import { sumByPatient } from '../bootstrap/patient-sums.ts';
import type { BootstrapPlan } from '../bootstrap/plan.ts';

/** The decision rule, as reports print it. */
export const GRADE_RULE =
  'The predicted grade is the output with the largest probability; of equal ones the lowest grade. Sigmoid outputs are compared as they are, without normalising.';

/** See {@link GRADE_RULE}. `probabilities`: one per grade, in [0, 1]. */
export function gradeOfProbabilities(probabilities: ArrayLike<number>): number {
  let best = 0;
  for (let grade = 1; grade < probabilities.length; grade++) {
    if ((probabilities[grade] as number) > (probabilities[best] as number)) best = grade;
  }
  return best;
}

/** The grade whose label is 1; null where none or several are. */
export function gradeOfLabels(labels: readonly LabelValue[]): number | null {
  const positives = labels.flatMap((label, grade) => (label === 1 ? [grade] : []));
  return positives.length === 1 ? (positives[0] as number) : null;
}

/** Counts of (true grade, predicted grade), row-major; pairs with an unknown grade are left out. */
export function gradeConfusion(
  truth: ArrayLike<number | null>,
  predicted: ArrayLike<number | null>,
  grades: number,
): Float64Array {
  const counts = new Float64Array(grades * grades);
  for (let i = 0; i < truth.length; i++) {
    const cell = cellOf(truth[i], predicted[i], grades);
    if (cell !== null) (counts[cell] as number)++;
  }
  return counts;
}

function cellOf(truth: number | null | undefined, predicted: number | null | undefined, grades: number): number | null {
  if (truth === null || truth === undefined || predicted === null || predicted === undefined) return null;
  for (const grade of [truth, predicted]) {
    if (!Number.isInteger(grade) || grade < 0 || grade >= grades) {
      throw new RangeError(`Expected grades 0 to ${grades - 1}, got ${grade}.`);
    }
  }
  return truth * grades + predicted;
}

/**
 * Quadratic weighted kappa (Cohen 1968): 1 - sum(w O)/sum(w E), w = (i-j)^2/(K-1)^2, E the product of the margins over their total.
 * NaN where the expected disagreement is 0: all grades equal on both sides.
 */
export function quadraticKappa(confusion: ArrayLike<number>, grades: number): number {
  const rows = new Float64Array(grades);
  const columns = new Float64Array(grades);
  let total = 0;
  for (let i = 0; i < grades; i++) {
    for (let j = 0; j < grades; j++) {
      const count = confusion[i * grades + j] as number;
      (rows[i] as number) += count;
      (columns[j] as number) += count;
      total += count;
    }
  }
  let observed = 0;
  let expected = 0;
  for (let i = 0; i < grades; i++) {
    for (let j = 0; j < grades; j++) {
      // The common factor (K-1)^2 cancels.
      const weight = (i - j) ** 2;
      observed += weight * (confusion[i * grades + j] as number);
      expected += (weight * (rows[i] as number) * (columns[j] as number)) / total;
    }
  }
  return expected === 0 ? NaN : 1 - observed / expected;
}

export interface KappaResult extends BootstrapEstimate {
  /** Counts of (true, predicted), row-major. */
  confusion: number[];
  grades: number;
  items: number;
  /** One value per draw; NaN where undefined. */
  perDraw: Float64Array;
  bounds: Bounds;
}

/** Quadratic weighted kappa with its interval from draws of patients. */
export function planKappa(
  plan: BootstrapPlan,
  params: { truth: ArrayLike<number | null>; predicted: ArrayLike<number | null>; grades: number },
): (draws: BootstrapDraws) => KappaResult {
  const { truth, predicted, grades } = params;
  const confusion = gradeConfusion(truth, predicted, grades);
  const byPatient = sumByPatient(plan.patients, grades * grades, (item, add) => {
    const cell = cellOf(truth[item], predicted[item], grades);
    if (cell !== null) add(cell, 1);
  });
  const read = plan.addSums(byPatient, grades * grades);
  const bounds = { lowest: -1, highest: 1, cases: plan.patients.count };
  const value = quadraticKappa(confusion, grades);
  const items = confusion.reduce((sum, count) => sum + count, 0);
  return (draws) => {
    const cells = Array.from(confusion, (_, cell) => read(draws, cell));
    const perDraw = Float64Array.from({ length: draws.draws }, (_, draw) =>
      quadraticKappa(
        cells.map((cell) => cell[draw] as number),
        grades,
      ),
    );
    const estimate = scoreInterval(Number.isNaN(value) ? null : value, perDraw, bounds);
    const why =
      items === 0 ? 'Undefined: there is no graded item.' : 'Undefined: both sides give one and the same grade.';
    const undefinedWhy = Number.isNaN(value) ? { why } : {};
    return { ...estimate, ...undefinedWhy, confusion: Array.from(confusion), grades, items, perDraw, bounds };
  };
}
