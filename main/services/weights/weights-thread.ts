/**
 * Reading and writing weight files in a thread of their own: they take seconds and some hundred megabytes, which go with the thread.
 */
import { Worker } from 'node:worker_threads';
import { AppError, fromErrorShape, type Result } from '../../../shared/system/errors.ts';
import type { KnownWeights, WeightsImportRequest, WeightsPreview } from '../../../shared/weights/weights.ts';
import { moduleUrl } from '../../platform/module-url.ts';

export interface WeightsWork {
  request: WeightsImportRequest;
  known: KnownWeights[];
  /** The safetensors file to write; null: only look. */
  out: string | null;
}

export type WeightsWorkResult = Result<{ preview: WeightsPreview; /** Of the file written. */ sha256: string | null }>;

/** @throws AppError of the file; `cancelled` after `signal` was aborted, and then nothing is left at `out`. */
export async function workOnWeights(
  work: WeightsWork,
  signal?: AbortSignal,
): Promise<{ preview: WeightsPreview; sha256: string | null }> {
  signal?.throwIfAborted();
  const worker = new Worker(moduleUrl(import.meta.url, './weights-worker'), { workerData: work, execArgv: [] });
  const stop = (): void => void worker.terminate();
  signal?.addEventListener('abort', stop);
  try {
    const result = await new Promise<WeightsWorkResult>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new AppError('cancelled', 'Reading the weights was stopped.')));
    });
    if (result.ok) return result.value;
    throw fromErrorShape(result.error);
  } finally {
    signal?.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
