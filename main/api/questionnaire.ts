/** The authors' answers for the checklists of a study's report. */
import { z } from 'zod';
import { procedure, router } from './trpc.ts';

export const questionnaireRouter = router({
  get: procedure
    .input(z.object({ studyId: z.string().min(1) }))
    .query(({ ctx, input }) => ctx.questionnaire.get(input.studyId)),
  save: procedure
    .input(z.object({ studyId: z.string().min(1), answers: z.record(z.string(), z.string()) }))
    .mutation(({ ctx, input }) => ctx.questionnaire.save(input)),
});
