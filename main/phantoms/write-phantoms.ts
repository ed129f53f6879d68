/**
 * Synthetic data sets in the layout of public ones: fundus (EyePACS), chest x-rays (CheXpert) and natural (a folder per class, the
 * offline stand-in for ImageNet). The same options give the same bytes, whatever the number of threads.
 */
import { availableParallelism } from 'node:os';
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AppError } from '../../shared/system/errors.ts';
import { toFileError, writeFileAtomic } from '../platform/atomic-file.ts';
import { prepareFolder } from './folder.ts';
import type { PhantomWorkerData } from './phantom-worker.ts';
import { PHANTOM_KINDS, type PhantomRequest } from '../../shared/dataset/phantom.ts';
import { planPhantoms, type PhantomPlan } from './plan.ts';
import { renderFiles } from './render-files.ts';

export interface WritePhantomsParams extends PhantomRequest {
  /** A new or empty folder, or one that holds an earlier phantom. */
  out: string;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
  /** Default: one a core, and none for small sets. */
  threads?: number;
}

export interface PhantomSummary extends PhantomRequest {
  /** The folder to import. */
  folder: string;
  images: number;
  seconds: number;
}

/** Below this a thread costs more than it brings. */
const IMAGES_PER_THREAD = 100;
const PROGRESS_MS = 200;

function checkOptions({ kind, patients, size, seed }: PhantomRequest): void {
  const refuse = (expected: string, got: unknown): never => {
    throw new AppError('bad-input', `Expected ${expected}, got ${String(got)}.`);
  };
  if (!(PHANTOM_KINDS as readonly string[]).includes(kind)) refuse(`one of ${PHANTOM_KINDS.join(', ')}`, kind);
  if (!Number.isInteger(patients) || patients < 1 || patients > 60_000) refuse('1 to 60000 patients', patients);
  if (!Number.isInteger(size) || size < 32 || size > 2048) refuse('a size of 32 to 2048 pixels', size);
  if (!Number.isInteger(seed) || seed < 0) refuse('a seed of 0 or more', seed);
}

async function renderInThreads(params: WritePhantomsParams, plan: PhantomPlan, threads: number): Promise<void> {
  const { kind, patients, size, seed, out, signal, onProgress } = params;
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const stop = (): void => void Atomics.store(shared, 1, 1);
  signal?.addEventListener('abort', stop);
  const timer = setInterval(() => onProgress?.(Atomics.load(shared, 0), plan.files.length), PROGRESS_MS);
  const entry = new URL(`./phantom-worker${extname(import.meta.url)}`, import.meta.url);
  const workers = Array.from({ length: threads }, (_, first) => {
    const options: PhantomRequest = { kind, patients, size, seed };
    const workerData: PhantomWorkerData = { options, out, first, step: threads, shared };
    const worker = new Worker(entry, { workerData });
    return new Promise<void>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('exit', () => resolve());
    });
  });
  try {
    await Promise.all(workers);
  } catch (error) {
    stop();
    await Promise.allSettled(workers);
    throw error;
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', stop);
  }
}

async function renderHere(params: WritePhantomsParams, plan: PhantomPlan): Promise<void> {
  let done = 0;
  let reported = 0;
  const onWritten = (): void => {
    done++;
    if (Date.now() - reported < PROGRESS_MS) return;
    reported = Date.now();
    params.onProgress?.(done, plan.files.length);
  };
  const isStopped = (): boolean => params.signal?.aborted === true;
  await renderFiles({ plan, out: params.out, first: 0, step: 1, onWritten, isStopped });
}

/**
 * Label tables are written last: an interrupted folder has none and is refused by the import, and is cleared by the next call.
 * @throws AppError `bad-input`, `cancelled`, `io`, `out-of-space`
 */
export async function writePhantoms(params: WritePhantomsParams): Promise<PhantomSummary> {
  const { kind, patients, size, seed, out, signal } = params;
  const options: PhantomRequest = { kind, patients, size, seed };
  checkOptions(options);
  const started = Date.now();
  const plan = planPhantoms(options);
  const images = plan.files.length;
  prepareFolder(out, options, plan.root);
  const threads = params.threads ?? Math.min(availableParallelism(), Math.floor(images / IMAGES_PER_THREAD));
  params.onProgress?.(0, images);
  try {
    if (threads > 1) await renderInThreads(params, plan, threads);
    else await renderHere(params, plan);
    if (signal?.aborted === true) throw new AppError('cancelled', 'Making phantoms was cancelled.');
    for (const { file, text } of plan.tables) writeFileAtomic(join(out, file), text);
  } catch (error) {
    throw toFileError(error, 'The phantom images could not be written.');
  }
  params.onProgress?.(images, images);
  return { ...options, folder: join(out, plan.root), images, seconds: (Date.now() - started) / 1000 };
}
