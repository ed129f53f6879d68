/** The one stream of a page: a browser grants a server six connections over all its windows. */
import { z } from 'zod';
import type { LiveEvent } from '../../shared/system/live.ts';
import { procedure, router } from './trpc.ts';

export const liveRouter = router({
  // Starts with the queue, every job and, where a study is named, the state of its runs, so that a reconnect needs no replay; curves
  // come from `studies.convergence`.
  watch: procedure
    .input(z.object({ studyId: z.string().min(1).optional() }))
    .subscription(({ ctx, input, signal }) =>
      interleave<LiveEvent>([
        tagged(ctx.queue.watch(signal), (status) => ({ of: 'queue', status })),
        tagged(ctx.jobs.watch(signal), (job) => ({ of: 'job', job })),
        ...(input.studyId === undefined
          ? []
          : [tagged(ctx.runs.watch(input.studyId, signal), (event) => ({ of: 'run' as const, event }))]),
      ]),
    ),
});

async function* tagged<T, U>(values: AsyncIterable<T>, tag: (value: T) => U): AsyncGenerator<U, void, undefined> {
  for await (const value of values) yield tag(value);
}

/** Values of all streams as they come; ends when all have ended, and ends all when its reader does. */
async function* interleave<T>(
  streams: readonly AsyncGenerator<T, void, undefined>[],
): AsyncGenerator<T, void, undefined> {
  const nextOf = (stream: (typeof streams)[number]) => stream.next().then((result) => ({ stream, result }));
  const pending = new Map(streams.map((stream) => [stream, nextOf(stream)]));
  try {
    while (pending.size > 0) {
      const { stream, result } = await Promise.race(pending.values());
      if (result.done === true) pending.delete(stream);
      else {
        pending.set(stream, nextOf(stream));
        yield result.value;
      }
    }
  } finally {
    for (const [stream, waiting] of pending) {
      waiting.catch(() => undefined);
      void stream.return();
    }
  }
}
