/** Synthetic data. */
import { phantomRequestSchema } from '../../shared/dataset/phantom.ts';
import { procedure, router } from './trpc.ts';

export const phantomsRouter = router({
  create: procedure
    .input(phantomRequestSchema)
    .mutation(({ ctx, input }) => ({ jobId: ctx.phantoms.create(input).id })),
});
