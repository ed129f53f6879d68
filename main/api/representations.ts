/** What the networks of a study compute, and what training did to their weights. */
import { z } from 'zod';
import { similarityMethodSchema, similarityRequestSchema } from '../../shared/similarity/similarity.ts';
import { procedure, router } from './trpc.ts';

const ofStudy = z.object({ studyId: z.string().min(1) });

export const representationsRouter = router({
  similarity: procedure
    .input(ofStudy.extend({ method: similarityMethodSchema.default('cca') }))
    .query(({ ctx, input }) => ctx.representations.similarity(input.studyId, input.method)),
  compute: procedure
    .input(similarityRequestSchema)
    .mutation(({ ctx, input }) => ({ jobId: ctx.representations.compute(input).id })),
  movement: procedure.input(ofStudy).query(({ ctx, input }) => ctx.weightAnalysis.movement(input.studyId)),
  runWeights: procedure
    .input(z.object({ runId: z.string().min(1) }))
    .query(({ ctx, input }) => ctx.weightAnalysis.run(input.runId)),
});
