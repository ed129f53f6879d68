/** Waiting for a study on the command line: progress and run ends on standard error, Ctrl-C pauses. */
import { formatDuration } from '../../../shared/words/times.ts';
import { AppError, fromErrorShape, toErrorShape } from '../../../shared/system/errors.ts';
import { formatNumber } from '../../../shared/words/numbers.ts';
import type { RunEvent, RunSummary } from '../../../shared/run/run.ts';
import type { StudyDetail } from '../../../shared/study/study.ts';
import type { App } from '../../app.ts';
import { planTraining } from '../../runs/training/training-plan.ts';
import type { CliContext } from '../context.ts';

/**
 * Starts the queue for this study and waits until none of its runs can go on.
 * @throws AppError `cancelled` after Ctrl-C, once everything is checkpointed, with how to resume
 */
export async function followStudy(context: CliContext, app: App, studyId: string): Promise<void> {
  const { studies, runs, queue } = app.services;
  const study = await studies.get(studyId);
  const stopWatching = new AbortController();
  const watching = watchStudy({ context, app, study, signal: stopWatching.signal });
  const pause = (): void => {
    context.out.note('Stopping after a checkpoint; press Ctrl-C again to stop at once.');
    try {
      studies.pause(studyId);
    } catch (error) {
      // A run ended in this very moment; what still runs is stopped when the app closes.
      context.out.warn(toErrorShape(error).message);
      queue.pause();
    }
  };
  context.signal.addEventListener('abort', pause);
  try {
    await queue.start({ studyId });
    if (context.signal.aborted) pause();
    await queue.idle();
  } finally {
    context.signal.removeEventListener('abort', pause);
    stopWatching.abort();
    await watching;
  }
  const { problem } = queue.status();
  if (problem !== null) {
    throw fromErrorShape({
      ...problem,
      action:
        `${problem.action ?? ''} Then continue with: transfusion study resume ${JSON.stringify(study.name)}`.trim(),
    });
  }
  if (context.signal.aborted) {
    const finished = runs.list(studyId).filter((run) => run.state === 'succeeded').length;
    throw new AppError('cancelled', `Paused; ${finished} of ${study.runs.total} runs are finished, nothing is lost.`, {
      action: `Continue with: transfusion study resume ${JSON.stringify(study.name)}`,
    });
  }
}

async function watchStudy(params: {
  context: CliContext;
  app: App;
  study: StudyDetail;
  signal: AbortSignal;
}): Promise<void> {
  const { context, app, study, signal } = params;
  const { runs, queue } = app.services;
  const steps = createStepCount(study, app, runs.list(study.id));
  let progress = context.out.progress(study.name);
  const reported = new Set(
    runs
      .list(study.id)
      .filter((run) => run.state === 'succeeded')
      .map((run) => run.id),
  );
  for await (const event of runs.watch(study.id, signal)) {
    steps.add(event);
    // Runs that had finished before come with the snapshot and are no news.
    if (event.type === 'state' && event.run.state === 'succeeded' && reported.has(event.runId)) continue;
    progress.update(steps.done(), steps.total, queue.status().etaSeconds);
    if (event.type !== 'state' || !hasEnded(event.run)) continue;
    reported.add(event.runId);
    progress.end();
    context.out.note(endText(event.run));
    progress = context.out.progress(study.name);
  }
  progress.end();
}

/** Training steps of the whole study, finished runs counted whole. */
function createStepCount(
  study: StudyDetail,
  app: App,
  runs: readonly RunSummary[],
): { total: number; add(event: RunEvent): void; done(): number } {
  const { splits } = app.services.datasets.get(study.datasetId);
  const train = splits.find(({ split }) => split === 'train')?.images ?? 0;
  const stepsOf = (run: RunSummary): number =>
    planTraining({ protocol: study.protocol, trainImages: run.trainSize === 'all' ? train : run.trainSize }).totalSteps;
  const planned = new Map(runs.map((run) => [run.id, stepsOf(run)]));
  const done = new Map<string, number>();
  return {
    total: [...planned.values()].reduce((sum, steps) => sum + steps, 0),
    add(event) {
      if (event.type === 'metric') done.set(event.runId, event.metric.step);
      else if (event.type === 'progress' && event.progress.phase === 'training') {
        done.set(event.runId, event.progress.done);
      } else if (event.type === 'state' && event.run.state === 'succeeded') {
        done.set(event.runId, planned.get(event.runId) ?? 0);
      }
    },
    done: () => [...done.values()].reduce((sum, steps) => sum + steps, 0),
  };
}

const ENDS: RunSummary['state'][] = ['succeeded', 'failed', 'interrupted', 'cancelled'];

const hasEnded = (run: RunSummary): boolean => ENDS.includes(run.state) && run.attempts > 0;

/** `cbr-tiny/random/all, seed 0: validation AUC 0.812 at step 400, 1 min 03 s`. */
export function endText(run: RunSummary): string {
  const name = `${run.armId}, seed ${run.seed}`;
  if (run.result !== null && run.state === 'succeeded') {
    const { bestValidationAuc, bestStep, seconds, steps, stoppedEarly } = run.result;
    const end = stoppedEarly === null ? '' : `, stopped early at step ${steps} of ${stoppedEarly.plannedSteps}`;
    return `${name}: validation AUC ${formatNumber(bestValidationAuc)} at step ${bestStep}${end}, ${formatDuration(seconds)}`;
  }
  const why = run.error === null ? '' : `: ${run.error.message} ${run.error.action ?? ''}`;
  return `${name}: ${run.state}${why}`.trimEnd();
}
