/** `demo`: the whole way on synthetic data, from images to an AUC table and a report. */
import path from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../shared/system/errors.ts';
import { formatDuration } from '../../shared/words/times.ts';
import type { App } from '../app.ts';
import { DEMO, demoImport, demoStudySpec, unfinishedStudy, type DemoDataset } from '../services/system/demo.ts';
import type { CliContext } from './context.ts';
import { followJob } from './output/follow-job.ts';
import { chooseEndpoints } from './study/results.ts';
import { resultsText } from './study/results-text.ts';
import { followStudy } from './study/follow-study.ts';

export function register(program: Command, context: CliContext): void {
  program
    .command('demo')
    .description('make synthetic data, run a small study and write its report; a few minutes on two cores')
    .option('--out <dir>', "folder for the report (default: the library's reports)")
    .action((options: { out?: string }) => runDemo(context, options.out));
}

async function runDemo(context: CliContext, out: string | undefined): Promise<void> {
  const started = Date.now();
  const app = await context.app({ write: true });
  const { services, paths } = app;
  context.out.note(
    `Library: ${app.home}. All data of the demo is synthetic; \`study remove\` and \`dataset remove\` undo it.`,
  );

  const fundus = await ensureDataset(context, app, DEMO.fundus);
  const studyId = await runToEnd(context, app, DEMO.study, demoStudySpec(fundus));

  const results = await services.results.complete(studyId);
  const folder = path.resolve(out ?? paths.report(studyId));
  const files = await services.reports.export({ studyId, folder });
  const seconds = (Date.now() - started) / 1000;
  context.out.result({ studyId, results, report: { folder, files }, seconds }, () =>
    [
      resultsText({ results, endpointIds: chooseEndpoints(results, []) }),
      '',
      `Report: ${path.join(folder, files.find(({ name }) => name.endsWith('.html'))?.name ?? '')}`,
      `The demo took ${formatDuration(seconds)}. \`npm start\` shows its studies in the app.`,
    ].join('\n'),
  );
}

/** The id of the dataset, made and imported when the library does not have it yet. */
async function ensureDataset(context: CliContext, app: App, wanted: DemoDataset): Promise<string> {
  const { datasets, phantoms, jobs } = app.services;
  const existing = datasets.list().find((dataset) => dataset.name === wanted.name);
  if (existing !== undefined) return existing.id;
  const drawing = phantoms.create(wanted.phantom);
  const { folder } = (await followJob({ context, jobs, id: drawing.id })) as { folder: string };
  const importing = datasets.import(demoImport(wanted, folder));
  const { datasetId } = (await followJob({ context, jobs, id: importing.id })) as { datasetId: string };
  return datasetId;
}

/** Creates the study, or goes on with one that was stopped. @throws AppError when a run of it failed. */
async function runToEnd(context: CliContext, app: App, name: string, spec: unknown): Promise<string> {
  const { studies, runs } = app.services;
  const stopped = unfinishedStudy(await studies.list(), name);
  if (stopped !== null) context.out.note(`Continuing "${name}".`);
  const studyId = stopped?.id ?? studies.create(spec).studyId;
  if (stopped !== null) await studies.resume(studyId);
  try {
    await followStudy(context, app, studyId);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'cancelled') throw error;
    throw new AppError('cancelled', error.message, { action: 'Start the demo again: it goes on where it was.' });
  }
  const failed = runs.list(studyId).find((run) => run.state !== 'succeeded');
  if (failed !== undefined) {
    throw new AppError('run-failed', failed.error?.message ?? `A run of "${name}" is ${failed.state}.`, {
      action: failed.error?.action ?? 'Start the demo again: it goes on where it was.',
    });
  }
  return studyId;
}
