/** One piece of work in a child process of ours: its memory comes back, and a crash is only an answer. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AppError, fromErrorShape, type ErrorShape } from '../../shared/system/errors.ts';
import { RUNTIME_ENVIRONMENT } from '../engine/tf.ts';
import { forkChild, type ChildExit, type StartChild } from '../platform/child.ts';

export interface Task {
  /** The module that the process runs: it calls `serveTask`. */
  entry: URL;
  /** "The explanation": begins the sentences of its failures. */
  name: string;
  /** What to do where the process ended before its work did. */
  advice: string;
}

/** What a task tells while it works: how far it is, or a piece of its result. */
export type TaskStep<Found> = { done: number; total: number } | { found: Found };

/** Process to host. */
export type TaskMessage<Found> = TaskStep<Found> | { end: ErrorShape | null };

export interface TaskOptions {
  startChild?: StartChild | undefined;
  onProgress?: ((done: number, total: number) => void) | undefined;
  /** Aborting ends the process. */
  signal?: AbortSignal | undefined;
}

/**
 * @returns everything that was found, in order
 * @throws AppError `cancelled`; what the task failed with; `run-failed` where its process ended early, most often for lack of memory
 */
export async function runTask<Work, Found>(task: Task, work: Work, options: TaskOptions): Promise<Found[]> {
  const { startChild = forkChild, onProgress, signal } = options;
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'transfusion-task-'));
  const found: Found[] = [];
  let end: ErrorShape | null | undefined;
  const onMessage = (raw: unknown): void => {
    const message = raw as TaskMessage<Found>;
    if ('found' in message) found.push(message.found);
    else if ('end' in message) end = message.end;
    else onProgress?.(message.done, message.total);
  };
  const exit = await new Promise<ChildExit>((resolve) => {
    const { entry } = task;
    const stderrFile = path.join(scratch, 'stderr.log');
    const child = startChild({ entry, args: [], env: RUNTIME_ENVIRONMENT, stderrFile, onMessage, onExit: resolve });
    // By message and not by argument: arguments of a process can be read by every user of the machine.
    child.send(work);
    signal?.addEventListener('abort', () => child.kill(), { once: true });
    if (signal?.aborted === true) child.kill();
  }).finally(() => fs.rmSync(scratch, { recursive: true, force: true }));
  if (signal?.aborted === true) throw new AppError('cancelled', `${task.name} was cancelled.`);
  if (end === null) return found;
  if (end !== undefined) throw fromErrorShape(end);
  const how = exit.signal ?? `exit code ${exit.code ?? 'unknown'}`;
  throw new AppError('run-failed', `${task.name} ended early (${how}).`, { action: task.advice });
}
