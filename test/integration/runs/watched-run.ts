/** Runs a run folder in a process of its own and watches it, and compares what two runs left. */
import fs from 'node:fs';
import { expect } from 'vitest';
import { z } from 'zod';
import type { MetricEvent, RunNews } from '../../../shared/run/run.ts';
import type { RunExecutor, RunExit, RunHandle } from '../../../main/runs/executors/executor.ts';
import { createLocalExecutor } from '../../../main/runs/executors/local.ts';
import { readMetrics, runFiles } from '../../../main/runs/process/run-folder.ts';
import { readJsonLines } from '../../../main/platform/json-lines.ts';
import { forkChild } from '../../../main/platform/child.ts';
import { holdRuns, type HoldPoint } from '../../support/held-runs.ts';
import { weightDifference, readRunFolder } from './tiny-run.ts';

/** `env`: of a held run. */
const executorWith = (env: Record<string, string> = {}): RunExecutor =>
  createLocalExecutor({
    appVersion: '0.0.0-test',
    lockWaitMs: 300,
    startChild: (options) => forkChild({ ...options, env: { ...options.env, ...env } }),
  });

const logLineSchema = z.object({ attempt: z.int(), level: z.string(), message: z.string() });
type LogLine = z.infer<typeof logLineSchema>;

export interface Watched {
  exit: RunExit;
  news: RunNews[];
  /** Of its `log.jsonl`, this attempt. */
  log: LogLine[];
}

/** Something that is done to a run while it stands still at a point. */
export interface Act {
  at: HoldPoint;
  /** The news that says that the run is there. */
  isThere: (news: RunNews) => boolean;
  /** Has to stop the run. */
  act: (handle: RunHandle) => void;
}

/** Runs a folder to its end. */
export async function watchRun(folder: string, attempt = 1, act?: Act): Promise<Watched> {
  const news: RunNews[] = [];
  let hasActed = false;
  const hold = act === undefined ? undefined : holdRuns(act.at);
  const handle: RunHandle = executorWith(hold?.env).start({
    folder,
    attempt,
    onNews: (one) => {
      news.push(one);
      if (hasActed || act?.isThere(one) !== true) return;
      hasActed = true;
      act.act(handle);
    },
  });
  const exit = await handle.ended;
  const log = readJsonLines(runFiles(folder).log, logLineSchema).filter((line) => line.attempt === attempt);
  return { exit, news, log };
}

/** Between this step, whose event has arrived, and the next. */
export const atStep = (step: number, act: (handle: RunHandle) => void): Act => ({
  at: { during: 'training', done: step },
  isThere: (message) => message.type === 'metric' && message.metric.type === 'step' && message.metric.step === step,
  act,
});

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
