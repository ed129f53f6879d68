/** Comparing two ways to train over a few repeats (seeds, or repeated splits). */
import { studentQuantile, studentTwoSidedP } from '../../../shared/results/student-t.ts';
import { sampleSd } from './comparison.ts';
import type { Estimate, StudentTest } from './estimate.ts';

/** Mean over seeds with Student's t interval (n - 1 degrees of freedom): what other seeds would give on these test patients. */
export function meanWithTInterval(values: readonly number[]): Estimate & { sd: number | null } {
  if (values.length === 0) return { value: null, low: null, high: null, sd: null, why: 'Undefined: there is no seed.' };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const sd = sampleSd(values);
  if (sd === null)
    return { value: mean, low: null, high: null, sd, why: 'Interval not estimable: it needs two seeds.' };
  const reach = (studentQuantile(0.05, values.length - 1) * sd) / Math.sqrt(values.length);
  return { value: mean, low: mean - reach, high: mean + reach, sd, why: null };
}

export interface ResampledTest extends StudentTest {
  mean: number | null;
}

/**
 * Nadeau and Bengio's corrected resampled t-test (Machine Learning 2003;52:239-281) of differences d_1..d_J, one per random split:
 *   t = mean(d) / sqrt((1/J + n_test/n_train) s^2),  J - 1 degrees of freedom
 * The second term accounts for the overlap of the training sets, which the plain paired t-test ignores.
 */
export function correctedResampledTest(params: {
  differences: readonly number[];
  trainItems: number;
  testItems: number;
}): ResampledTest {
  const { differences, trainItems, testItems } = params;
  const none = { se: null, t: null, df: null, low: null, high: null, p: null };
  const splits = differences.length;
  if (splits === 0) return { mean: null, ...none, why: 'Undefined: there is no split.' };
  const mean = differences.reduce((sum, value) => sum + value, 0) / splits;
  const sd = sampleSd(differences);
  if (sd === null) return { mean, ...none, why: 'Test not estimable: it needs two splits.' };
  const se = sd * Math.sqrt(1 / splits + testItems / trainItems);
  if (se < 1e-15) return { mean, ...none, se, why: 'Test not estimable: every split gave the same difference.' };
  const df = splits - 1;
  const reach = studentQuantile(0.05, df) * se;
  return {
    mean,
    se,
    t: mean / se,
    df,
    low: mean - reach,
    high: mean + reach,
    p: studentTwoSidedP(mean / se, df),
    why: null,
  };
}

export interface SignedRankTest {
  /** Pairs that differ; pairs without a difference are left out (Wilcoxon's rule). */
  pairs: number;
  /** Sum of the ranks of positive differences, ties with their mean rank. */
  positiveRanks: number;
  /** Exact two-sided p-value: 2 P(W <= min(W+, W-)), at most 1; null without a pair that differs. */
  p: number | null;
  /** 2/2^pairs: no data could give less. With five pairs 0.0625, so the test cannot reach 0.05. */
  smallestReachableP: number | null;
  why: string | null;
}

/** Smallest two-sided p that the exact signed-rank test can give with this many pairs. */
export function smallestSignedRankP(pairs: number): number {
  return Math.min(1, 2 / 2 ** pairs);
}

/**
 * Exact Wilcoxon signed-rank test of paired differences (matched seeds), over all 2^n sign patterns of the ranks as they are (ties
 * included), counted by dynamic programming.
 */
export function signedRankTest(differences: readonly number[]): SignedRankTest {
  const pairs = differences.filter((difference) => difference !== 0);
  const n = pairs.length;
  if (n === 0) {
    return { pairs: 0, positiveRanks: 0, p: null, smallestReachableP: null, why: 'Undefined: no pair differs.' };
  }
  // Twice the rank, so that ranks of ties are whole.
  const doubled = pairs.map((difference) => {
    const below = pairs.filter((other) => Math.abs(other) < Math.abs(difference)).length;
    const tied = pairs.filter((other) => Math.abs(other) === Math.abs(difference)).length;
    return 2 * below + tied + 1;
  });
  const total = n * (n + 1);
  const positive = doubled.reduce((sum, rank, i) => sum + ((pairs[i] as number) > 0 ? rank : 0), 0);
  // share[s]: probability that the positive ranks sum to s/2.
  let share = new Float64Array(total + 1);
  share[0] = 1;
  for (const rank of doubled) {
    const next = new Float64Array(total + 1);
    for (let s = 0; s <= total; s++) {
      (next[s] as number) += (share[s] as number) / 2;
      if (s + rank <= total) (next[s + rank] as number) += (share[s] as number) / 2;
    }
    share = next;
  }
  const smaller = Math.min(positive, total - positive);
  let tail = 0;
  for (let s = 0; s <= smaller; s++) tail += share[s] as number;
  const smallestReachableP = smallestSignedRankP(n);
  const why =
    smallestReachableP >= 0.05
      ? `With ${n} pairs the exact signed-rank test cannot give a p-value below ${smallestReachableP}.`
      : null;
  return { pairs: n, positiveRanks: positive / 2, p: Math.min(1, 2 * tail), smallestReachableP, why };
}
