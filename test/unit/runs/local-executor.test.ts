import { describe, expect, it } from 'vitest';
import { crashMessage } from '../../../main/runs/executors/crash-message.ts';
import type { Child, ChildOptions } from '../../../main/platform/child.ts';
import { createLocalExecutor } from '../../../main/runs/executors/local.ts';
import { Stopped, StopSignal } from '../../../main/runs/process/stop-signal.ts';
import { parentPortOf } from '../../../main/runs/process/process-port.ts';

function startFake(options: { silentChecks?: number; checkMs?: number } = {}): {
  child: ChildOptions;
  killed: () => boolean;
  ended: Promise<unknown>;
  heard: unknown[];
} {
  let started: ChildOptions | undefined;
  let killed = false;
  const heard: unknown[] = [];
  const executor = createLocalExecutor({
    appVersion: '1',
    startChild: (child): Child => {
      started = child;
      return {
        pid: 1,
        send: () => undefined,
        kill: () => {
          killed = true;
          child.onExit({ code: null, signal: 'SIGKILL' });
        },
      };
    },
    ...options,
  });
  const { ended } = executor.start({ folder: '/library/run', attempt: 3, onNews: (news) => heard.push(news) });
  if (started === undefined) throw new Error('not started');
  return { child: started, killed: () => killed, ended, heard };
}

describe('createLocalExecutor', () => {
  it('passes messages on, keeps heartbeats to itself, and believes what the process says at its end', async () => {
    const { child, ended, heard } = startFake();
    expect(JSON.parse(child.args[0] ?? '')).toMatchObject({ attempt: 3, appVersion: '1' });
    const progress = { phase: 'training', done: 1, total: 2, etaSeconds: null };
    child.onMessage({ type: 'heartbeat' });
    child.onMessage({ type: 'progress', progress });
    const error = { code: 'run-failed', message: 'why' };
    child.onMessage({ type: 'ended', outcome: 'failed', error });
    child.onExit({ code: 1, signal: null });
    expect(await ended).toEqual({ outcome: 'failed', error });
    expect(heard).toEqual([{ type: 'progress', progress }]);
  });

  it('ends a process that gives no sign of life, and says so', async () => {
    const { killed, ended } = startFake({ silentChecks: 2, checkMs: 5 });
    expect(await ended).toMatchObject({
      outcome: 'interrupted',
      error: { message: expect.stringMatching(/sign of life/) as string },
    });
    expect(killed()).toBe(true);
  });

  it('tells a kill from a crash', async () => {
    const kill = startFake();
    kill.child.onExit({ code: null, signal: 'SIGKILL' });
    expect(await kill.ended).toMatchObject({ outcome: 'interrupted' });
    const abort = startFake();
    abort.child.onExit({ code: null, signal: 'SIGABRT' });
    expect(await abort.ended).toMatchObject({ outcome: 'failed' });
  });
});

describe('crashMessage', () => {
  it.each([
    [{ code: null, signal: 'SIGKILL' as const }, /memory runs out/],
    [{ code: null, signal: 'SIGABRT' as const }, /native code/],
    [{ code: 3221225477, signal: null }, /native code/],
    [{ code: null, signal: null }, /could not be started/],
    [{ code: 1, signal: null }, /exit code 1/],
    [{ code: null, signal: 'SIGTERM' as const }, /asked to end/],
  ])('%j says what happened and what to do', (exit, what) => {
    const error = crashMessage(exit);
    expect(error.message).toMatch(what);
    expect(error.action).toMatch(/resume/i);
  });
});

describe('StopSignal', () => {
  it('is seen through shared memory; a cancellation overrides a pause and not the other way round', () => {
    const signal = new StopSignal();
    const other = new StopSignal(signal.memory);
    other.check();
    signal.request('pause');
    expect(() => other.check()).toThrow(Stopped);
    signal.request('cancel');
    signal.request('pause');
    expect(other.requested).toBe('cancel');
  });
});

describe('parentPortOf', () => {
  it("speaks through Electron's port where there is one", async () => {
    const sent: unknown[] = [];
    const listeners: ((event: { data: unknown }) => void)[] = [];
    const parentPort = {
      postMessage: (message: unknown) => sent.push(message),
      on: (event: string, listener: (event: { data: unknown }) => void) => {
        if (event === 'message') listeners.push(listener);
      },
    };
    const port = parentPortOf({ parentPort } as unknown as NodeJS.Process);
    const heard: unknown[] = [];
    port.onMessage((message) => heard.push(message));
    await port.send({ type: 'heartbeat' });
    listeners[0]?.({ data: { type: 'pause' } });
    expect(sent).toEqual([{ type: 'heartbeat' }]);
    expect(heard).toEqual([{ type: 'pause' }]);
  });

  it('says that it is not started by hand', () => {
    expect(() => parentPortOf({} as NodeJS.Process)).toThrow(/started by the app/);
  });
});
