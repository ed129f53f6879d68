/** When the queue will be empty. Pure. */
import type { RunSummary } from '../../../shared/run/run.ts';

/**
 * Remaining seconds of the running runs, plus for each queued run the mean duration of finished runs of its model in its
 * study; where there is none, the whole expected duration of the running run of that model. Null when a part is unknown.
 */
export function queueEta(params: {
  running: readonly { run: RunSummary; secondsSoFar: number }[];
  queued: readonly RunSummary[];
  finished: readonly RunSummary[];
  concurrency: number;
}): number | null {
  const { running, queued, finished, concurrency } = params;
  let total = 0;
  for (const { run } of running) {
    const eta = run.progress?.etaSeconds ?? null;
    if (eta === null) return null;
    total += eta;
  }
  for (const run of queued) {
    const seconds = expectedSeconds(run, params.running, finished);
    if (seconds === null) return null;
    total += seconds;
  }
  return total / Math.max(1, Math.min(concurrency, running.length + queued.length));
}

function expectedSeconds(
  run: RunSummary,
  running: readonly { run: RunSummary; secondsSoFar: number }[],
  finished: readonly RunSummary[],
): number | null {
  const alike = (other: RunSummary): boolean =>
    other.studyId === run.studyId && other.model === run.model && other.trainSize === run.trainSize;
  const known = finished.filter(alike).flatMap((other) => (other.result === null ? [] : [other.result.seconds]));
  if (known.length > 0) return known.reduce((sum, seconds) => sum + seconds, 0) / known.length;
  const now = running.find((other) => alike(other.run));
  const eta = now?.run.progress?.etaSeconds ?? null;
  return now === undefined || eta === null ? null : now.secondsSoFar + eta;
}
