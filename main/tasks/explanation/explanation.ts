/** Starts a process that explains one image, and takes its answer. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AppError, fromErrorShape } from '../../../shared/system/errors.ts';
import { explanationMapSchema, type ExplanationMap } from '../../../shared/mistakes/explanation.ts';
import { moduleUrl } from '../../platform/module-url.ts';
import type { ExplanationMessage, ExplanationWork } from './explanation-messages.ts';
import type { StartChild } from '../../platform/child.ts';
import { runTask } from '../run-task.ts';

/** @throws AppError when it was cancelled, when a file is gone or changed, or when the process failed */
export async function explainInProcess(params: {
  work: ExplanationWork;
  startChild?: StartChild;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}): Promise<ExplanationMap> {
  const { work, startChild, onProgress, signal } = params;
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'explanation-'));
  let map: ExplanationMap | null = null;
  let failure: AppError | null = null;
  try {
    const exit = await runTask({
      entry: moduleUrl(import.meta.url, './explanation-process'),
      work,
      stderrFile: path.join(scratch, 'stderr.log'),
      onMessage: (raw) => {
        const message = raw as ExplanationMessage;
        if (message.type === 'progress') onProgress?.(message.done, message.total);
        else if (message.type === 'map') map = explanationMapSchema.parse(message.map);
        else failure = fromErrorShape(message);
      },
      cancelled: 'The explanation was cancelled.',
      startChild,
      signal,
    });
    if (failure !== null) throw failure as AppError;
    if (map !== null) return map;
    throw new AppError('run-failed', `The explanation ended early (${exit}).`, {
      action: 'Close other programs (memory may be short) and try again.',
    });
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}
