/** Weight sets that initialisations start from. */
import { z } from 'zod';
import { procedure, router } from './trpc.ts';

export const weightsRouter = router({
  list: procedure.query(({ ctx }) => ctx.weights.list()),
  fromRun: procedure
    .input(z.object({ runId: z.string().min(1), name: z.string().trim().min(1).max(120) }))
    .mutation(({ ctx, input }) => ctx.weights.fromRun(input)),
  remove: procedure
    .input(z.object({ id: z.string().min(1) }))
    .mutation(({ ctx, input }) => ctx.weights.remove(input.id)),
});
