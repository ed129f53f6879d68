/**
 * What a comparison of arm A with arm B allows to say, in one word of a closed list and in one sentence: from the test of a difference
 * over patients and seeds, and from the margin where one was declared. Superiority needs no margin. docs/statistics.md has the table.
 */
import type { MarginComparison } from '../study/margin.ts';
import { formatNumber, formatRange, formatSigned } from '../words/numbers.ts';
import type { StudyResults } from './results.ts';
import { judgeComparisons, type Ends, type JudgedComparison } from './verdict.ts';

export const CONCLUSIONS = {
  better: 'yes',
  /** Better, and by less than the margin. */
  'slightly better': 'yes',
  worse: 'no',
  /** Worse by more than the margin. */
  'clearly worse': 'no',
  /** Worse, and by less than the margin. */
  'slightly worse': 'yes',
  /** Within the margin on both sides. */
  equivalent: 'yes',
  /** Not worse by the margin. */
  'not worse': 'yes',
  'cannot tell': 'open',
  untested: 'open',
} as const;
export type Conclusion = keyof typeof CONCLUSIONS;

/** `margin`: the same comparison against the declared margin; undefined where none was declared. */
export function conclude(
  { difference, supported, total }: Pick<JudgedComparison, 'difference' | 'supported' | 'total'>,
  margin: MarginComparison | undefined,
): Conclusion {
  const within = margin?.equivalent.answer === 'yes';
  if (supported && difference > 0) return within ? 'slightly better' : 'better';
  if (supported) {
    if (within || margin?.nonInferior.answer === 'yes') return 'slightly worse';
    return margin?.nonInferior.answer === 'no' ? 'clearly worse' : 'worse';
  }
  if (within) return 'equivalent';
  if (margin?.nonInferior.answer === 'yes') return 'not worse';
  return total === null ? 'untested' : 'cannot tell';
}

export interface Concluded extends JudgedComparison {
  conclusion: Conclusion;
  /** The interval that the conclusion rests on; null where untested. */
  shown: Ends | null;
  /** `higher by 0.052 AUC (95 % interval +0.010 to +0.094)`, without a full stop. */
  words: string;
}

/** A study's comparisons with their conclusions, in the same order; `family` is what p-values and intervals are adjusted over. */
export function concludedComparisons(
  results: StudyResults,
  family: 'comparisons' | 'modelComparisons' = 'comparisons',
): Concluded[] {
  const judged = judgeComparisons(results, family);
  return judged.map((comparison) => concluded(results, comparison, judged.length));
}

function concluded(results: StudyResults, comparison: JudgedComparison, family: number): Concluded {
  const { armA, armB, endpointId } = comparison;
  const margin = results.margin?.comparisons.find(
    (row) => row.armA === armA && row.armB === armB && row.endpointId === endpointId,
  );
  const conclusion = conclude(comparison, margin);
  const byMargin = conclusion === 'equivalent' || conclusion === 'not worse';
  const shown = byMargin ? (margin?.bounds ?? null) : comparison.adjusted;
  const delta = results.margin === null ? null : String(results.margin.declared.delta);
  return { ...comparison, conclusion, shown, words: wordsOf({ ...comparison, conclusion, shown, delta, family }) };
}

/** The interval in words: adjusted where there are several comparisons. */
function intervalWords(shown: Ends | null, family: number): string {
  const several = family > 1 ? `, adjusted for ${family} comparisons` : '';
  return shown === null ? '' : ` (95 % interval ${formatRange(shown.low, shown.high, formatSigned)}${several})`;
}

function wordsOf(params: {
  difference: number;
  conclusion: Conclusion;
  shown: Ends | null;
  low: number | null;
  high: number | null;
  whyNoTotal: string | null;
  delta: string | null;
  family: number;
}): string {
  const { difference, conclusion, shown, delta, family } = params;
  const size = `${difference > 0 ? 'higher' : 'lower'} by ${formatNumber(Math.abs(difference))} AUC`;
  const interval = intervalWords(shown, family);
  switch (conclusion) {
    case 'better':
      return `${size}${interval}`;
    case 'worse':
      return `${size}${interval}${delta === null ? '' : `; whether by more than the margin of ${delta} is open`}`;
    case 'clearly worse':
      return `${size}, more than the margin of ${delta}${interval}`;
    case 'slightly better':
    case 'slightly worse':
      return `${size}, less than the margin of ${delta}${interval}`;
    case 'equivalent':
      return `less than the margin of ${delta} apart${interval}`;
    case 'not worse':
      return `at most ${delta} worse, and perhaps better${interval}`;
    case 'cannot tell':
      return shown === null ? 'unclear' : openWords(shown, family);
    case 'untested': {
      const { low, high, whyNoTotal } = params;
      const patients =
        low === null || high === null
          ? ''
          : ` (95 % interval over patients only ${formatRange(low, high, formatSigned)})`;
      return `${formatSigned(difference)} AUC${patients}. ${(whyNoTotal ?? 'No test is possible').replace(/\.$/, '')}`;
    }
  }
}

function openWords({ low, high }: Ends, family: number): string {
  const several = family > 1 ? `, adjusted for ${family} comparisons` : '';
  return `anywhere from ${formatNumber(-low)} lower to ${formatNumber(high)} higher (95 % interval${several})`;
}
