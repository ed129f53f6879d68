/** Which test images a model gets wrong, and marks of probable label noise. */
import { z } from 'zod';
import { explanationRequestSchema } from '../../shared/mistakes/explanation.ts';
import { mistakenImagesQuerySchema, mistakesOfSchema } from '../../shared/mistakes/mistakes.ts';
import { markKindSchema, markRequestSchema, unmarkRequestSchema } from '../../shared/dataset/image-marks.ts';
import { procedure, router } from './trpc.ts';

export const mistakesRouter = router({
  summary: procedure.input(mistakesOfSchema).query(({ ctx, input }) => ctx.mistakes.summary(input)),
  images: procedure.input(mistakenImagesQuerySchema).query(({ ctx, input }) => ctx.mistakes.images(input)),
  explain: procedure
    .input(explanationRequestSchema)
    .mutation(({ ctx, input }) => ({ jobId: ctx.explanations.explain(input).id })),
});

export const marksRouter = router({
  list: procedure
    .input(z.object({ datasetId: z.string().min(1), kind: markKindSchema.optional() }))
    .query(({ ctx, input }) => ctx.imageMarks.list(input.datasetId, input.kind)),
  mark: procedure.input(markRequestSchema).mutation(({ ctx, input }) => ctx.imageMarks.mark(input)),
  unmark: procedure.input(unmarkRequestSchema).mutation(({ ctx, input }) => ctx.imageMarks.unmark(input)),
});
