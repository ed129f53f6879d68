/** A study's comparisons against its declared margin. */
import type {
  DeclaredMargin,
  MarginAnswer,
  MarginComparison,
  MarginTestResult,
  StudyMargin,
} from '../../../shared/study/margin.ts';
import type { ArmComparison, StudyResults } from '../../../shared/results/results.ts';
import { holmAdjust, totalDifference, whyNoTotal } from '../../../shared/results/verdict.ts';
import { marginTest, ONE_SIDED_LEVEL, type MarginTest } from '../statistics/margins.ts';

interface Tested {
  between: MarginComparison['between'];
  comparison: ArmComparison;
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
  const nonInferior = adjust(tested.map((item) => item.test.nonInferior.p));
  const equivalent = adjust(tested.map((item) => item.test.equivalent.p));
  return {
    declared,
    comparisons: tested.map(({ between, comparison, test: { lower, upper, ...rest }, why }, index) => {
      const { endpointId, armA, armB, difference } = comparison;
      const { delta } = declared;
      const below = upper !== null && upper < -delta;
      const above = lower !== null && lower > delta;
      return {
        ...{ endpointId, armA, armB, between, difference, lower, upper },
        nonInferior: claim(rest.nonInferior.p, nonInferior[index] ?? null, below),
        equivalent: claim(rest.equivalent.p, equivalent[index] ?? null, below || above),
        why: why ?? rest.why,
      };
    }),
  };
}

function claim(p: number | null, adjustedP: number | null, opposite: boolean): MarginTestResult {
  const answer: MarginAnswer =
    adjustedP !== null && adjustedP < ONE_SIDED_LEVEL ? 'yes' : opposite ? 'no' : 'cannot tell';
  return { p, adjustedP, answer };
}

/** Holm over all of them: one that cannot be tested counts as p = 1, and stays null. */
function adjust(pValues: readonly (number | null)[]): (number | null)[] {
  const adjusted = holmAdjust(pValues.map((p) => p ?? 1));
  return pValues.map((p, index) => (p === null ? null : (adjusted[index] as number)));
}
