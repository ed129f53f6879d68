/** The machine: versions, readiness, folders. */
import { z } from 'zod';
import { procedure, router } from './trpc.ts';

export const systemRouter = router({
  info: procedure.query(({ ctx }) => ctx.system.info()),
  doctor: procedure.query(({ ctx }) => ctx.system.doctor()),
  folders: procedure
    .input(
      z.object({
        path: z.string().min(1).optional(),
        /** Also the files with these endings, without dot. */
        endings: z
          .array(z.string().regex(/^[a-z0-9]{1,20}$/))
          .max(20)
          .optional(),
      }),
    )
    .query(({ ctx, input }) => ctx.system.folders(input.path, input.endings)),
});
