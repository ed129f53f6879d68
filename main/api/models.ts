/** The models and what they cost at a size. */
import { z } from 'zod';
import { describeModels } from '../engine/models/catalogue.ts';
import { procedure, router } from './trpc.ts';

/** Table 1 of the paper counts the five outputs of diabetic retinopathy grading. */
const TABLE_OUTPUTS = 5;

export const modelsRouter = router({
  list: procedure
    .input(z.object({ size: z.int().min(16).max(1024), batch: z.int().min(1).max(512) }))
    .query(({ input }) => describeModels({ outputs: TABLE_OUTPUTS, ...input })),
});
