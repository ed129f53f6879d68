/**
 * Thresholds that every draw chooses anew: validation patients are drawn as the test patients are, the rule picks a threshold on them, and
 * it is applied to the test patients of the draw. So the rates carry the uncertainty of the choice (Platt, Hanley and Yang, Statistics in
 * Medicine 2000;19:313-322, who draw the reference sample that sets a specificity).
 */
import { worthOf, type ThresholdRule } from '../statistics/thresholds.ts';
import type { RankedScores } from './ranked.ts';

/** Plain data: a worker thread can be given it. */
export interface ChosenColumn {
  rule: ThresholdRule;
  validation: RankedScores;
  test: RankedScores;
  /** For each group of equal validation scores, ascending: the first test item, by rank, that scores at least as high. */
  firstCalled: Uint32Array;
}

/** True and false positives, true and false negatives. */
export const CELL_COUNT = 4;

/** Items of one side, ranked, and their scores in any order. */
export interface ChosenSide {
  ranked: RankedScores;
  scores: readonly number[];
}

export function chosenColumn(rule: ThresholdRule, validation: ChosenSide, test: ChosenSide): ChosenColumn {
  const ascending = ({ scores }: ChosenSide): Float64Array => Float64Array.from(scores).sort();
  const testScores = ascending(test);
  let first = 0;
  const firstCalled = [...new Set(ascending(validation))].map((score) => {
    while (first < testScores.length && (testScores[first] as number) < score) first++;
    return first;
  });
  return { rule, validation: validation.ranked, test: test.ranked, firstCalled: Uint32Array.from(firstCalled) };
}

/** Writes the four counts of one draw from `at` on; NaN where the drawn validation items lack a class. */
export function countChosen(
  column: ChosenColumn,
  weights: { validation: Uint32Array; test: Uint32Array },
  into: Float64Array,
  at: number,
): void {
  const group = chosenGroup(column, weights.validation);
  if (group === null) {
    into.fill(NaN, at, at + CELL_COUNT);
    return;
  }
  const { codes } = column.test;
  const first = group < 0 ? codes.length : (column.firstCalled[group] as number);
  into.fill(0, at, at + CELL_COUNT);
  for (let k = 0; k < codes.length; k++) {
    const code = codes[k] as number;
    const isPositive = (code & 1) === 1;
    const cell = k >= first ? (isPositive ? 0 : 1) : isPositive ? 3 : 2;
    (into[at + cell] as number) += weights.test[code >>> 1] as number;
  }
}

/** The group at whose score the threshold lies; -1 for +infinity. As `chooseThreshold`, with weights. */
function chosenGroup({ rule, validation }: ChosenColumn, weights: Uint32Array): number | null {
  const { codes, ends } = validation;
  const totals = [0, 0] as [negatives: number, positives: number];
  for (const code of codes) (totals[code & 1] as number) += weights[code >>> 1] as number;
  const [negatives, positives] = totals;
  if (negatives === 0 || positives === 0) return null;
  let [tp, fp, best] = [0, 0, -1];
  let most = worthOf(rule, { tp, fp, positives, negatives });
  for (let group = ends.length - 1; group >= 0; group--) {
    for (let k = group === 0 ? 0 : (ends[group - 1] as number); k < (ends[group] as number); k++) {
      const code = codes[k] as number;
      const weight = weights[code >>> 1] as number;
      if ((code & 1) === 1) tp += weight;
      else fp += weight;
    }
    const worth = worthOf(rule, { tp, fp, positives, negatives });
    if (worth > most) [most, best] = [worth, group];
  }
  return best;
}
