/** Exporting a study's report. */
import { z } from 'zod';
import { appendicesSchema } from '../../shared/study/report-request.ts';
import { mistakePicturesRequestSchema } from '../../shared/mistakes/mistake-pictures.ts';
import { procedure, router } from './trpc.ts';

const request = z.object({
  studyId: z.string().min(1),
  folder: z.string().min(1).optional(),
  appendices: appendicesSchema.optional(),
});

export const reportsRouter = router({
  export: procedure.input(request).mutation(({ ctx, input }) => ctx.reports.export(input)),
  exportWithImages: procedure
    .input(request.extend({ images: mistakePicturesRequestSchema }))
    .mutation(({ ctx, input }) => ({ jobId: ctx.reports.startExport(input).id })),
});
