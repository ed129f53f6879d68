/** Studies: creating, following and ending them, and what they found. */
import { z } from 'zod';
import { resultsProcedures } from './results.ts';
import { procedure, router } from './trpc.ts';
import { studyRenameSchema, studySpecSchema } from '../../shared/study/study.ts';

const byId = z.object({ id: z.string().min(1) });

export const studiesRouter = router({
  ...resultsProcedures,
  list: procedure.query(({ ctx }) => ctx.studies.list()),
  get: procedure.input(byId).query(({ ctx, input }) => ctx.studies.get(input.id)),
  create: procedure.input(studySpecSchema).mutation(({ ctx, input }) => ctx.studies.create(input)),
  estimate: procedure.input(studySpecSchema).mutation(({ ctx, input }) => ({ jobId: ctx.studies.estimate(input).id })),
  speed: procedure.mutation(({ ctx }) => ({ jobId: ctx.studies.speed().id })),
  methods: procedure.input(studySpecSchema).query(({ ctx, input }) => ({ text: ctx.studies.methods(input) })),
  pause: procedure.input(byId).mutation(({ ctx, input }) => ctx.studies.pause(input.id)),
  resume: procedure.input(byId).mutation(async ({ ctx, input }) => ({ queued: await ctx.studies.resume(input.id) })),
  cancel: procedure.input(byId).mutation(({ ctx, input }) => ctx.studies.cancel(input.id)),
  rename: procedure.input(studyRenameSchema).mutation(({ ctx, input }) => ctx.studies.rename(input)),
  remove: procedure.input(byId).mutation(({ ctx, input }) => ctx.studies.remove(input.id)),
});
