/** What a study found. `main/api/router.ts` merges these procedures into `studies`. */
import { z } from 'zod';
import { procedure } from './trpc.ts';

const byId = z.object({ id: z.string().min(1) });

export const resultsProcedures = {
  results: procedure.input(byId).query(({ ctx, input }) => ctx.results.results(input.id)),
  complete: procedure.input(byId).query(({ ctx, input }) => ctx.results.complete(input.id)),
  convergence: procedure.input(byId).query(({ ctx, input }) => ctx.results.convergence(input.id)),
  filters: procedure
    .input(byId.extend({ armId: z.string().min(1).optional() }))
    .query(({ ctx, input }) => ctx.results.filters(input)),
};
