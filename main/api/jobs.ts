/** Background jobs: list, look up and cancel. */
import { z } from 'zod';
import { procedure, router } from './trpc.ts';

const jobIdSchema = z.object({ id: z.string().min(1) });

export const jobsRouter = router({
  list: procedure.query(({ ctx }) => ctx.jobs.list()),
  get: procedure.input(jobIdSchema).query(({ ctx, input }) => ctx.jobs.get(input.id)),
  cancel: procedure.input(jobIdSchema).mutation(({ ctx, input }) => ctx.jobs.cancel(input.id)),
});
