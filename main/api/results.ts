/** What a study found. `main/api/router.ts` merges these procedures into `studies`. */
import { z } from 'zod';
import { marginSchema } from '../../shared/study/margin.ts';
import { detailsRequestSchema } from '../../shared/results/study-details.ts';
import { procedure } from './trpc.ts';

const byId = z.object({ id: z.string().min(1) });

export const resultsProcedures = {
  results: procedure.input(byId).query(({ ctx, input }) => ctx.results.results(input.id)),
  complete: procedure.input(byId).query(({ ctx, input }) => ctx.results.complete(input.id)),
  details: procedure.input(detailsRequestSchema).query(({ ctx, input }) => ctx.results.details(input)),
  margin: procedure.input(byId).query(({ ctx, input }) => ctx.margins.get(input.id)),
  declareMargin: procedure
    .input(marginSchema.extend({ id: z.string().min(1) }))
    .mutation(({ ctx, input: { id, ...margin } }) => ctx.margins.declare({ studyId: id, ...margin })),
  convergence: procedure.input(byId).query(({ ctx, input }) => ctx.results.convergence(input.id)),
  filters: procedure
    .input(byId.extend({ armId: z.string().min(1).optional() }))
    .query(({ ctx, input }) => ctx.results.filters(input)),
};
