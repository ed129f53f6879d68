/** `dataset import|list|show|split|verify|remove`. */
import path from 'node:path';
import type { Command } from 'commander';
import type { ImportPreview } from '../../../shared/dataset/dataset.ts';
import type { DatasetVerification } from '../../../shared/dataset/dataset-verification.ts';
import type { Job } from '../../../shared/system/system.ts';
import { writeFileAtomic } from '../../platform/atomic-file.ts';
import type { AppServices } from '../../services/app-services.ts';
import type { CliContext } from '../context.ts';
import { registerImageMarks } from './image-marks.ts';
import { registerPicturePairs } from './picture-pairs.ts';
import { addImportOptions, importRequest, previewRequest, type ImportFlags } from './import-options.ts';
import { detailText, listText, previewText, verificationText } from './dataset-text.ts';
import { followJob } from '../output/follow-job.ts';

async function runImport(context: CliContext, folder: string, flags: ImportFlags): Promise<void> {
  const { services } = await context.app({ write: flags.preview !== true });
  if (flags.preview === true) {
    const { id } = services.datasets.preview(previewRequest(folder, flags));
    const preview = (await followJob({ context, jobs: services.jobs, id })) as ImportPreview;
    context.out.result(preview, () => previewText(preview));
    if (preview.questions.length > 0 || preview.counts.usable === 0) process.exitCode = 1;
    return;
  }
  await followImport(context, services, services.datasets.import(importRequest(folder, flags)));
}

/** Ends with what was imported. */
async function followImport(context: CliContext, services: AppServices, job: Job): Promise<void> {
  const { datasetId } = (await followJob({ context, jobs: services.jobs, id: job.id })) as { datasetId: string };
  const detail = services.datasets.get(datasetId);
  context.out.result(detail, () => detailText(detail));
}

export function register(program: Command, context: CliContext): void {
  const dataset = program.command('dataset').description('import folders of images and look at what was imported');

  addImportOptions(dataset.command('import'))
    .description('import a folder of images; its files are neither copied nor changed')
    .argument('<dir>', 'the folder, or a MedMNIST file (.npz), whose images are unpacked into the library')
    .action((folder: string, flags: ImportFlags) => runImport(context, folder, flags));

  dataset
    .command('import-again <dataset>')
    .description('import its folder once more with the same answers, without the images that were excluded')
    .requiredOption('--name <name>', 'the name of the new dataset')
    .action(async (from: string, { name }: { name: string }) => {
      const { services } = await context.app({ write: true });
      const { id } = services.datasets.find(from);
      await followImport(context, services, services.datasets.importAgain({ id, name }));
    });

  dataset
    .command('list')
    .description('all datasets of the library')
    .action(async () => {
      const { services } = await context.app({ write: false });
      const datasets = services.datasets.list();
      context.out.result(datasets, () => listText(datasets));
    });

  dataset
    .command('show')
    .description('splits, counts and problems of a dataset')
    .argument('<dataset>', 'name or id')
    .action(async (name: string) => {
      const { services } = await context.app({ write: false });
      const detail = services.datasets.get(services.datasets.find(name).id);
      context.out.result(detail, () => detailText(detail));
    });

  dataset
    .command('split')
    .description('write which image is in which part, for "dataset import --split-file"')
    .argument('<dataset>', 'name or id')
    .requiredOption('--csv <file>', 'image (relative to the folder), number of the patient, part')
    .action(async (name: string, { csv }: { csv: string }) => {
      const { services } = await context.app({ write: false });
      const found = services.datasets.find(name);
      writeFileAtomic(path.resolve(csv), services.datasets.splitCsv(found.id));
      context.out.result({ images: found.images }, `The split of ${found.name} is in ${csv}.`);
    });

  dataset
    .command('verify')
    .description('read every file again and compare its hash; exit 1 when something changed')
    .argument('<dataset>', 'name or id')
    .action(async (name: string) => {
      const { services } = await context.app({ write: false });
      const found = services.datasets.find(name);
      const job = services.datasets.verify(found.id);
      const result = (await followJob({ context, jobs: services.jobs, id: job.id })) as DatasetVerification;
      context.out.result(result, () => verificationText(found.name, result));
      if (result.unchanged !== result.checked || !result.recordsIntact) process.exitCode = 1;
    });

  registerImageMarks(dataset, context);
  registerPicturePairs(dataset, context);

  dataset
    .command('remove')
    .description('forget a dataset; the files of its folder stay')
    .argument('<dataset>', 'name or id')
    .action(async (name: string) => {
      const { services } = await context.app({ write: true });
      const found = services.datasets.find(name);
      await services.datasets.remove(found.id);
      context.out.result(
        { removed: found.id },
        `Removed ${found.name} from the library. The files of its folder are as they were.`,
      );
    });
}
