/** Study bundles: one zip file a study. */
import { z } from 'zod';
import { procedure, router } from './trpc.ts';

export const bundlesRouter = router({
  export: procedure
    .input(z.object({ studyId: z.string().min(1) }))
    .mutation(({ ctx, input }) => ctx.bundles.export(input)),
  open: procedure
    .input(z.object({ file: z.string().min(1) }))
    .mutation(({ ctx, input }) => ({ jobId: ctx.bundles.startOpen(input).id })),
});
