/** A study's comparisons against its declared margin. */
import type {
  DeclaredMargin,
  MarginAnswer,
  MarginComparison,
  MarginTestResult,
  StudyMargin,
} from '../../../shared/study/margin.ts';
import type { ArmComparison, StudyResults } from '../../../shared/results/results.ts';
import {
  holmSteps,
  intervalAt,
  totalDifference,
  whyNoTotal,
  type Ends,
  type TotalDifference,
} from '../../../shared/results/verdict.ts';
import { marginTest, ONE_SIDED_LEVEL, type MarginTest } from '../statistics/margins.ts';

interface Tested {
  between: MarginComparison['between'];
  comparison: ArmComparison;
  total: TotalDifference | null;
  test: MarginTest;
  why: string | null;
}

/**
 * Every comparison of the study (arms against their reference, smaller models against the largest) by t over patients and seeds. It needs
 * two finished seeds in both arms: with one, nothing is known about the way to train. Claims are adjusted by Holm over
 * all of these comparisons, non-inferiority and equivalence each on their own.
 */
export function judgeMargin(
  results: Pick<StudyResults, 'arms' | 'comparisons' | 'modelComparisons'>,
  declared: DeclaredMargin,
): StudyMargin {
  const test =
    (between: Tested['between']) =>
    (comparison: ArmComparison): Tested => {
      const total = totalDifference(results, comparison);
      return {
        between,
        comparison,
        total,
        test: marginTest({
          difference: comparison.difference,
          se: total?.se ?? null,
          df: total?.df ?? null,
          margin: declared.delta,
        }),
        why: whyNoTotal(results, comparison),
      };
    };
  const tested = [...results.comparisons.map(test('inits')), ...results.modelComparisons.map(test('models'))];
  const nonInferior = stepsOf(tested.map((item) => item.test.nonInferior.p));
  const equivalent = stepsOf(tested.map((item) => item.test.equivalent.p));
  return {
    declared,
    comparisons: tested.map(({ between, comparison, total, test: { lower, upper, ...rest }, why }, index) => {
      const { endpointId, armA, armB, difference } = comparison;
      const { delta } = declared;
      const boundsAt = (steps: Step[]): Ends | null =>
        total && intervalAt(difference, total, (2 * ONE_SIDED_LEVEL) / (steps[index] as Step).divisor);
      const [one, two] = [boundsAt(nonInferior), boundsAt(equivalent)];
      const equal = claim(rest.equivalent.p, equivalent[index] as Step, two && (two.high < -delta || two.low > delta));
      return {
        ...{ endpointId, armA, armB, between, difference, lower, upper },
        bounds: equal.answer === 'yes' ? two : one,
        nonInferior: claim(rest.nonInferior.p, nonInferior[index] as Step, one && one.high < -delta),
        equivalent: equal,
        why: why ?? rest.why,
      };
    }),
  };
}

type Step = ReturnType<typeof holmSteps>[number];

/** One that cannot be tested counts as p = 1. */
function stepsOf(pValues: readonly (number | null)[]): Step[] {
  return holmSteps(
    pValues.map((p) => p ?? 1),
    ONE_SIDED_LEVEL,
  );
}

function claim(p: number | null, { adjusted }: Step, opposite: boolean | null): MarginTestResult {
  const adjustedP = p === null ? null : adjusted;
  const answer: MarginAnswer =
    adjustedP !== null && adjustedP < ONE_SIDED_LEVEL ? 'yes' : opposite === true ? 'no' : 'cannot tell';
  return { p, adjustedP, answer };
}
