/** `study run|list|show|status|resume|rename|cancel|remove` (and `results`). */
import { formatDuration } from '../../../shared/words/times.ts';
import type { Command } from 'commander';
import { AppError } from '../../../shared/system/errors.ts';
import type { StudyEstimate } from '../../../shared/study/study.ts';
import { formatBytes } from '../../../shared/words/numbers.ts';
import type { App } from '../../app.ts';
import type { CliContext } from '../context.ts';
import { applyConv, convOption, type ConvFlags } from '../bench/conv-option.ts';
import { followJob } from '../output/follow-job.ts';
import { wholeNumber } from '../output/whole-number.ts';
import { registerVerify } from './verify.ts';
import { registerDetails } from './details.ts';
import { registerMargin } from './margin.ts';
import { registerWeightMovement } from './weight-movement.ts';
import { chooseEndpoints, registerResults } from './results.ts';
import { resultsText } from './results-text.ts';
import { registerAnswers } from './answers.ts';
import { registerBundle } from './bundle.ts';
import { registerSimilarity } from './similarity.ts';
import { inFile, readStudyFile, type StudyFile } from './study-file.ts';
import { registerStudyErrors } from './mistakes.ts';
import { registerExplain } from './explain.ts';
import { registerFilters } from './filters.ts';
import { followStudy } from './follow-study.ts';
import { registerTemplates } from './templates.ts';
import { listText, originsText, showText, statusText } from './study-text.ts';

interface RunFlags {
  estimate?: boolean;
  parallel?: number;
}

export function register(program: Command, context: CliContext): void {
  const study = program.command('study').description('run studies and look at what they found');

  study
    .command('run')
    .description('run a study to its end; Ctrl-C pauses it, `study resume` continues')
    .argument('<spec>', 'study file (YAML or JSON)')
    .option('--estimate', 'only measure what the study would cost: time, memory, disk')
    .option(
      '--parallel <n>',
      'runs at once (default: as set in the app, 1 at first; one run already uses every core)',
      wholeNumber(1),
    )
    .addOption(convOption())
    .action((spec: string, flags: RunFlags & ConvFlags) => {
      applyConv(flags);
      return runStudy(context, spec, flags);
    });

  study
    .command('list')
    .description('all studies of the library')
    .action(async () => {
      const { services } = await context.app({ write: false });
      const studies = await services.studies.list();
      context.out.result(studies, () => listText(studies));
    });

  study
    .command('show')
    .description(
      'runs, state and methods of a study; with --run, where the first values of each tensor of a run came from',
    )
    .argument('<study>', 'name or id')
    .option('--run <id>', 'a finished run of it: its tensors by stage, with shape and origin')
    .action(async (name: string, { run: runId }: { run?: string }) => {
      const { services } = await context.app({ write: false });
      const detail = await services.studies.get(services.studies.find(name));
      const runs = services.runs.list(detail.id);
      if (runId !== undefined) {
        const run = runs.find(({ id }) => id === runId);
        if (run === undefined) {
          throw new AppError('not-found', `Expected the id of a run of study "${detail.name}", got "${runId}".`, {
            action: '`study show STUDY` lists its runs.',
          });
        }
        const tensors = services.runs.tensors(runId);
        context.out.result({ run, tensors }, () => originsText(run, tensors));
        return;
      }
      context.out.result({ ...detail, runList: runs }, () => showText(detail, runs));
    });

  study
    .command('status')
    .description('how far a study is')
    .argument('<study>', 'name or id')
    .action(async (name: string) => {
      const { services } = await context.app({ write: false });
      const detail = await services.studies.get(services.studies.find(name));
      const runs = services.runs.list(detail.id);
      const { id, state, runs: counts } = detail;
      context.out.result({ id, name: detail.name, state, runs: counts, runList: runs }, () => statusText(detail, runs));
    });

  study
    .command('resume')
    .description('continue paused, interrupted and failed runs; finished ones are kept')
    .argument('<study>', 'name or id')
    .option('--parallel <n>', 'runs at once', wholeNumber(1))
    .addOption(convOption())
    .action(async (name: string, flags: RunFlags & ConvFlags) => {
      applyConv(flags);
      const app = await context.app({ write: true });
      const studyId = app.services.studies.find(name);
      await app.services.studies.resume(studyId);
      await finishStudy(context, app, studyId, flags);
    });

  study
    .command('rename')
    .description('give a study another name')
    .argument('<study>', 'name or id')
    .argument('<name>', 'the new name')
    .action(async (reference: string, given: string) => {
      const { services } = await context.app({ write: true });
      const id = services.studies.find(reference);
      services.studies.rename({ id, name: given });
      const { name } = await services.studies.get(id);
      context.out.result({ id, name }, `The study is called "${name}" now.`);
    });

  study
    .command('cancel')
    .description('cancel every run of a study that has not finished')
    .argument('<study>', 'name or id')
    .action(async (name: string) => {
      const { services } = await context.app({ write: true });
      const studyId = services.studies.find(name);
      await services.queue.recover();
      services.studies.cancel(studyId);
      const detail = await services.studies.get(studyId);
      context.out.result(detail, () => statusText(detail, services.runs.list(studyId)));
    });

  study
    .command('remove')
    .description('delete a study with its runs, predictions and checkpoints')
    .argument('<study>', 'name or id')
    .option('--yes', 'really delete finished runs')
    .action(async (name: string, flags: { yes?: boolean }) => {
      const { services } = await context.app({ write: true });
      const studyId = services.studies.find(name);
      await services.queue.recover();
      const detail = await services.studies.get(studyId);
      if (detail.runs.succeeded > 0 && flags.yes !== true) {
        throw new AppError(
          'bad-input',
          `"${detail.name}" has ${detail.runs.succeeded} finished runs; nothing was deleted.`,
          {
            action: 'Add --yes to delete them for good. `report` keeps a copy of what they found.',
          },
        );
      }
      services.studies.remove(studyId);
      context.out.result({ removed: studyId }, `Removed the study "${detail.name}" and its runs.`);
    });

  registerMargin(study, context);
  registerDetails(study, context);
  registerResults(study, context);
  registerSimilarity(study, context);
  registerVerify(study, context);
  registerBundle(study, context);
  registerAnswers(study, context);
  registerWeightMovement(study, context);
  registerFilters(study, context);
  registerTemplates(study, context, (file, flags) => runFile(context, file, flags));
  registerStudyErrors(study, context);
  registerExplain(study, context);
}

