/** `serve` ended in the middle of a run, as a terminal, a system and a crash end it: the next start goes on by itself or by one click. */
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { writePhantoms } from '../../../main/phantoms/write-phantoms.ts';
import type { FetchHandler } from '../../../main/api/handler.ts';
import type { RunEvent, RunSummary } from '../../../shared/run/run.ts';
import { createClient, jobEnd, runEvents, type ApiClient } from './client.ts';
import { holdRuns } from '../../support/held-runs.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const PROGRAM = path.join(import.meta.dirname, '../../../main/cli/transfusion.ts');
let home: string;
let datasetId: string;
const groups = new Set<number>();

interface Serving {
  child: ChildProcess;
  api: ApiClient;
  handler: FetchHandler;
  ended: Promise<number | null>;
}

/** The real program in a process group of its own, as a shell starts it. `env`: where its runs are held. */
async function serve(env: Record<string, string> = {}): Promise<Serving> {
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--no-open', '--json', '--home', home], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  if (child.pid !== undefined) groups.add(child.pid);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const text = await new Promise<string>((resolve, reject) => {
    let stdout = '';
    child.stdout.on('data', (part: Buffer) => {
      stdout += part.toString();
      if (stdout.trimEnd().endsWith('}')) resolve(stdout);
    });
    void ended.then(() => reject(new Error('serve ended before it printed its address')));
  });
  const url = new URL((JSON.parse(text) as { url: string }).url);
  const authorization = `Bearer ${url.searchParams.get('token')}`;
  const handler: FetchHandler = async (request) => {
    const { pathname, search } = new URL(request.url);
    const body = request.body === null ? null : await request.text();
    return fetch(new URL(`${pathname}${search}`, url), {
      method: request.method,
      headers: { Authorization: authorization, 'Content-Type': 'application/json' },
      body,
      signal: request.signal,
    });
  };
  return { child, handler, api: createClient(handler), ended };
}

beforeAll(async () => {
  home = makeTemporaryFolder('restart');
  const folder = path.join(home, 'data');
  await writePhantoms({ kind: 'fundus', patients: 20, size: 64, seed: 3, out: folder });
  const { api, handler, child, ended } = await serve();
  const { jobId } = await api.datasets.import.mutate({ folder, name: 'restart' });
  const job = await jobEnd(handler, jobId);
  expect(job.error).toBeNull();
  ({ datasetId } = job.result as { datasetId: string });
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});
afterEach(killGroups);
afterAll(() => {
  killGroups();
});

function killGroups(): void {
  for (const pid of groups) killGroup(pid, 'SIGKILL');
  groups.clear();
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // Nothing of the group is left.
  }
}

/** Follows the study until `wanted`; the events seen. */
async function follow(serving: Serving, studyId: string, wanted: (event: RunEvent) => boolean): Promise<RunEvent> {
  const abort = new AbortController();
  const { handler } = serving;
  try {
    for await (const event of runEvents(handler, studyId, abort.signal)) {
      if (event.type === 'state' && (event.run.state === 'failed' || event.run.state === 'interrupted')) {
        throw new Error(`${event.run.state}: ${event.run.error?.message ?? ''}`);
      }
      if (wanted(event)) return event;
    }
  } finally {
    abort.abort();
  }
  throw new Error('The stream ended.');
}

/** Starts `serve` and a study, whose run stands still after a checkpoint. */
async function serveHeldStudy(name: string): Promise<{ serving: Serving; studyId: string }> {
  const serving = await serve(holdRuns({ during: 'training', done: 6 }).env);
  const { studyId } = await serving.api.studies.create.mutate({
    name,
    dataset: datasetId,
    size: 32,
    batch: 4,
    steps: 10,
    evaluateEverySteps: 10,
    checkpointEverySteps: 3,
    models: ['cbr-tiny'],
    inits: ['random'],
    seeds: [0],
  });
  await expect.poll(async () => (await stepsOf(serving, studyId)).at(-1)).toBe(6);
  return { serving, studyId };
}

async function stepsOf(serving: Serving, studyId: string): Promise<number[]> {
  const [curve] = await serving.api.studies.convergence.query({ id: studyId });
  return curve?.events.filter((event) => event.type === 'step').map((event) => event.step) ?? [];
}

async function onlyRun(serving: Serving, studyId: string): Promise<RunSummary> {
  const [run] = await serving.api.runs.list.query({ studyId });
  return run ?? expect.fail('no run');
}
const isDone = (event: RunEvent) => event.type === 'state' && event.run.state === 'succeeded';

describe('serve, ended during a run', () => {
  it('checkpoints on Ctrl-C, which reaches the run process too, and goes on by itself at the next start', async () => {
    const { serving: first, studyId } = await serveHeldStudy('stopped');
    killGroup(first.child.pid, 'SIGINT');
    expect(await first.ended).toBe(0);
    const second = await serve();
    await follow(second, studyId, isDone);
    const run = await onlyRun(second, studyId);
    expect(run).toMatchObject({ state: 'succeeded', attempts: 2, result: { steps: 10 } });
    const steps = await stepsOf(second, studyId);
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);
  });

  it('goes on by one click after it was killed together with its run', async () => {
    const { serving: first, studyId } = await serveHeldStudy('killed');
    killGroup(first.child.pid, 'SIGKILL');
    await first.ended;
    const second = await serve();
    await expect.poll(async () => (await onlyRun(second, studyId)).state).toBe('interrupted');
    expect(await second.api.studies.resume.mutate({ id: studyId })).toEqual({ queued: 1 });
    await follow(second, studyId, isDone);
    expect(await onlyRun(second, studyId)).toMatchObject({ state: 'succeeded', result: { steps: 10 } });
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);
  });
});
