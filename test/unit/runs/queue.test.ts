import path from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../../shared/system/errors.ts';
import type { RunError, RunResult } from '../../../shared/run/run.ts';
import { acquireLock, isLocked } from '../../../main/platform/lock.ts';
import { createSurroundings, type Execution } from './fake-runs.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

vi.mock(import('../../../main/platform/lock.ts'), { spy: true });

let folder: string;
beforeEach(() => {
  folder = makeTemporaryFolder('queue');
});

const at = (executions: Execution[], index: number): Execution => executions[index] as Execution;

describe('working through the queue', () => {
  it('starts nothing before it is told to, then one run at a time, in order', async () => {
    const { queue, executions, states, ingested } = createSurroundings({ folder, runs: [{ id: 'a' }, { id: 'b' }] });
    queue.wake();
    expect(executions).toHaveLength(0);
    await queue.start();
    expect(states()).toEqual(['running', 'queued']);
    await at(executions, 0).end('succeeded');
    expect(states()).toEqual(['succeeded', 'running']);
    const idle = queue.idle();
    await at(executions, 1).end('succeeded');
    await idle;
    expect(ingested).toEqual(['a', 'b']);
  });

  it('runs several at once when asked to', async () => {
    const runs = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];
    const { queue, states } = createSurroundings({ folder, runs, options: { concurrency: 2 } });
    await queue.start();
    expect(states()).toEqual(['running', 'running', 'queued']);
    queue.setConcurrency(3);
    expect(states()).toEqual(['running', 'running', 'running']);
  });

  it('keeps to one study when told to', async () => {
    const runs = [{ id: 'a' }, { id: 'b', studyId: 'other' }];
    const { queue, executions, states } = createSurroundings({ folder, runs });
    await queue.start({ studyId: 'other' });
    expect(executions.map(({ runId }) => runId)).toEqual(['b']);
    await at(executions, 0).end('succeeded');
    await queue.idle();
    expect(states()).toEqual(['queued', 'succeeded']);
  });

  it('goes on after a failure and keeps its reason', async () => {
    const { queue, executions, get, states } = createSurroundings({ folder, runs: [{ id: 'a' }, { id: 'b' }] });
    await queue.start();
    const error = { code: 'run-failed', message: 'Training diverged.', action: 'Lower the learning rate.' };
    await at(executions, 0).end('failed', { error });
    expect(get('a')).toMatchObject({ state: 'failed', error });
    expect(states()).toEqual(['failed', 'running']);
  });

  it('takes a result over whatever the process said at its end', async () => {
    const { queue, executions, states } = createSurroundings({ folder, runs: [{ id: 'a' }] });
    await queue.start();
    await at(executions, 0).end('interrupted', { result: true });
    expect(states()).toEqual(['succeeded']);
  });

  it('does not repeat a run that has a result', async () => {
    const { queue, executions, states, putResult } = createSurroundings({ folder, runs: [{ id: 'a' }] });
    putResult('a');
    await queue.start();
    await queue.idle();
    expect(executions).toHaveLength(0);
    expect(states()).toEqual(['succeeded']);
  });

  it('fails a run whose folder is not whole, with the reason', async () => {
    const ingest = (): void => {
      throw new AppError('io', 'The predictions were changed.');
    };
    const { queue, executions, get } = createSurroundings({ folder, runs: [{ id: 'a' }], ingest });
    await queue.start();
    await at(executions, 0).end('succeeded');
    expect(get('a')).toMatchObject({ state: 'failed', error: { message: 'The predictions were changed.' } });
  });

  it('passes progress and metrics on, and tells the status', async () => {
    const result = { seconds: 100 } as RunResult;
    const runs = [{ id: 'done', state: 'succeeded' as const, result }, { id: 'a' }, { id: 'b' }];
    const { queue, executions, events } = createSurroundings({ folder, runs });
    await queue.start();
    const progress = { phase: 'training' as const, done: 1, total: 10, etaSeconds: 50 };
    at(executions, 0).say({ type: 'progress', progress });
    expect(events.at(-1)).toEqual({ type: 'progress', runId: 'a', progress });
    const status = queue.status();
    expect(status).toMatchObject({ paused: false, queued: 1, etaSeconds: 150 });
    expect(status.running).toMatchObject([{ run: { id: 'a', progress }, studyName: 'study' }]);
  });
});

