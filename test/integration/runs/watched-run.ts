/** Runs a run folder in a process of its own and watches it, and compares what two runs left. */
import fs from 'node:fs';
import { expect } from 'vitest';
import type { MetricEvent, RunMessage } from '../../../shared/run/run.ts';
import type { RunExit, RunHandle } from '../../../main/runs/executors/executor.ts';
import { createLocalExecutor } from '../../../main/runs/executors/local.ts';
import { readMetrics, readRunFolder, runFiles } from '../../../main/runs/process/run-folder.ts';
import { weightDifference } from './tiny-run.ts';

const executor = createLocalExecutor({ appVersion: '0.0.0-test', lockWaitMs: 300 });

export interface Watched {
  exit: RunExit;
  messages: RunMessage[];
}

/** Runs a folder; `act` sees each message and may stop the run. */
export async function watchRun(
  folder: string,
  attempt = 1,
  act?: (message: RunMessage, handle: RunHandle) => void,
): Promise<Watched> {
  const messages: RunMessage[] = [];
  const handle: RunHandle = executor.start({
    folder,
    attempt,
    onMessage: (message) => {
      messages.push(message);
      act?.(message, handle);
    },
  });
  return { exit: await handle.ended, messages };
}

/** Acts when the event of this step arrives. */
export const atStep =
  (step: number, act: (handle: RunHandle) => void) =>
  (message: RunMessage, handle: RunHandle): void => {
    if (message.type === 'metric' && message.metric.type === 'step' && message.metric.step === step) act(handle);
  };

/** What an event says apart from how long things took. */
export function withoutTimes(events: MetricEvent[]): object[] {
  const times = { stepMs: 0, waitMs: 0, decodedImages: 0, decodeMs: 0, augmentMs: 0 };
  return events.map((event) => (event.type === 'step' ? { ...event, ...times } : event));
}

/** Same predictions to the last digit, same weights, same curve. */
export function expectSameRun(folder: string, other: string): void {
  const [a, b] = [runFiles(folder), runFiles(other)];
  expect(fs.readFileSync(a.predictions, 'utf8')).toBe(fs.readFileSync(b.predictions, 'utf8'));
  expect(weightDifference(a.best, b.best)).toBe(0);
  expect(weightDifference(a.checkpoint, b.checkpoint)).toBe(0);
  expect(withoutTimes(readMetrics(folder))).toEqual(withoutTimes(readMetrics(other)));
  const [mine, theirs] = [readRunFolder(folder).result, readRunFolder(other).result];
  expect(mine?.bestStep).toBe(theirs?.bestStep);
  expect(mine?.predictionsSha256).toBe(theirs?.predictionsSha256);
  expect(mine?.stoppedEarly).toEqual(theirs?.stoppedEarly);
}
