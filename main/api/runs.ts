/** Runs: looking at them, and stopping or continuing one. */
import { z } from 'zod';
import { procedure, router } from './trpc.ts';

const byId = z.object({ id: z.string().min(1) });
const byStudy = z.object({ studyId: z.string().min(1) });

export const runsRouter = router({
  list: procedure.input(byStudy).query(({ ctx, input }) => ctx.runs.list(input.studyId)),
  get: procedure.input(byId).query(({ ctx, input }) => ctx.runs.get(input.id)),
  tensors: procedure.input(byId).query(({ ctx, input }) => ctx.runs.tensors(input.id)),
  resume: procedure.input(byId).mutation(({ ctx, input }) => ctx.runs.resume(input.id)),
  cancel: procedure.input(byId).mutation(({ ctx, input }) => ctx.runs.cancel(input.id)),
});
