/** Arms of a study at their frozen thresholds on the same patients, run by run. */
import type { CallComparison, CallTest } from '../../../shared/results/study-details.ts';
import { mcnemarExact, comparePatientCalls, type McNemarResult } from '../statistics/mcnemar.ts';
import { holmAdjust } from '../statistics/multiplicity.ts';

export interface CallingRun {
  armId: string;
  seed: number;
  /** Of the items of `labels`. */
  scores: readonly number[];
  /** Null: +infinity; undefined: none could be chosen. */
  threshold: number | null | undefined;
}

/**
 * Every pair of arms, for each seed that both have: exact McNemar tests on patients of sensitivity and specificity. All of them are one
 * family for Holm's method; a test without a discordant patient counts as p = 1.
 */
export function compareCalls(params: {
  pairs: readonly { armA: string; armB: string }[];
  runs: readonly CallingRun[];
  /** Null: unknown, left out. */
  labels: readonly (number | null)[];
  patients: ArrayLike<number>;
}): CallComparison[] {
  const { pairs, runs, labels } = params;
  const items = labels.flatMap((label, item) => (label === null ? [] : [item]));
  const known = items.map((item) => labels[item] as number);
  const patients = items.map((item) => params.patients[item] as number);
  const scoresOf = (run: CallingRun): number[] => items.map((item) => run.scores[item] as number);
  const compared = pairs.flatMap(({ armA, armB }) =>
    runs
      .filter((run) => run.armId === armA)
      .flatMap((a) => {
        const b = runs.find((run) => run.armId === armB && run.seed === a.seed);
        if (b === undefined) return [];
        const [one, other] = [a.threshold, b.threshold];
        if (one === undefined || other === undefined) {
          const none = { ...mcnemarExact(0, 0), patients: 0 };
          const why = 'No threshold could be chosen for one of the runs.';
          return [{ armA, armB, seed: a.seed, positive: none, negative: none, why }];
        }
        const { positive, negative } = comparePatientCalls({
          ...{ labels: known, patients },
          a: { scores: scoresOf(a), threshold: one },
          b: { scores: scoresOf(b), threshold: other },
        });
        const silent = positive.p === null && negative.p === null;
        return [{ armA, armB, seed: a.seed, positive, negative, why: silent ? positive.why : null }];
      }),
  );
  const adjusted = holmAdjust(compared.flatMap(({ positive, negative }) => [positive.p ?? 1, negative.p ?? 1]));
  const test = ({ patients: count, onlyA, onlyB, p }: McNemarResult & { patients: number }, at: number): CallTest => ({
    ...{ patients: count, onlyA, onlyB, p },
    adjustedP: p === null ? null : (adjusted[at] as number),
  });
  return compared.map((row, index) => ({
    ...row,
    positive: test(row.positive, 2 * index),
    negative: test(row.negative, 2 * index + 1),
  }));
}
