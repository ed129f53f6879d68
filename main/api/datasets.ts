/** Datasets: preview and import of folders, and what the library holds. */
import { z } from 'zod';
import { importRequestSchema, previewRequestSchema } from '../../shared/dataset/dataset.ts';
import { imageQuerySchema } from '../../shared/dataset/gallery.ts';
import { differentPicturesSchema, pairsQuerySchema } from '../../shared/dataset/picture-pairs.ts';
import { procedure, router } from './trpc.ts';

const byId = z.object({ id: z.string().min(1) });
const pairOfDataset = differentPicturesSchema.extend({ datasetId: z.string().min(1) });
const problemPage = byId.extend({
  offset: z.int().nonnegative().default(0),
  limit: z.int().min(1).max(1000).default(200),
});

export const datasetsRouter = router({
  list: procedure.query(({ ctx }) => ctx.datasets.list()),
  get: procedure.input(byId).query(({ ctx, input }) => ctx.datasets.get(input.id)),
  remove: procedure.input(byId).mutation(({ ctx, input }) => ctx.datasets.remove(input.id)),
  // A job because a folder of 250,000 files takes many seconds to read.
  preview: procedure
    .input(previewRequestSchema)
    .mutation(({ ctx, input }) => ({ jobId: ctx.datasets.preview(input).id })),
  import: procedure.input(importRequestSchema).mutation(({ ctx, input }) => ({ jobId: ctx.datasets.import(input).id })),
  importAgain: procedure
    .input(byId.extend({ name: importRequestSchema.shape.name }))
    .mutation(({ ctx, input }) => ({ jobId: ctx.datasets.importAgain(input).id })),
  images: procedure.input(imageQuerySchema).query(({ ctx, input }) => ctx.datasets.images(input)),
  problems: procedure.input(problemPage).query(({ ctx, input }) => ctx.datasets.problems(input)),
  pairs: procedure.input(pairsQuerySchema).query(({ ctx, input }) => ctx.picturePairs.list(input)),
  declareDifferent: procedure
    .input(pairOfDataset)
    .mutation(({ ctx, input }) => ctx.picturePairs.declareDifferent(input)),
  withdrawDifferent: procedure
    .input(pairOfDataset.omit({ reason: true }))
    .mutation(({ ctx, input }) => ctx.picturePairs.withdrawDifferent(input)),
  verify: procedure.input(byId).mutation(({ ctx, input }) => ({ jobId: ctx.datasets.verify(input.id).id })),
});
