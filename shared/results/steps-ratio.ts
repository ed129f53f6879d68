/** How many times the steps one arm needs to the threshold AUC that another needs: the one definition that the whole app uses. Pure. */
import { formatEstimate, formatRatio } from '../words/numbers.ts';
import { RandomStream } from '../system/random.ts';
import { survivalMedian, type StepsObservation } from './threshold-steps.ts';

export interface StepsRatio {
  /** Median of A over median of B: below 1, A needs fewer steps. Null where a median is not known. */
  ratio: number | null;
  /** Where only one of the medians is known: what the ratio lies above or below. */
  limit: { side: 'above' | 'below'; value: number } | null;
  /** 95 % percentile interval. Null: no limit to that side, or none that could be had; `why` says which. */
  low: number | null;
  high: number | null;
  why: string | null;
  /** Exact two-sided rank test ({@link stepsTest}); null without runs in both arms. */
  test: StepsTest | null;
}

const DRAWS = 2000;
/** Share of draws to each side of the interval. */
const TAIL = 0.025;
const AGREE = 'The runs of each arm agree, so that nothing is known of their variation.';

/**
 * Ratio of Kaplan-Meier medians, with the bootstrap over runs: in each of 2,000 draws the runs of each arm are drawn with replacement,
 * independently (seeds of two arms are not pairs: they share data order, not the course of training). In a draw whose medians are not
 * both known, the ratio is only known to lie above or below something; the lower end of the interval takes the least that it can be in each
 * draw and the upper end the most, so that censoring widens the interval and never narrows it. The same input gives the same interval.
 */
export function stepsRatio(a: readonly StepsObservation[], b: readonly StepsObservation[]): StepsRatio {
  const none = { ratio: null, limit: null, low: null, high: null };
  const [medianA, medianB] = [survivalMedian(a), survivalMedian(b)];
  if (medianA === null || medianB === null) {
    return { ...none, why: 'Needs a finished run in both arms.', test: null };
  }
  const test = stepsTest(a, b);
  if (medianA.median === null && medianB.median === null) {
    return { ...none, why: 'At least half of the runs of both arms never reached the threshold.', test };
  }
  if (medianB.median === 0) return { ...none, why: 'The other arm was there before the first update.', test };
  const value = divide(medianA.atLeast, medianB.atLeast);
  const side = medianA.median === null ? 'above' : medianB.median === null ? 'below' : null;
  const found: Pick<StepsRatio, 'ratio' | 'limit'> =
    side === null ? { ratio: value, limit: null } : { ratio: null, limit: { side, value } };
  if (a.length < 2 || b.length < 2) {
    return { ...none, ...found, why: 'An interval needs two runs in both arms.', test };
  }
  return { ...found, ...interval(a, b), test };
}

function interval(
  a: readonly StepsObservation[],
  b: readonly StepsObservation[],
): Pick<StepsRatio, 'low' | 'high' | 'why'> {
  const stream = new RandomStream('steps-to-threshold');
  const draw = (runs: readonly StepsObservation[]) =>
    survivalMedian(runs.map(() => runs[stream.integer(runs.length)] as StepsObservation));
  const least: number[] = [];
  const most: number[] = [];
  for (let i = 0; i < DRAWS; i++) {
    const [x, y] = [draw(a), draw(b)];
    if (x === null || y === null) continue;
    least.push(y.median === null ? 0 : divide(x.atLeast, y.median));
    most.push(x.median === null ? Infinity : divide(x.median, y.atLeast));
  }
  const low = quantile(least, TAIL);
  const high = quantile(most, 1 - TAIL);
  if (low === high) return { low: null, high: null, why: AGREE };
  const never = (arm: string, limit: string): string =>
    `No ${limit} limit: too many runs of the ${arm} arm never reached the threshold.`;
  const why = [...(low > 0 ? [] : [never('other', 'lower')]), ...(high < Infinity ? [] : [never('first', 'upper')])];
  return {
    low: low > 0 ? low : null,
    high: high < Infinity ? high : null,
    why: why.length === 0 ? null : why.join(' '),
  };
}

const divide = (x: number, y: number): number => (x === y ? 1 : x / y);

/** Linear between order statistics; infinities stay what they are. */
function quantile(values: number[], share: number): number {
  values.sort((x, y) => x - y);
  const at = share * (values.length - 1);
  const [below, above] = [values[Math.floor(at)] as number, values[Math.ceil(at)] as number];
  return below === above || above === Infinity ? above : below + (at - Math.floor(at)) * (above - below);
}

export interface StepsTest {
  /** Exact, two-sided. */
  p: number;
  /** What no data of as many runs could go below: 2 over the number of ways to choose A's runs among all. */
  least: number;
  /** Whether A's runs came earlier than B's on the whole. */
  fewer: boolean;
}

/**
 * Gehan's generalisation of Wilcoxon's rank-sum test for censored observations (Biometrika 1965;52:203-223) with its exact permutation
 * distribution: each run scores the runs that surely came earlier minus those that surely came later, and the sum of A's scores is
 * compared with that of every choice of as many runs. It decides whether steps differ; the ratio says by how much.
 */
export function stepsTest(a: readonly StepsObservation[], b: readonly StepsObservation[]): StepsTest {
  const runs = [...a, ...b];
  const scores = runs.map((run) =>
    runs.reduce((sum, other) => sum + Number(isEarlier(other, run)) - Number(isEarlier(run, other)), 0),
  );
  const observed = scores.slice(0, a.length).reduce((sum, score) => sum + score, 0);
  const ways = waysBySum(scores, a.length);
  const total = [...ways.values()].reduce((sum, count) => sum + count, 0);
  const extreme = [...ways].reduce((sum, [at, count]) => sum + (Math.abs(at) >= Math.abs(observed) ? count : 0), 0);
  return { p: extreme / total, least: Math.min(1, 2 / total), fewer: observed < 0 };
}

/** Whether `x` surely reached the threshold before `y`; a run that was last scored at a step had not reached it there. */
function isEarlier(x: StepsObservation, y: StepsObservation): boolean {
  return x.reached && (y.reached ? x.steps < y.steps : x.steps <= y.steps);
}

/** In how many ways `size` of the scores add up to each sum. */
function waysBySum(scores: readonly number[], size: number): Map<number, number> {
  const ways = Array.from({ length: size + 1 }, () => new Map<number, number>());
  ways[0]?.set(0, 1);
  for (const score of scores) {
    for (let chosen = size; chosen > 0; chosen--) {
      for (const [sum, count] of ways[chosen - 1] as Map<number, number>) {
        const to = ways[chosen] as Map<number, number>;
        to.set(sum + score, (to.get(sum + score) ?? 0) + count);
      }
    }
  }
  return ways[size] as Map<number, number>;
}

/** `0.45 (0.31–0.72)`, `0.45 (from 0.31)`, `> 2.50 (from 2.10)`, `0.45`, `–`. */
export function ratioText({ ratio, limit, low, high }: Pick<StepsRatio, 'ratio' | 'limit' | 'low' | 'high'>): string {
  const text = formatEstimate({ value: ratio ?? limit?.value ?? null, low, high }, formatRatio);
  return limit === null ? text : `${limit.side === 'above' ? '>' : '<'} ${text}`;
}
