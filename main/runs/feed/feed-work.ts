/** How much feeding threads have worked, and what that says about a run. Pure. */
import type { RunTiming } from '../../../shared/run/run.ts';
import { z } from 'zod';

/** Work of all feeding threads together; seconds are those of threads, not of the clock. */
export const feedWorkSchema = z.object({
  decodedImages: z.int(),
  decodeSeconds: z.number(),
  /** Images filled into batches with an epoch: training images. */
  augmentedImages: z.int(),
  augmentSeconds: z.number(),
});
export type FeedWork = z.infer<typeof feedWorkSchema>;

export const NO_WORK: FeedWork = { decodedImages: 0, decodeSeconds: 0, augmentedImages: 0, augmentSeconds: 0 };

export function addWork(a: FeedWork, b: FeedWork): FeedWork {
  return {
    decodedImages: a.decodedImages + b.decodedImages,
    decodeSeconds: a.decodeSeconds + b.decodeSeconds,
    augmentedImages: a.augmentedImages + b.augmentedImages,
    augmentSeconds: a.augmentSeconds + b.augmentSeconds,
  };
}

/** What was added to a feed's work since the meter was read last, from the feed's beginning on. */
export function createWorkMeter(feed: { work(): FeedWork }): () => FeedWork {
  let last = NO_WORK;
  return () => {
    const now = feed.work();
    const since = {
      decodedImages: now.decodedImages - last.decodedImages,
      decodeSeconds: now.decodeSeconds - last.decodeSeconds,
      augmentedImages: now.augmentedImages - last.augmentedImages,
      augmentSeconds: now.augmentSeconds - last.augmentSeconds,
    };
    last = now;
    return since;
  };
}

/** Null where there was no image. */
export function msPerImage(seconds: number, images: number): number | null {
  return images === 0 ? null : (1000 * seconds) / images;
}

/** @param state what a checkpoint holds after at least one step */
export function timingOf(state: { step: number; waitSeconds: number; feed: FeedWork }): RunTiming {
  const { decodedImages, decodeSeconds, augmentedImages, augmentSeconds } = state.feed;
  return {
    decodedImages,
    decodeMs: msPerImage(decodeSeconds, decodedImages),
    augmentMs: msPerImage(augmentSeconds, augmentedImages),
    waitMs: (1000 * state.waitSeconds) / state.step,
  };
}
