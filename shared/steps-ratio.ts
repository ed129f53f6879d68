/** How many fewer steps one arm needed to the threshold AUC than another. */
import { studentQuantile } from './student-t.ts';

export interface StepsRatio {
  /** Geometric mean of A's steps over that of B's: below 1, A needs fewer. Null where a run never reached the threshold. */
  ratio: number | null;
  /** 95 % interval by Welch's t on the logarithms over seeds; null with fewer than two seeds in an arm, or no variation. */
  low: number | null;
  high: number | null;
  /** Runs that reached the threshold, of those that finished. */
  reachedA: number;
  runsA: number;
  reachedB: number;
  runsB: number;
}

/** `steps`: one value a finished run, null for one that never reached the threshold (censored). */
export function stepsRatio(stepsA: readonly (number | null)[], stepsB: readonly (number | null)[]): StepsRatio {
  const [a, b] = [logsOf(stepsA), logsOf(stepsB)];
  const counts = { reachedA: a.length, runsA: stepsA.length, reachedB: b.length, runsB: stepsB.length };
  const none = { ratio: null, low: null, high: null, ...counts };
  if (a.length === 0 || b.length === 0 || a.length < stepsA.length || b.length < stepsB.length) return none;
  const difference = mean(a) - mean(b);
  const ratio = Math.exp(difference);
  if (a.length < 2 || b.length < 2) return { ...none, ratio };
  const [va, vb] = [varianceOfMean(a), varianceOfMean(b)];
  const variance = va + vb;
  if (variance === 0) return { ...none, ratio };
  const df = variance ** 2 / (va ** 2 / (a.length - 1) + vb ** 2 / (b.length - 1));
  const reach = studentQuantile(0.05, df) * Math.sqrt(variance);
  return { ratio, low: Math.exp(difference - reach), high: Math.exp(difference + reach), ...counts };
}

const logsOf = (steps: readonly (number | null)[]): number[] =>
  steps.filter((step) => step !== null).map((step) => Math.log(step));

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function varianceOfMean(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1) / values.length;
}
