/** Weight sets that initialisations start from, and the files that they are made of. */
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/system/errors.ts';
import { weightsImportSchema } from '../../shared/weights/weights.ts';
import { procedure, router } from './trpc.ts';

const name = z.string().trim().min(1).max(120);
const byId = z.object({ id: z.string().min(1) });

export const weightsRouter = router({
  list: procedure.query(({ ctx }) => ctx.weights.list()),
  trainedOn: procedure
    .input(z.object({ datasetId: z.string().min(1) }))
    .query(({ ctx, input }) => ctx.weights.trainedOn(input.datasetId)),
  get: procedure.input(byId).query(({ ctx, input }) => ctx.weights.get(input.id)),
  known: procedure.query(({ ctx }) => ctx.weights.known()),
  inspect: procedure.input(weightsImportSchema).mutation(({ ctx, input, signal }) => {
    needAbsolute(input.file);
    return ctx.weights.inspect(input, signal);
  }),
  import: procedure.input(weightsImportSchema).mutation(({ ctx, input }) => {
    needAbsolute(input.file);
    return { jobId: ctx.weights.import(input).id };
  }),
  download: procedure
    .input(z.object({ id: z.string().min(1), name: name.optional() }))
    .mutation(({ ctx, input }) => ({ jobId: ctx.weights.download(input).id })),
  discardDownload: procedure.input(byId).mutation(({ ctx, input }) => ctx.weights.discardDownload(input.id)),
  fromRun: procedure
    .input(z.object({ runId: z.string().min(1), name }))
    .mutation(({ ctx, input }) => ctx.weights.fromRun(input)),
  remove: procedure.input(byId).mutation(({ ctx, input }) => ctx.weights.remove(input.id)),
});

function needAbsolute(file: string): void {
  if (path.isAbsolute(file)) return;
  throw new AppError('bad-input', 'Expected the full path of a weight file, got a relative one.', {
    action: 'Choose the file with the dialog, or write its whole path.',
  });
}
