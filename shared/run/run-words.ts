/** What a run's numbers say, in words that app, command line and report share. */
import { formatMilliseconds } from '../words/times.ts';
import { countOf, formatCount, formatPercent, wordFor } from '../words/numbers.ts';
import type { MetricEvent, RunResult } from './run.ts';

/** Waiting for images below this share of a step is no matter. */
const MUCH_WAITING = 0.1;

/** The first batch is always waited for: fewer steps than these say nothing. */
const FEW_STEPS = 20;

/** One sentence where training waited for images for much of its time, else null. */
export function describeWaiting(params: { steps: number; stepMs: number; waitMs: number }): string | null {
  const { steps, stepMs, waitMs } = params;
  const share = stepMs > 0 ? waitMs / stepMs : 0;
  if (share < MUCH_WAITING || steps < FEW_STEPS) return null;
  return `Training waited for images for ${formatPercent(share, 0)} of its time: preparing them is slower than training on them. Results are not affected; other programs, a slow disk or augmentation may be the cause.`;
}

/** `decoding 14.2 ms an image (90 images), augmenting 2.5 ms an image`; what did not happen is left out. */
export function describeFeeding(
  timing: Pick<NonNullable<RunResult['timing']>, 'decodedImages' | 'decodeMs' | 'augmentMs'>,
): string {
  const { decodedImages, decodeMs, augmentMs } = timing;
  return [
    decodeMs === null
      ? 'no image had to be decoded'
      : `decoding ${formatMilliseconds(decodeMs)} an image (${countOf(decodedImages, 'image')})`,
    ...(augmentMs === null ? [] : [`augmenting ${formatMilliseconds(augmentMs)} an image`]),
  ].join(', ');
}

/** What the step events of a run that still trains say about its feeding; null before the first one. */
export function feedingSoFar(events: readonly MetricEvent[]): NonNullable<RunResult['timing']> | null {
  const steps = events.filter((event) => event.type === 'step');
  const last = steps.at(-1);
  if (last === undefined) return null;
  const decodedImages = steps.reduce((sum, event) => sum + event.decodedImages, 0);
  const decodeMs = steps.reduce((sum, event) => sum + event.decodeMs * event.decodedImages, 0);
  return {
    decodedImages,
    decodeMs: decodedImages === 0 ? null : decodeMs / decodedImages,
    augmentMs: last.augmentMs,
    waitMs: last.waitMs,
  };
}

/** `2 of 3 runs stopped early, at steps 300 to 900 of 2,000; their curves end there.`; null where none did. */
export function describeEarlyStops(results: readonly (RunResult | null)[]): string | null {
  const finished = results.filter((result) => result !== null);
  const stopped = finished.flatMap(({ steps, stoppedEarly }) =>
    stoppedEarly === null ? [] : [{ steps, stoppedEarly }],
  );
  const [first] = stopped;
  if (first === undefined) return null;
  const steps = stopped.map((run) => run.steps);
  const [least, most] = [Math.min(...steps), Math.max(...steps)];
  const planned = new Set(stopped.map((run) => run.stoppedEarly.plannedSteps));
  const where = least === most ? `step ${formatCount(least)}` : `steps ${formatCount(least)} to ${formatCount(most)}`;
  const of = planned.size === 1 ? ` of ${formatCount(first.stoppedEarly.plannedSteps)}` : '';
  const runs = `${stopped.length} of ${countOf(finished.length, 'run')}`;
  return `${runs} stopped early, at ${where}${of}; ${wordFor(stopped.length, 'its curve ends', 'their curves end')} there.`;
}
