/** `study bundle STUDY --out FILE.zip` and `study open FILE.zip`: a study as one file, and back. */
import path from 'node:path';
import type { Command } from 'commander';
import { describeRecomputed, type OpenedBundle } from '../../../shared/bundle/bundle.ts';
import { AppError } from '../../../shared/system/errors.ts';
import { formatBytes } from '../../../shared/words/numbers.ts';
import type { CliContext } from '../context.ts';
import { followJob } from '../output/follow-job.ts';
import { chooseEndpoints } from './results.ts';
import { resultsText } from './results-text.ts';

/** Adds the commands to `study`. */
export function registerBundle(study: Command, context: CliContext): void {
  study
    .command('bundle <study>')
    .description('write a study as one zip file: specification, split, hashes, predictions, results, report; no image')
    .requiredOption('--out <file>', 'the zip file to write; an older one of this name is replaced')
    .action(async (name: string, { out }: { out: string }) => {
      if (!out.toLowerCase().endsWith('.zip')) {
        throw new AppError('bad-input', `Expected a name that ends in .zip, got "${path.basename(out)}".`, {
          action: 'Write e.g. --out study.zip.',
        });
      }
      const { services } = await context.app({ write: false });
      const file = path.resolve(out);
      const { bytes } = await services.bundles.export({ studyId: services.studies.find(name), file });
      context.out.result(
        { file, bytes },
        `Bundle written to ${file} (${formatBytes(bytes)}). \`study open\` shows it in another library.`,
      );
    });

  study
    .command('open <file>')
    .description('open a study bundle read-only and compute its results again from its predictions')
    .action(async (file: string) => {
      const { services } = await context.app({ write: true });
      const { id } = services.bundles.startOpen({ file: path.resolve(file) });
      const opened = (await followJob({ context, jobs: services.jobs, id })) as OpenedBundle;
      const results = await services.results.complete(opened.studyId);
      context.out.result({ opened, results }, () =>
        [
          `${opened.already ? 'Was open already' : 'Opened'}, read-only: "${opened.name}", ${opened.runs} runs, written by version ${opened.bundle.appVersion} on ${opened.bundle.exportedAt}.`,
          describeRecomputed(opened.bundle),
          '',
          resultsText({ results, endpointIds: chooseEndpoints(results, []) }),
        ].join('\n'),
      );
    });
}
