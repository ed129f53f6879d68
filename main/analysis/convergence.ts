/** How quickly training got somewhere. */
import type { MetricEvent } from '../../shared/run.ts';

/**
 * Number of updates at the first evaluation whose headline validation AUC reached `threshold`; null where none did
 * (censored at the end of the run). Resolution: the evaluation interval.
 */
export function stepsToThreshold(events: readonly MetricEvent[], threshold: number): number | null {
  let first: number | null = null;
  for (const event of events) {
    if (event.type !== 'evaluation' || event.headlineAuc === null || event.headlineAuc < threshold) continue;
    if (first === null || event.step < first) first = event.step;
  }
  return first;
}

/**
 * Median with censored values (null) taken as later than every observed one: the Kaplan-Meier median when all runs have the
 * same length. Null when at least half are censored, or for an empty list.
 */
export function censoredMedian(values: readonly (number | null)[]): number | null {
  const observed = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (observed.length * 2 <= values.length) return null;
  const middle = (values.length - 1) / 2;
  return ((observed[Math.floor(middle)] as number) + (observed[Math.ceil(middle)] as number)) / 2;
}
