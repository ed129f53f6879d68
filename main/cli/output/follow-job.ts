/** Waiting for a background job on the command line: progress on standard error, Ctrl-C cancels it. */
import { AppError, fromErrorShape } from '../../../shared/system/errors.ts';
import type { Job } from '../../../shared/system/system.ts';
import type { JobsService } from '../../services/system/jobs.ts';
import type { CliContext } from '../context.ts';

/**
 * The result of job `id` once it has succeeded.
 * @throws the job's error as an AppError; `cancelled` after Ctrl-C.
 */
export async function followJob(params: { context: CliContext; jobs: JobsService; id: string }): Promise<unknown> {
  const { context, jobs, id } = params;
  const stop = (): void => void jobs.cancel(id);
  if (context.signal.aborted) stop();
  context.signal.addEventListener('abort', stop);
  const progress = context.out.progress(jobs.get(id).title);
  try {
    for await (const job of jobs.watch()) {
      if (job.id !== id) continue;
      // How much a preview has to see is not known beforehand: it has words, and no share.
      if (job.note !== null || (job.total > 0 && job.kind !== 'preview')) {
        progress.update(job.done, job.total, job.etaSeconds, job.note);
      }
      if (job.state !== 'running') return resultOf(job);
    }
    return resultOf(jobs.get(id));
  } finally {
    progress.end();
    context.signal.removeEventListener('abort', stop);
  }
}

function resultOf(job: Job): unknown {
  if (job.state === 'succeeded') return job.result;
  if (job.error === null) throw new AppError('cancelled', 'Cancelled.');
  throw fromErrorShape(job.error);
}