describe('pause, resume, cancel', () => {
  it('pauses and resumes a run', async () => {
    const { queue, executions, states } = createSurroundings({ folder, runs: [{ id: 'a' }] });
    await queue.start();
    queue.pauseRun('a');
    expect(states()).toEqual(['pausing']);
    expect(at(executions, 0).commands).toEqual(['pause']);
    await at(executions, 0).end('paused');
    expect(states()).toEqual(['paused']);
    await queue.resumeRun('a');
    expect(states()).toEqual(['running']);
    expect(at(executions, 1).attempt).toBe(2);
  });

  it('takes queued runs out of the queue and refuses what makes no sense', async () => {
    const { queue, states } = createSurroundings({ folder, runs: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] });
    queue.pauseRun('a');
    queue.cancelRun('b');
    expect(states()).toEqual(['paused', 'cancelled', 'queued']);
    expect(() => queue.pauseRun('b')).toThrow(/cancelled/);
    await queue.resumeRun('b');
    expect(states()).toEqual(['paused', 'queued', 'queued']);
    expect(() => queue.cancelRun('nothing')).toThrow();
  });

  it('cancels a running run, and ends its process when it does not answer', async () => {
    const runs = [{ id: 'a' }];
    const { queue, executions, states } = createSurroundings({ folder, runs, options: { cancelGraceMs: 1 } });
    await queue.start();
    queue.cancelRun('a');
    expect(states()).toEqual(['cancelling']);
    await expect.poll(() => at(executions, 0).killed).toBe(true);
    await expect.poll(states).toEqual(['cancelled']);
  });

  it('pauses the whole queue: running runs are checkpointed and come first again', async () => {
    const { queue, executions, states } = createSurroundings({ folder, runs: [{ id: 'a' }, { id: 'b' }] });
    await queue.start();
    queue.pause();
    expect(at(executions, 0).commands).toEqual(['pause']);
    await at(executions, 0).end('paused');
    expect(states()).toEqual(['queued', 'queued']);
    expect(queue.status().paused).toBe(true);
    queue.resume();
    expect(at(executions, 1).runId).toBe('a');
  });

  it('closes: what runs is checkpointed and queued for the next start', async () => {
    const { queue, executions, states } = createSurroundings({ folder, runs: [{ id: 'a' }, { id: 'b' }] });
    await queue.start();
    const closed = queue.close();
    await expect.poll(() => at(executions, 0).commands).toEqual(['pause']);
    await at(executions, 0).end('paused');
    await closed;
    expect(states()).toEqual(['queued', 'queued']);
    expect(executions).toHaveLength(1);
  });
});

describe('after a lost host', () => {
  it('takes finished runs over and marks the others', async () => {
    const runs = [
      { id: 'finished', state: 'running' as const },
      { id: 'lost', state: 'pausing' as const },
      { id: 'cancelled', state: 'cancelling' as const },
      { id: 'paused', state: 'paused' as const },
    ];
    const { queue, states, putResult, get, executions } = createSurroundings({ folder, runs });
    putResult('finished');
    await queue.recover();
    expect(states()).toEqual(['succeeded', 'interrupted', 'cancelled', 'paused']);
    expect(get('lost').error?.action).toMatch(/Resume/);
    expect(executions).toHaveLength(0);
  });

  it('waits for a process that still works on its run before anything starts', async () => {
    const runs = [{ id: 'lost', state: 'running' as const }, { id: 'next' }];
    const { queue, states, executions } = createSurroundings({ folder, runs });
    const lock = acquireLock(path.join(folder, 'lost', 'run.lock'));
    const started = queue.start();
    // It has looked whether the process is gone more than once.
    await expect.poll(() => vi.mocked(isLocked).mock.calls.length).toBeGreaterThan(2);
    expect(states()).toEqual(['running', 'queued']);
    expect(executions).toHaveLength(0);
    lock?.release();
    await started;
    expect(states()).toEqual(['interrupted', 'running']);
  });
});

