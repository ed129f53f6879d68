/** Measures what training would cost on this machine, in a child process: memory comes back, and a crash is only an answer. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AppError, fromErrorShape } from '../../../shared/system/errors.ts';
import { moduleUrl } from '../../platform/module-url.ts';
import type { CalibrationCase, CalibrationMessage, CalibrationRequest, CaseCost } from './cost-messages.ts';
import type { StartChild } from '../../platform/child.ts';
import { runTask } from '../run-task.ts';

export interface Calibration {
  /** By {@link caseKey}. */
  cases: Map<string, CaseCost>;
  /** Wall-clock seconds of decoding one image with all feeding threads at work; null without sample images. */
  decodeSecondsPerImage: number | null;
  /** Processor seconds of augmenting one image. */
  augmentSecondsPerImage: number;
  /** Of the whole process, with the model that needs most. */
  peakMemoryBytes: number;
}

/** @throws AppError when it was cancelled, or when the process failed: most often for lack of memory */
export async function calibrate(params: {
  request: CalibrationRequest;
  startChild?: StartChild;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}): Promise<Calibration> {
  const { request, startChild, onProgress, signal } = params;
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'transfusion-calibration-'));
  const total = request.cases.length + 1;
  const messages: CalibrationMessage[] = [];
  try {
    const exit = await runTask({
      entry: moduleUrl(import.meta.url, './cost-process'),
      work: request,
      stderrFile: path.join(scratch, 'stderr.log'),
      onMessage: (message) => {
        messages.push(message as CalibrationMessage);
        onProgress?.(Math.min(messages.length, total), total);
      },
      cancelled: 'The measurement was cancelled.',
      startChild,
      signal,
    });
    return summarise(messages, exit);
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

export function caseKey({ model, freeze }: CalibrationCase): string {
  return freeze === null ? model : `${model} frozen to ${freeze}`;
}

function summarise(messages: readonly CalibrationMessage[], exit: string): Calibration {
  const result: Calibration = {
    cases: new Map(),
    decodeSecondsPerImage: null,
    augmentSecondsPerImage: 0,
    peakMemoryBytes: 0,
  };
  for (const message of messages) {
    if (message.type === 'failed') {
      throw fromErrorShape(message);
    } else if (message.type === 'decoding') {
      result.decodeSecondsPerImage = message.secondsPerImage;
      result.augmentSecondsPerImage = message.augmentSecondsPerImage;
    } else if (message.type === 'case') {
      result.cases.set(caseKey(message), message);
    } else {
      result.peakMemoryBytes = message.peakMemoryBytes;
      return result;
    }
  }
  throw new AppError('run-failed', `The measurement ended early (${exit}); a run would most likely end the same way.`, {
    action: 'Choose a smaller batch or image size, or close other programs, and measure again.',
  });
}
