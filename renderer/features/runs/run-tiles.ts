/** The few numbers above a run's curves. Pure. */
import { formatDuration, formatMilliseconds } from '../../../shared/words/times.ts';
import { formatBytes, formatCount, formatNumber, formatSetting } from '../../../shared/words/numbers.ts';
import type { MetricEvent, RunSummary } from '../../../shared/run/run.ts';
import { describeFeeding, describeWaiting, feedingSoFar } from '../../../shared/run/run-words.ts';

export interface Tile {
  label: string;
  value: string;
  note?: string | undefined;
}

type StepEvent = Extract<MetricEvent, { type: 'step' }>;
type EvaluationEvent = Extract<MetricEvent, { type: 'evaluation' }>;

function bestOf(events: readonly MetricEvent[]): EvaluationEvent | undefined {
  return events.findLast((event): event is EvaluationEvent => event.type === 'evaluation' && event.best);
}

/** Of the whole run once it has ended, of the latest steps before. */
function timing(
  { result }: RunSummary,
  last: StepEvent | undefined,
): { steps: number; stepMs: number; waitMs: number } | null {
  if (result?.timing) return { steps: result.steps, stepMs: result.meanStepMs, waitMs: result.timing.waitMs };
  return last === undefined ? null : { steps: last.step, stepMs: last.stepMs, waitMs: last.waitMs };
}

/** How images were fed to training, as sentences; empty before the first step. */
export function feedingText(run: RunSummary, events: readonly MetricEvent[]): string {
  const feeding = run.result === null ? feedingSoFar(events) : run.result.timing;
  if (feeding === null) return '';
  const step = events.findLast((event): event is StepEvent => event.type === 'step');
  const time = timing(run, step);
  const waiting = time === null ? null : describeWaiting(time);
  return `Feeding, beside the steps: ${describeFeeding(feeding)}.${waiting === null ? '' : ` ${waiting}`}`;
}

export function runTiles(run: RunSummary, events: readonly MetricEvent[]): Tile[] {
  const step = events.findLast((event): event is StepEvent => event.type === 'step');
  const best = bestOf(events);
  const { result } = run;
  const time = timing(run, step);
  const tiles: Tile[] = [
    {
      label: 'Training loss',
      value: step ? formatNumber(step.loss) : '–',
      note: step ? `step ${formatCount(step.step)}, epoch ${formatNumber(step.epoch, 1)}` : undefined,
    },
    {
      label: 'Best validation AUC',
      value: formatNumber(best?.headlineAuc),
      note: best ? `at step ${formatCount(best.step)}` : undefined,
    },
    {
      label: 'Time per step',
      value: time ? formatMilliseconds(time.stepMs) : '–',
      note:
        time && time.stepMs > 0
          ? `${Math.round((100 * time.waitMs) / time.stepMs)} % of it waiting for images`
          : undefined,
    },
  ];
  if (result) {
    tiles.push({
      label: 'Took',
      value: formatDuration(result.seconds),
      note: result.stoppedEarly
        ? `stopped early at step ${formatCount(result.steps)} of ${formatCount(result.stoppedEarly.plannedSteps)}`
        : `peak memory ${formatBytes(result.peakMemoryBytes)}`,
    });
  } else {
    tiles.push({ label: 'Learning rate', value: step ? formatSetting(step.learningRate, 3) : '–' });
  }
  return tiles;
}
