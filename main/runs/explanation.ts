/** Starts a process that explains one image, and takes its answer. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AppError, ERROR_CODES, type ErrorCode } from '../../shared/errors.ts';
import { explanationMapSchema, type ExplanationMap } from '../../shared/explanation.ts';
import { RUNTIME_ENVIRONMENT } from '../engine/tf.ts';
import { moduleUrl } from '../platform/module-url.ts';
import type { ExplanationMessage, ExplanationWork } from './explanation-messages.ts';
import { forkChild, type ChildExit, type StartChild } from './executors/child.ts';

/** @throws AppError when it was cancelled, when a file is gone or changed, or when the process failed */
export async function explainInProcess(params: {
  work: ExplanationWork;
  startChild?: StartChild;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}): Promise<ExplanationMap> {
  const { work, startChild = forkChild, onProgress, signal } = params;
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'explanation-'));
  let map: ExplanationMap | null = null;
  let failure: AppError | null = null;
  try {
    const { code, signal: killed } = await new Promise<ChildExit>((resolve) => {
      const child = startChild({
        entry: moduleUrl(import.meta.url, './explanation-process'),
        args: [],
        env: RUNTIME_ENVIRONMENT,
        stderrFile: path.join(scratch, 'stderr.log'),
        onMessage: (raw) => {
          const message = raw as ExplanationMessage;
          if (message.type === 'progress') onProgress?.(message.done, message.total);
          else if (message.type === 'map') map = explanationMapSchema.parse(message.map);
          else failure = failureOf(message);
        },
        onExit: resolve,
      });
      child.send(work);
      signal?.addEventListener('abort', () => child.kill(), { once: true });
      if (signal?.aborted === true) child.kill();
    });
    if (signal?.aborted === true) throw new AppError('cancelled', 'The explanation was cancelled.');
    if (failure !== null) throw failure as AppError;
    if (map !== null) return map;
    throw new AppError('run-failed', `The explanation ended early (${killed ?? `exit code ${code ?? 'unknown'}`}).`, {
      action: 'Close other programs (memory may be short) and try again.',
    });
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

function failureOf({ code, message, action }: Extract<ExplanationMessage, { type: 'failed' }>): AppError {
  const known = (ERROR_CODES as readonly string[]).includes(code) ? (code as ErrorCode) : 'internal';
  return new AppError(known, message, action === undefined ? {} : { action });
}
