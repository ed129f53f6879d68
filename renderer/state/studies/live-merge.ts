/** How events of the live stream change what a page has loaded. Pure; nothing is changed in place. */
import type { ConvergenceCurve } from '../../../shared/results/results.ts';
import type { MetricEvent, RunEvent, RunSummary } from '../../../shared/run/run.ts';

export function mergeRun(runs: RunSummary[], event: RunEvent): RunSummary[] {
  if (event.type === 'metric') return runs;
  return runs.map((run) => {
    if (run.id !== event.runId) return run;
    return event.type === 'state' ? event.run : { ...run, progress: event.progress };
  });
}

const keyOf = (event: MetricEvent): string => `${event.type}:${event.step}`;

/** Adds events by (type, step): a reconnect may send again what is known, and a resumed run may repeat steps. */
export function mergeEvents(known: MetricEvent[], added: MetricEvent[]): MetricEvent[] {
  const last = known.at(-1)?.step ?? -1;
  const inOrder = added.every((event, index) => event.step > (added[index - 1]?.step ?? last));
  if (inOrder) return [...known, ...added];
  const byKey = new Map(known.map((event) => [keyOf(event), event]));
  for (const event of added) byKey.set(keyOf(event), event);
  return [...byKey.values()].sort((a, b) => a.step - b.step);
}

export function mergeCurves(
  curves: ConvergenceCurve[],
  metrics: { runId: string; metric: MetricEvent }[],
  runs: RunSummary[],
): ConvergenceCurve[] {
  const added = Map.groupBy(metrics, (item) => item.runId);
  const merged = curves.map((curve) => {
    const items = added.get(curve.runId);
    added.delete(curve.runId);
    return items
      ? {
          ...curve,
          events: mergeEvents(
            curve.events,
            items.map((item) => item.metric),
          ),
        }
      : curve;
  });
  const fresh = [...added].flatMap(([runId, items]): ConvergenceCurve[] => {
    const run = runs.find((candidate) => candidate.id === runId);
    const events = items.map((item) => item.metric);
    return run ? [{ runId, armId: run.armId, seed: run.seed, events: mergeEvents([], events) }] : [];
  });
  return [...merged, ...fresh];
}