describe('when a state cannot be stored', () => {
  const options = { retryMs: 1 };
  const withOneRun = (lacking: { full?: () => boolean; lack?: () => RunError | null }) =>
    createSurroundings({ folder, runs: [{ id: 'a' }], options, ...lacking });

  it.each(['failed', 'succeeded', 'paused', 'cancelled'] as const)(
    'stands still after a run that has %s, says why, and goes on by itself: no run is started twice',
    async (outcome) => {
      let full = false;
      const runs = [{ id: 'a' }, { id: 'b' }];
      const { queue, executions, states } = createSurroundings({ folder, runs, options, full: () => full });
      await queue.start();
      full = true;
      await at(executions, 0).end(outcome);
      await queue.idle();
      expect(queue.status().problem).toMatchObject({
        code: 'out-of-space',
        message: 'The state of a run could not be stored. The disk is full.',
      });
      queue.wake();
      queue.resume();
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(executions).toHaveLength(1);
      full = false;
      await expect.poll(states).toEqual([outcome, 'running']);
      expect(queue.status().problem).toBeNull();
      expect(executions.map(({ runId }) => runId)).toEqual(['a', 'b']);
    },
  );

  it('starts nothing where the start cannot be stored', async () => {
    let full = true;
    const { queue, executions, states } = withOneRun({ full: () => full });
    await queue.start();
    expect(executions).toHaveLength(0);
    expect(queue.status().problem).not.toBeNull();
    full = false;
    await expect.poll(states).toEqual(['running']);
  });

  it('closes with what it knows, and the next start reads the rest from the run folders', async () => {
    let full = false;
    const first = createSurroundings({ folder, runs: [{ id: 'a' }], full: () => full });
    await first.queue.start();
    full = true;
    await at(first.executions, 0).end('succeeded');
    await first.queue.close();
    const { queue, states } = createSurroundings({
      folder,
      runs: [
        { id: 'a', state: 'running' },
        { id: 'b', state: 'failed' },
      ],
    });
    await queue.recover();
    expect(states()).toEqual(['succeeded', 'failed']);
  });

  it('repairs a run that was stored as failed although it has its result', async () => {
    const { queue, states, putResult } = createSurroundings({ folder, runs: [{ id: 'a', state: 'failed' }] });
    putResult('a');
    await queue.recover();
    expect(states()).toEqual(['succeeded']);
  });

  it('waits for room on the disk before it starts a run', async () => {
    let lack: RunError | null = { code: 'out-of-space', message: 'The next run needs 2 MB, 1 MB are free.' };
    const { queue, executions, states } = withOneRun({ lack: () => lack });
    await queue.start();
    await queue.idle();
    expect(states()).toEqual(['queued']);
    expect(queue.status().problem).toEqual(lack);
    lack = null;
    await expect.poll(() => executions.length).toBe(1);
  });

  it.each([true, false])('a run that failed for lack of room (%s by the check) goes on by itself', async (lacks) => {
    const error = { code: 'out-of-space', message: 'The checkpoint of step 5 needs 2 MB, 1 MB are free.' } as const;
    let lack: RunError | null = null;
    const { queue, executions, states } = withOneRun({ lack: () => lack });
    await queue.start();
    if (lacks) lack = error;
    await at(executions, 0).end('failed', { error });
    await queue.idle();
    expect(states()).toEqual([lacks ? 'queued' : 'failed']);
    expect(queue.status().problem).toEqual(lack);
    expect(executions).toHaveLength(1);
    lack = null;
    if (lacks) await expect.poll(states).toEqual(['running']);
    else expect(states()).toEqual(['failed']);
  });

  it('goes on showing progress that cannot be stored', async () => {
    let full = false;
    const { queue, executions } = createSurroundings({ folder, runs: [{ id: 'a' }], full: () => full });
    await queue.start();
    full = true;
    const progress = { phase: 'training' as const, done: 1, total: 10, etaSeconds: 50 };
    at(executions, 0).say({ type: 'progress', progress });
    expect(queue.status().running).toMatchObject([{ run: { progress } }]);
  });
});
