/** Many images are inspected in threads: what is done with their pixels takes as long as decoding them, and would stop everything else. */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { moduleUrl } from '../../platform/module-url.ts';
import { forEachConcurrently } from '../../platform/concurrently.ts';
import { inspectIfChanged, type ImageFile, type Inspection } from './inspect-changed.ts';

/** Up to so many images are inspected sooner than threads are started. */
const FEW = 100;
const MOST_IN_BATCH = 16;
/** So that all threads end at about the same time, and progress is seen of few large images as well. */
const LEAST_BATCHES = 200;
const YOUNG_MEGABYTES = 16;

/** One core stays free for the app. */
export function imagesInFlight(): number {
  return Math.max(2, Math.min(8, availableParallelism() - 1));
}

/**
 * Inspects `count` images, about in their order.
 * @param fileAt asked shortly before the image has its turn
 * @throws what `take` throws, and the signal's reason when aborted
 */
export async function inspectMany(params: {
  count: number;
  fileAt: (image: number) => ImageFile;
  take: (image: number, inspection: Inspection) => void;
  signal?: AbortSignal | undefined;
}): Promise<void> {
  const { count, fileAt, take, signal } = params;
  const size = Math.max(1, Math.min(MOST_IN_BATCH, Math.floor(count / LEAST_BATCHES)));
  const starts = Array.from({ length: Math.ceil(count / size) }, (_, batch) => batch * size);
  const threads = Array.from({ length: count > FEW ? imagesInFlight() : 0 }, startThread);
  const idle = [...threads];
  try {
    await forEachConcurrently(
      starts,
      imagesInFlight(),
      async (start) => {
        const thread = idle.pop();
        const files = Array.from({ length: Math.min(size, count - start) }, (_, i) => fileAt(start + i));
        const inspections = await (thread === undefined
          ? Promise.all(files.map(inspectIfChanged))
          : ask(thread, files));
        inspections.forEach((inspection, i) => take(start + i, inspection));
        if (thread !== undefined) idle.push(thread);
      },
      signal,
    );
  } finally {
    // What a thread has begun it finishes first: a decoder must not lose its thread.
    for (const thread of threads) thread.postMessage(null);
  }
}

function startThread(): Worker {
  return new Worker(moduleUrl(import.meta.url, './inspect-worker'), {
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
  });
}

/** Rejects where the thread fails. */
async function ask(thread: Worker, files: readonly ImageFile[]): Promise<Inspection[]> {
  thread.postMessage(files);
  const [inspections] = (await once(thread, 'message')) as [Inspection[]];
  return inspections;
}
