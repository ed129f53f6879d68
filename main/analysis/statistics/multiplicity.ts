/** Many tests at once: p-values adjusted over a family that was declared before testing. */
import { AppError } from '../../../shared/system/errors.ts';
import { holmAdjust } from '../../../shared/results/verdict.ts';

export { holmAdjust };

/**
 * Benjamini-Hochberg step-up (JRSS B 1995;57:289-300): for ascending p, the running minimum from the largest of k p(i)/i, at
 * most 1, in the order given. Controls the expected share of false findings among findings (R's `p.adjust(method = "BH")`).
 */
export function benjaminiHochbergAdjust(pValues: readonly number[]): number[] {
  const size = pValues.length;
  const order = pValues.map((_, index) => index).sort((a, b) => (pValues[b] as number) - (pValues[a] as number));
  const adjusted = new Array<number>(size).fill(1);
  let smallest = 1;
  order.forEach((index, fromLargest) => {
    smallest = Math.min(smallest, ((pValues[index] as number) * size) / (size - fromLargest));
    adjusted[index] = smallest;
  });
  return adjusted;
}

/** `holm`: primary questions, no false finding at all. `benjamini-hochberg`: exploration, few false among the findings. */
export type Adjustment = 'holm' | 'benjamini-hochberg';

export interface FamilyTest {
  id: string;
  /** Null where the test could not be made. */
  p: number | null;
}

export interface AdjustedTest extends FamilyTest {
  adjusted: number | null;
}

/**
 * Adjusts over the declared family. A declared test that could not be made stays in the count (as if its p were 1), so that the
 * family is never smaller than was declared.
 * @throws AppError 'bad-input' where a declared test is missing or repeated, or one was not declared.
 */
export function adjustFamily(params: {
  declared: readonly string[];
  tests: readonly FamilyTest[];
  method: Adjustment;
}): AdjustedTest[] {
  const { declared, tests, method } = params;
  const ids = tests.map(({ id }) => id);
  const wrong =
    ids.find((id, index) => ids.indexOf(id) !== index) ??
    ids.find((id) => !declared.includes(id)) ??
    declared.find((id) => !ids.includes(id));
  if (wrong !== undefined) {
    throw new AppError(
      'bad-input',
      `Expected exactly the ${declared.length} tests of the declared family, each once; "${wrong}" is missing, repeated or was not declared.`,
      { action: 'Declare the family of tests before the results are looked at, and report all of it.' },
    );
  }
  const values = tests.map(({ p }) => p ?? 1);
  const adjusted = method === 'holm' ? holmAdjust(values) : benjaminiHochbergAdjust(values);
  return tests.map((test, index) => ({ ...test, adjusted: test.p === null ? null : (adjusted[index] as number) }));
}
