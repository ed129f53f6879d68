/**
 * The run process's own thread. It holds the run's lock, starts the training thread, passes its messages on, and stays free
 * for commands, heartbeats and the loss of the parent.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { toErrorShape, toPlainError } from '../../../shared/system/errors.ts';
import type { RunCommand, RunEnd, RunMessage } from '../../../shared/run/run.ts';
import { endTornLine } from '../../platform/json-lines.ts';
import { acquireLock, type Lock } from '../../platform/lock.ts';
import { sweepTemporary } from '../../platform/sweep.ts';
import { moduleUrl } from '../../platform/module-url.ts';
import type { ParentPort } from './process-port.ts';
import { removeFeatures } from '../frozen/feature-store.ts';
import { writeJson } from '../../platform/json-file.ts';
import { readRunResult, runFiles } from './run-folder.ts';
import { createRunLog, type RunLog } from './run-log.ts';
import { StopSignal } from './stop-signal.ts';
import type { TrainingMessage, TrainingSetup } from '../training/training-messages.ts';

export const runArgumentsSchema = z.object({
  folder: z.string().min(1),
  attempt: z.int().positive(),
  appVersion: z.string(),
  /** An earlier process of the same run may still be writing its last checkpoint. */
  lockWaitMs: z.int().nonnegative(),
});
export type RunArguments = z.infer<typeof runArgumentsSchema>;

const HEARTBEAT_MS = 1000;
/** A step that takes longer than this is cut off by a cancellation. */
const CANCEL_GRACE_MS = 10_000;
/** Without a parent there is nobody to ask for patience. */
const ORPHAN_GRACE_MS = 120_000;

/** Runs until the run ends; never throws for a failed run. */
export async function superviseRun(args: RunArguments, port: ParentPort): Promise<RunEnd> {
  const files = runFiles(args.folder);
  const send = (message: RunMessage): Promise<void> => port.send(message);
  const beat = setInterval(() => void send({ type: 'heartbeat' }), HEARTBEAT_MS);
  void send({ type: 'heartbeat' });
  let lock: Lock | null = null;
  let ended: RunEnd;
  try {
    lock = await waitForLock(files.lock, args.lockWaitMs);
    if (lock === null) {
      ended = {
        type: 'ended',
        outcome: 'failed',
        error: {
          code: 'conflict',
          message: 'Another process still works on this run.',
          action: 'Wait until it has ended, then resume.',
        },
      };
    } else {
      ended = await superviseLocked({ args, port, send });
    }
  } catch (error) {
    ended = { type: 'ended', outcome: 'failed', error: toPlainError(error) };
  }
  clearInterval(beat);
  lock?.release();
  await send(ended);
  return ended;
}

async function waitForLock(file: string, waitMs: number): Promise<Lock | null> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const lock = acquireLock(file);
    if (lock !== null || Date.now() > deadline) return lock;
    await delay(200);
  }
}

async function superviseLocked(params: {
  args: RunArguments;
  port: ParentPort;
  send: (message: RunMessage) => Promise<void>;
}): Promise<RunEnd> {
  const { args, port, send } = params;
  const files = runFiles(args.folder);
  // An earlier process may have finished the run without anybody to tell.
  if (readRunResult(args.folder) !== null) return { type: 'ended', outcome: 'succeeded' };

  sweepTemporary(args.folder);
  endTornLine(files.log);
  const log = createRunLog(files.log, args.attempt);
  writeJson(files.attempt, { attempt: args.attempt, pid: process.pid, startedAt: new Date().toISOString() });
  log('info', `Attempt ${args.attempt} starts.`);

  const stop = new StopSignal();
  const training = startTraining({ args, stop, log, send });
  let grace: NodeJS.Timeout | undefined;
  const stopWithin = (reason: 'pause' | 'cancel', ms: number, outcome: 'paused' | 'cancelled'): void => {
    stop.request(reason);
    clearTimeout(grace);
    grace = setTimeout(() => training.abandon(outcome), ms);
  };
  port.onMessage((message) => {
    const { type } = message as RunCommand;
    if (type === 'pause') stop.request('pause');
    else stopWithin('cancel', CANCEL_GRACE_MS, 'cancelled');
  });
  port.onGone(() => {
    log('warning', 'The app is gone; the run stops after a checkpoint.');
    stopWithin('pause', ORPHAN_GRACE_MS, 'paused');
  });
  const onTerminate = (): void => stop.request('pause');
  process.on('SIGTERM', onTerminate);
  const ended = await training.ended;
  process.off('SIGTERM', onTerminate);
  clearTimeout(grace);
  // A paused run goes on with them; any other one either needs them no more or makes them again.
  if (ended.outcome !== 'paused') removeFeatures(files);
  log(ended.outcome === 'failed' ? 'error' : 'info', `Ended: ${ended.error?.message ?? ended.outcome}`);
  return ended;
}

function startTraining(params: {
  args: RunArguments;
  stop: StopSignal;
  log: RunLog;
  send: (message: RunMessage) => Promise<void>;
}) {
  const { args, stop, log, send } = params;
  const setup: TrainingSetup = { ...args, stopMemory: stop.memory };
  const worker = new Worker(moduleUrl(import.meta.url, '../training/training-worker'), {
    workerData: setup,
    execArgv: [],
  });
  let settle: (ended: RunEnd) => void = () => undefined;
  const ended = new Promise<RunEnd>((resolve) => (settle = resolve));
  let final: RunEnd | null = null;
  const finish = (message: RunEnd): void => {
    final ??= message;
    void worker.terminate();
  };
  worker.on('message', (message: TrainingMessage) => {
    if (message.type === 'ended') finish(message);
    else void send(message);
  });
  worker.on('error', (error) => {
    const memory = (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
    const { details } = toErrorShape(error);
    if (details !== undefined) log('error', details);
    finish({
      type: 'ended',
      outcome: 'failed',
      error: memory
        ? {
            code: 'run-failed',
            message: 'The training thread ran out of memory.',
            action: 'Choose a smaller batch or image size, or close other programs, and resume.',
          }
        : toPlainError(error),
    });
  });
  worker.on('exit', () => {
    const message = 'The training thread ended too early.';
    settle(
      final ?? {
        type: 'ended',
        outcome: 'failed',
        error: { code: 'run-failed', message, action: 'Resume the run; its log says more.' },
      },
    );
  });
  return {
    ended,
    /** Ends the thread in the middle of whatever it does. */
    abandon: (outcome: 'paused' | 'cancelled') => finish({ type: 'ended', outcome }),
  };
}
