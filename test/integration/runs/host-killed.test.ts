import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent, RunSummary } from '../../../shared/run/run.ts';
import { libraryPaths } from '../../../main/platform/library-paths.ts';
import { readAttempt, runFiles } from '../../../main/runs/process/run-folder.ts';
import { openStore } from '../../../main/store/open.ts';
import { makeTinyLibrary } from './tiny-library.ts';
import { holdRuns, type Hold } from '../../support/held-runs.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

type HostMessage = RunEvent | { type: 'recovered' | 'finished'; runs: RunSummary[] };

let root: string;
const children: ChildProcess[] = [];

/** Starts a host, whose runs may be held, and calls `watch` with what it says; resolves when it is gone. */
async function host(
  home: string,
  task: 'create' | 'resume',
  hold?: Hold,
  watch: (message: HostMessage, child: ChildProcess) => void = () => undefined,
): Promise<HostMessage[]> {
  const child = fork(fileURLToPath(new URL('./tiny-host.ts', import.meta.url)), [home, task], {
    execArgv: [],
    env: { ...process.env, ...hold?.env },
  });
  children.push(child);
  const messages: HostMessage[] = [];
  child.on('message', (message: HostMessage) => {
    messages.push(message);
    watch(message, child);
  });
  await once(child, 'exit');
  return messages;
}

interface Stored {
  run: RunSummary;
  /** Every prediction of the run, as stored. */
  predictions: string;
}

/** What the library holds in the end, by arm. */
function stored(home: string): Map<string, Stored> {
  const store = openStore(libraryPaths(home).database);
  try {
    const [study] = store.studies.list();
    return new Map(
      store.runs
        .listByStudy(study?.id ?? '')
        .map((run) => [run.armId, { run, predictions: JSON.stringify(store.predictions.list(run.id)) }]),
    );
  } finally {
    store.close();
  }
}

function expectLike(home: string, reference: Map<string, Stored>): void {
  const found = stored(home);
  expect([...found.keys()]).toEqual([...reference.keys()]);
  for (const [arm, { run, predictions }] of found) {
    expect(run.state).toBe('succeeded');
    // 16 validation and test images, each once, to the last digit as without any kill.
    expect(JSON.parse(predictions)).toHaveLength(16);
    expect(predictions).toBe(reference.get(arm)?.predictions);
  }
}

function folderOf(home: string, runId: string): string {
  const store = openStore(libraryPaths(home).database, { readOnly: true });
  try {
    return libraryPaths(home).run(store.runs.get(runId)?.studyId ?? '', runId);
  } finally {
    store.close();
  }
}

const metricAt = (message: HostMessage, step: number): boolean =>
  message.type === 'metric' && message.metric.type === 'step' && message.metric.step === step;

async function library(name: string): Promise<string> {
  const home = path.join(root, name);
  await makeTinyLibrary(home);
  return home;
}

let reference: Map<string, Stored>;

beforeAll(async () => {
  root = makeTemporaryFolder('host-killed');
  const home = await library('whole');
  const messages = await host(home, 'create');
  expect(messages.map(({ type }) => type)).toContain('finished');
  reference = stored(home);
  expect([...reference.values()].map(({ run }) => [run.state, run.attempts])).toEqual([
    ['succeeded', 1],
    ['succeeded', 1],
  ]);
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

describe('kill -9', () => {
  it('of the host: the orphan ends itself, and resuming repeats no finished run', async () => {
    const home = await library('host');
    const secondRun = holdRuns({ during: 'training', done: 4, armId: 'cbr-tiny/gabor/all' });
    let hasFirst = false;
    const before = await host(home, 'create', secondRun, (message, child) => {
      if (message.type === 'state' && message.run.state === 'succeeded') hasFirst = true;
      if (hasFirst && metricAt(message, 4)) child.kill('SIGKILL');
    });
    expect(before.map(({ type }) => type)).not.toContain('finished');
    const after = await host(home, 'resume');
    const recovered = after.find((message) => message.type === 'recovered');
    expect(recovered?.type === 'recovered' && recovered.runs.map(({ state }) => state)).toEqual([
      'succeeded',
      'interrupted',
    ]);
    expectLike(home, reference);
    expect([...stored(home).values()].map(({ run }) => run.attempts)).toEqual([1, 2]);
  });

  it('of the host and the run process at once', async () => {
    const home = await library('both');
    await host(home, 'create', holdRuns({ during: 'training', done: 6 }), (message, child) => {
      if (!metricAt(message, 6) || message.type !== 'metric') return;
      const attempt = readAttempt(folderOf(home, message.runId));
      child.kill('SIGKILL');
      if (attempt !== null) process.kill(attempt.pid, 'SIGKILL');
    });
    const interrupted = [...stored(home).values()].map(({ run }) => run.state);
    expect(interrupted).toEqual(['running', 'queued']);
    await host(home, 'resume');
    expectLike(home, reference);
  });

  it('after a result was written and before it was taken over: it is taken over once', async () => {
    const home = await library('result');
    const untilHostStands = holdRuns({ during: 'testing', done: 0 });
    let isStopped = false;
    await host(home, 'create', untilHostStands, (message, child) => {
      if (isStopped || message.type !== 'progress' || message.progress.phase !== 'testing') return;
      isStopped = true;
      // The host stands still while the run finishes, and then dies.
      child.kill('SIGSTOP');
      untilHostStands.release();
      void expect
        .poll(() => fs.existsSync(runFiles(folderOf(home, message.runId)).result))
        .toBe(true)
        .finally(() => child.kill('SIGKILL'));
    });
    await host(home, 'resume');
    expectLike(home, reference);
    await host(home, 'resume');
    expectLike(home, reference);
    expect([...stored(home).values()].map(({ run }) => run.attempts)).toEqual([1, 1]);
  });
});
