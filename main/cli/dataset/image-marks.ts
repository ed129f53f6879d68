/** `dataset marks|mark|exclude|unmark`: images that a reader suspects of a wrong label, or leaves out. */
import path from 'node:path';
import type { Command } from 'commander';
import { markedImagesTable } from '../../../shared/mistakes/image-tables.ts';
import { tableText } from '../../../shared/tables/text-face.ts';
import { formatCount } from '../../../shared/words/numbers.ts';
import { writeFileAtomic } from '../../platform/atomic-file.ts';
import type { CliContext } from '../context.ts';

/** Adds the commands to `dataset`. */
export function registerImageMarks(dataset: Command, context: CliContext): void {
  dataset
    .command('marks <dataset>')
    .description('images marked as probable label noise, with the reason')
    .option('--csv <file>', 'also write them as CSV')
    .action(async (name: string, { csv }: { csv?: string }) => {
      const { services } = await context.app({ write: false });
      const { id } = services.datasets.find(name);
      const marks = services.imageMarks.list(id);
      if (csv !== undefined) {
        writeFileAtomic(path.resolve(csv), services.imageMarks.csv(id));
        context.out.note(`${formatCount(marks.length)} marks written to ${csv}.`);
      }
      context.out.result(marks, () =>
        marks.length === 0 ? 'No image is marked.' : tableText(markedImagesTable(marks, { patients: true })),
      );
    });

  dataset
    .command('mark <dataset> <image>')
    .description('mark an image as probable label noise; no result changes')
    .requiredOption('--reason <text>', 'why')
    .action(async (name: string, imageId: string, { reason }: { reason: string }) => {
      const { services } = await context.app({ write: true });
      const mark = services.imageMarks.mark({ datasetId: services.datasets.find(name).id, imageId, reason });
      context.out.result(mark, `Marked ${imageId}: ${mark.reason}`);
    });

  dataset
    .command('exclude <dataset> <image>')
    .description('leave an image out of the next import of its folder (dataset import-again); unmark takes it back')
    .requiredOption('--reason <text>', 'why; it enters the data flow')
    .action(async (name: string, imageId: string, { reason }: { reason: string }) => {
      const { services } = await context.app({ write: true });
      const datasetId = services.datasets.find(name).id;
      const mark = services.imageMarks.mark({ datasetId, imageId, reason, kind: 'exclude' });
      context.out.result(mark, `${imageId} will be left out: ${mark.reason}`);
    });

  dataset
    .command('unmark <dataset> <image>')
    .description('take the mark of an image off')
    .action(async (name: string, imageId: string) => {
      const { services } = await context.app({ write: true });
      const before = services.imageMarks.unmark({ datasetId: services.datasets.find(name).id, imageId });
      context.out.result(
        { removed: before },
        before === null ? `${imageId} was not marked.` : `Took off the mark of ${imageId}: ${before.reason}`,
      );
    });
}