async function runStudy(context: CliContext, spec: string, flags: RunFlags): Promise<void> {
  await runFile(context, readStudyFile(spec), flags);
}

async function runFile(context: CliContext, file: StudyFile, flags: RunFlags): Promise<void> {
  const app = await context.app({ write: true });
  if (flags.estimate === true) {
    const job = usingFile(file, () => app.services.studies.estimate(file.value));
    const estimate = (await followJob({ context, jobs: app.services.jobs, id: job.id })) as StudyEstimate;
    context.out.result(estimate, () => estimateText(estimate));
    return;
  }
  const { studyId } = usingFile(file, () => app.services.studies.create(file.value));
  await finishStudy(context, app, studyId, flags);
}

function usingFile<T>(file: StudyFile, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw inFile(error, file);
  }
}

/** Waits for the study and prints its table; exit code 1 when a run did not finish. */
async function finishStudy(context: CliContext, app: App, studyId: string, flags: RunFlags): Promise<void> {
  const { studies, results, runs, queue } = app.services;
  if (flags.parallel !== undefined) queue.setConcurrency(flags.parallel);
  await followStudy(context, app, studyId);
  const table = await results.complete(studyId);
  const detail = await studies.get(studyId);
  const unfinished = runs.list(studyId).filter((run) => run.state !== 'succeeded');
  context.out.result({ study: detail, results: table }, () =>
    [
      resultsText({ results: table, endpointIds: chooseEndpoints(table, []) }),
      ...(unfinished.length > 0 ? ['', statusText(detail, unfinished)] : []),
    ].join('\n'),
  );
  if (unfinished.length > 0) process.exitCode = 1;
}

function estimateText(estimate: StudyEstimate): string {
  const { totalSeconds, cacheSeconds, peakMemoryBytes, availableMemoryBytes, diskBytes, availableDiskBytes } = estimate;
  return [
    `Time: ${estimate.atMost ? 'at most ' : ''}${formatDuration(totalSeconds)}, of which ${formatDuration(cacheSeconds)} to decode the images once.`,
    `Memory: ${formatBytes(peakMemoryBytes)} of ${formatBytes(availableMemoryBytes)} free.`,
    `Disk: ${formatBytes(diskBytes)} of ${formatBytes(availableDiskBytes)} free.`,
    ...estimate.warnings.map((warning) => `Warning: ${warning}`),
  ].join('\n');
}
