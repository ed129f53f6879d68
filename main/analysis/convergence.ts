/** How quickly training got somewhere. */
import type { MetricEvent } from '../../shared/run.ts';

export {
  armSteps,
  kaplanMeierMedian,
  medianRatio,
  observeSteps,
  stepsToThreshold,
} from '../../shared/threshold-steps.ts';

/**
 * The events in order of step, each kind once per step. A run that was killed and resumed from its checkpoint has logged
 * some steps twice; what came last is what the run went on with.
 */
export function orderEvents(events: readonly MetricEvent[]): MetricEvent[] {
  const last = new Map<string, MetricEvent>();
  for (const event of events) last.set(`${event.step}/${event.type}`, event);
  return [...last.values()].sort((a, b) => a.step - b.step || (a.type < b.type ? 1 : -1));
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
