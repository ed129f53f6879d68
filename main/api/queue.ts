/** The run queue as a whole. */
import { z } from 'zod';
import { MOST_PARALLEL_RUNS } from '../../shared/run/run.ts';
import { procedure, router } from './trpc.ts';

export const queueRouter = router({
  status: procedure.query(({ ctx }) => ctx.queue.status()),
  pause: procedure.mutation(({ ctx }) => {
    ctx.queue.pause();
    return ctx.queue.status();
  }),
  resume: procedure.mutation(({ ctx }) => {
    ctx.queue.resume();
    return ctx.queue.status();
  }),
  setParallel: procedure
    .input(z.object({ runs: z.int().min(1).max(MOST_PARALLEL_RUNS) }))
    .mutation(({ ctx, input }) => {
      ctx.queue.setParallel(input.runs);
      return ctx.queue.status();
    }),
});
