/** The few numbers above a run's curves. Pure. */
import { formatAuc, formatBytes, formatCount, formatDuration } from '../../../shared/format.ts';
import type { MetricEvent, RunSummary } from '../../../shared/run.ts';

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

export function runTiles(run: RunSummary, events: readonly MetricEvent[]): Tile[] {
  const step = events.findLast((event): event is StepEvent => event.type === 'step');
  const best = bestOf(events);
  const { result } = run;
  const waiting =
    step && step.stepMs > 0 ? `${Math.round((100 * step.waitMs) / step.stepMs)} % of it waiting for images` : undefined;
  const tiles: Tile[] = [
    {
      label: 'Training loss',
      value: step ? step.loss.toFixed(3) : '–',
      note: step ? `step ${formatCount(step.step)}, epoch ${step.epoch.toFixed(1)}` : undefined,
    },
    {
      label: 'Best validation AUC',
      value: formatAuc(best?.headlineAuc ?? null),
      note: best ? `at step ${formatCount(best.step)}` : undefined,
    },
    { label: 'Time per step', value: step ? `${Math.round(step.stepMs)} ms` : '–', note: waiting },
  ];
  if (result) {
    tiles.push({
      label: 'Took',
      value: formatDuration(result.seconds),
      note: `peak memory ${formatBytes(result.peakMemoryBytes)}`,
    });
  } else {
    tiles.push({ label: 'Learning rate', value: step ? String(Number(step.learningRate.toPrecision(3))) : '–' });
  }
  return tiles;
}
