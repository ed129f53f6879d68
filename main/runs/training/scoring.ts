/** Probabilities of many images, in batches, in inference mode. */
import { AppError } from '../../../shared/system/errors.ts';
import type { Learner } from '../../engine/train/learner.ts';
import { prefetch, type BatchSource } from '../feed/batch-feed.ts';
import type { StopSignal } from '../process/stop-signal.ts';
import { yieldToEventLoop } from './training-context.ts';

/**
 * images x outputs probabilities, in the order of `images` (indices into the manifest).
 * @throws Stopped; AppError `run-failed` when the model returns something that is not a number
 */
export async function scoreImages(params: {
  learner: Pick<Learner, 'predict'>;
  feed: BatchSource;
  images: readonly number[];
  outputs: number;
  batch: number;
  stop: StopSignal;
  onProgress: (done: number) => void;
}): Promise<Float32Array> {
  const { learner, feed, images, outputs, batch, stop, onProgress } = params;
  const probabilities = new Float32Array(images.length * outputs);
  let done = 0;
  for await (const prepared of prefetch(feed, batchesOf(images, batch))) {
    stop.check();
    probabilities.set(learner.predict(prepared.images, prepared.count), done * outputs);
    done += prepared.count;
    onProgress(done);
    await yieldToEventLoop();
  }
  if (!probabilities.every((value) => Number.isFinite(value))) throw divergedError('a prediction');
  return probabilities;
}

/** Batches of images without augmentation, in order. */
export function* batchesOf(images: readonly number[], batch: number): Generator<{ images: number[]; epoch: null }> {
  for (let from = 0; from < images.length; from += batch) {
    yield { images: images.slice(from, from + batch), epoch: null };
  }
}

export function divergedError(what: string, step?: number): AppError {
  const when = step === undefined ? '' : ` at step ${step}`;
  return new AppError('run-failed', `Training diverged: ${what} was not a number any more${when}.`, {
    action: 'Create the study again with a lower learning rate, a longer warm-up, or another optimiser.',
  });
}
