/** What the parts of a training run share. */
import type { Manifest } from '../../../shared/dataset/dataset.ts';
import type { ClassWeights, MetricEvent, RunConfig, RunPhase, RunProgress } from '../../../shared/run/run.ts';
import type { createTrainer } from '../../engine/train/trainer.ts';
import type { BatchSource } from '../feed/batch-feed.ts';
import type { FeedWork } from '../feed/feed-work.ts';
import type { RunFiles } from '../process/run-folder.ts';
import type { RunLog } from '../process/run-log.ts';
import type { StopSignal } from '../process/stop-signal.ts';

export interface RunReporter {
  progress(phase: RunPhase, done: number, total: number, etaSeconds: number | null): void;
  /** A metric that is in `metrics.jsonl`. */
  metric(event: MetricEvent): void;
  log: RunLog;
}

export interface TrainingContext<Feed extends BatchSource = BatchSource> {
  files: RunFiles;
  config: RunConfig;
  manifest: Manifest;
  /** 1 for the first. */
  attempt: number;
  feed: Feed;
  stop: StopSignal;
  report: RunReporter;
  openTrainer: typeof createTrainer;
  /** Bytes that may still be written to the disk of a folder. */
  freeDiskBytes(folder: string): number;
  /** What each label weighs in the loss; null: all alike. */
  classWeights: ClassWeights | null;
  /** What the feeding threads did since this was asked last. */
  takeFeedWork(): FeedWork;
  /** Monotonic seconds. */
  now(): number;
}

/**
 * Passes on at most two reports a second, and every beginning and end of a phase.
 * @param mayStopEarly what is left of training is then an upper bound
 */
export function createProgressReport(
  send: (progress: RunProgress) => void,
  mayStopEarly: boolean,
  nowMs: () => number = () => performance.now(),
): RunReporter['progress'] {
  let last = { phase: '', at: -Infinity };
  return (phase, done, total, etaSeconds) => {
    const at = nowMs();
    if (phase === last.phase && done !== total && at - last.at < 500) return;
    last = { phase, at };
    const atMost = mayStopEarly && (phase === 'training' || phase === 'evaluating');
    send({ phase, done, total, etaSeconds, ...(atMost ? { atMost } : {}) });
  };
}

/** Lets messages of other threads in: a loop of resolved promises alone would never let the event loop turn. */
export const yieldToEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Labels of images as the trainer takes them: images x outputs, NaN = unknown. */
export function labelMatrix(manifest: Manifest, images: readonly number[], outputs: number): Float32Array {
  const matrix = new Float32Array(images.length * outputs);
  images.forEach((image, row) => {
    manifest.images[image]?.labels.forEach((label, output) => {
      matrix[row * outputs + output] = label ?? NaN;
    });
  });
  return matrix;
}
