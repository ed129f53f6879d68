/** How quickly training got somewhere. */
import type { MetricEvent } from '../../../shared/run/run.ts';

/**
 * The events in order of step, each kind once per step. A run that was killed and resumed from its checkpoint has logged
 * some steps twice; what came last is what the run went on with.
 */
export function orderEvents(events: readonly MetricEvent[]): MetricEvent[] {
  const last = new Map<string, MetricEvent>();
  for (const event of events) last.set(`${event.step}/${event.type}`, event);
  return [...last.values()].sort((a, b) => a.step - b.step || (a.type < b.type ? 1 : -1));
}
