/**
 * A bootstrap spread over worker threads, with progress and cancel. The draws are a function of the seed alone, so that the result is the
 * same to the bit for any number of threads.
 */
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { AppError } from '../../shared/system/errors.ts';
import { BootstrapDraws, rowLength, type BootstrapJob } from '../analysis/bootstrap/job.ts';
import { moduleUrl } from '../platform/module-url.ts';
import { CONTROL, type BootstrapWorkerData } from './bootstrap-messages.ts';
import { takeDraws } from './take-draws.ts';

export interface RunBootstrapParams {
  job: BootstrapJob;
  onProgress?: (doneDraws: number, totalDraws: number) => void;
  signal?: AbortSignal;
  /** Default: one a core, and none (this thread, which yields between draws) for small jobs. */
  threads?: number;
}

/** Weighted additions below which starting threads takes longer than the work. */
const SMALL_JOB = 20_000_000;
const PROGRESS_MS = 100;

/** @throws AppError `cancelled` after `signal` was aborted. */
export async function runBootstrap(params: RunBootstrapParams): Promise<BootstrapDraws> {
  const { job, signal, onProgress } = params;
  const threads = params.threads ?? (workOf(job) < SMALL_JOB ? 0 : Math.min(availableParallelism(), job.draws));
  const data: BootstrapWorkerData = {
    job,
    control: new Int32Array(new SharedArrayBuffer(4 * CONTROL.words)),
    values: new Float64Array(new SharedArrayBuffer(8 * job.draws * rowLength(job))),
  };
  const stop = (): void => void Atomics.store(data.control, CONTROL.stop, 1);
  const report = (): void => onProgress?.(Atomics.load(data.control, CONTROL.done), job.draws);
  if (signal?.aborted === true) stop();
  signal?.addEventListener('abort', stop);
  report();
  const timer = setInterval(report, PROGRESS_MS);
  try {
    if (threads > 0) await inThreads(data, threads, stop);
    else while (takeDraws(data)) await setImmediate();
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', stop);
  }
  if (signal?.aborted === true) throw new AppError('cancelled', 'The bootstrap was cancelled.');
  report();
  return new BootstrapDraws(job, data.values);
}

/** Additions that all draws take together. */
function workOf({ draws, columns, sums, sampling, chosen }: BootstrapJob): number {
  const ofColumns = columns.reduce((total, column) => total + column.scores.codes.length, 0);
  const items = (chosen?.columns ?? []).reduce(
    (total, { validation, test }) => total + 2 * validation.codes.length + test.codes.length,
    ofColumns,
  );
  return draws * (items + sampling.patients * (2 + sums.count));
}

async function inThreads(data: BootstrapWorkerData, threads: number, stop: () => void): Promise<void> {
  const ends = Array.from({ length: threads }, () => {
    const worker = new Worker(moduleUrl(import.meta.url, './bootstrap-worker'), { workerData: data, execArgv: [] });
    return new Promise<void>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('exit', () => resolve());
    });
  });
  try {
    await Promise.all(ends);
  } catch (error) {
    stop();
    await Promise.allSettled(ends);
    throw error;
  }
}
