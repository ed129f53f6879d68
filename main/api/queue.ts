/** The run queue as a whole. */
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
  watch: procedure.subscription(async function* ({ ctx, signal }) {
    yield* ctx.queue.watch(signal);
  }),
});
