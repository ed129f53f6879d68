/** Exporting a study's report. */
import { z } from 'zod';
import { mistakePicturesRequestSchema } from '../../shared/mistakes/mistake-pictures.ts';
import { procedure, router } from './trpc.ts';

export const reportsRouter = router({
  export: procedure
    .input(z.object({ studyId: z.string().min(1), folder: z.string().min(1).optional() }))
    .mutation(({ ctx, input }) => ctx.reports.export(input)),
  exportWithImages: procedure
    .input(
      z.object({
        studyId: z.string().min(1),
        folder: z.string().min(1).optional(),
        images: mistakePicturesRequestSchema,
      }),
    )
    .mutation(({ ctx, input }) => ({ jobId: ctx.reports.startExport(input).id })),
});
