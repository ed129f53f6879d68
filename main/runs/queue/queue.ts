/**
 * The queue: starts runs in order, a few at a time (one by default), and keeps their states true whatever happens to the run
 * processes or to the app. All states are in the database (through {@link QueueRuns}); in memory are only live processes.
 */
import { AppError, toPlainError } from '../../../shared/system/errors.ts';
import type { RunError, RunNews, RunProgress, RunSummary } from '../../../shared/run/run.ts';
import type { RunExit, RunHandle } from '../executors/executor.ts';
import { createBacklog, isStoreFailure, storeProblem } from './backlog.ts';
import { queueEta } from './queue-eta.ts';
import { UNFINISHED, type Queue, type QueueOptions } from './queue-port.ts';
import { recoverLost, removeUnusableFeatures } from './queue-recovery.ts';

interface Live {
  run: RunSummary;
  handle: RunHandle;
  startedMs: number;
  killer: NodeJS.Timeout | undefined;
}

const PROGRESS_STORED_MS = 2000;

export function createQueue(options: QueueOptions): Queue {
  const { runs, executor, onEvent, cancelGraceMs = 30_000, closeGraceMs = 60_000 } = options;
  const now = options.now ?? (() => new Date());
  const live = new Map<string, Live>();
  const abort = new AbortController();
  const idlers: (() => void)[] = [];
  let concurrency = options.concurrency ?? 1;
  let started: { studyId?: string } | null = null;
  let paused = false;
  let recovered: Promise<void> | null = null;
  const backlog = createBacklog({
    onChange: () => options.onStatus?.(),
    onFree: pump,
    ...(options.retryMs === undefined ? {} : { firstWaitMs: options.retryMs }),
  });

  function announce(id: string): void {
    const run = runs.get(id);
    if (run === null) return;
    const entry = live.get(id);
    if (entry === undefined) removeUnusableFeatures(runs, run);
    if (entry !== undefined) entry.run = { ...run, progress: entry.run.progress };
    onEvent({ type: 'state', runId: id, run: entry?.run ?? run });
    options.onStatus?.();
  }

  function queued(): RunSummary[] {
    if (started === null) return [];
    const { studyId } = started;
    return runs.listByState(['queued']).filter((run) => studyId === undefined || run.studyId === studyId);
  }

  function pump(): void {
    if (started !== null && !paused && !abort.signal.aborted) {
      for (const run of queued()) {
        if (live.size >= concurrency || backlog.problem !== null) break;
        begin(run);
      }
    }
    if (live.size === 0 && (paused || abort.signal.aborted || backlog.problem !== null || queued().length === 0)) {
      for (const resolve of idlers.splice(0)) resolve();
    }
  }

  function spaceProblem(id: string): RunError | null {
    try {
      return runs.lackOfSpace(id);
    } catch {
      // What is wrong with its folder, the run itself tells when it starts.
      return null;
    }
  }

  function begin({ id }: RunSummary): void {
    // Its last process may have finished it after the app that started it had gone.
    if (runs.hasResult(id)) {
      store(id, () => takeOver(id));
      return;
    }
    const lack = spaceProblem(id);
    if (lack !== null) {
      backlog.stall(lack);
      return;
    }
    let run: RunSummary | null;
    try {
      run = runs.beginAttempt(id, now().toISOString());
    } catch (error) {
      backlog.stall(storeProblem(error));
      return;
    }
    backlog.clear();
    if (run === null) return;
    let handle: RunHandle;
    try {
      handle = executor.start({ folder: runs.folder(id), attempt: run.attempts, onNews: (news) => hear(id, news) });
    } catch (error) {
      store(id, () => runs.stop(id, 'failed', toPlainError(error), now().toISOString()));
      return;
    }
    live.set(id, { run, handle, startedMs: Date.now(), killer: undefined });
    announce(id);
    void handle.ended.then((exit) => settle(id, exit));
  }

  let progressStored = 0;
  function hear(id: string, news: RunNews): void {
    const entry = live.get(id);
    if (entry === undefined) return;
    if (news.type === 'progress') {
      const { progress } = news;
      const newPhase = entry.run.progress?.phase !== progress.phase;
      entry.run = { ...entry.run, progress };
      if (newPhase || Date.now() - progressStored > PROGRESS_STORED_MS) {
        storeProgress(id, progress);
        progressStored = Date.now();
        options.onStatus?.();
      }
    }
    onEvent({ runId: id, ...news });
  }

  function storeProgress(id: string, progress: RunProgress): void {
    try {
      runs.setProgress(id, progress);
    } catch {
      // It is only shown after a restart; that the database fails is told when the run ends.
    }
  }

  function settle(id: string, exit: RunExit): void {
    clearTimeout(live.get(id)?.killer);
    live.delete(id);
    store(id, () => (runs.hasResult(id) ? takeOver(id) : conclude(id, exit)));
    pump();
  }

  function store(id: string, work: () => void): void {
    backlog.store(id, () => {
      work();
      announce(id);
    });
  }

  function conclude(id: string, { outcome, error }: RunExit): void {
    const at = now().toISOString();
    if (runs.get(id)?.state === 'cancelling' || outcome === 'cancelled') {
      runs.transition(id, UNFINISHED, 'cancelled');
    } else if (outcome === 'paused') {
      const requeue = runs.get(id)?.state !== 'pausing' && (paused || abort.signal.aborted);
      runs.transition(id, UNFINISHED, requeue ? 'queued' : 'paused');
    } else if (!lacksRoom(id, error) || !runs.transition(id, ['running'], 'queued')) {
      const state = outcome === 'interrupted' ? 'interrupted' : 'failed';
      runs.stop(id, state, error ?? { code: 'io', message: 'The run ended without a result.' }, at);
    }
  }

  /** Such a run is queued again and waits for room, but only where the check before its start agrees that there is none. */
  const lacksRoom = (id: string, error: RunExit['error']): boolean =>
    error?.code === 'out-of-space' && spaceProblem(id) !== null;

  /** Result and predictions into the database; a folder that is not whole makes the run fail, with the reason. */
  function takeOver(id: string): void {
    try {
      runs.ingest(id);
    } catch (error) {
      if (isStoreFailure(error)) throw error;
      runs.stop(id, 'failed', toPlainError(error), now().toISOString());
    }
  }

  function recover(): Promise<void> {
    recovered ??= recoverLost({ runs, isLive: (id) => live.has(id), takeOver, store, signal: abort.signal, now });
    return recovered;
  }

  function find(id: string): RunSummary {
    const run = runs.get(id);
    if (run !== null) return run;
    throw new AppError('not-found', 'Expected the id of a run, but there is none with this id.', {
      action: '`study show STUDY` lists the runs of a study.',
    });
  }

  function refuse(run: RunSummary, wanted: string): never {
    throw new AppError('conflict', `Expected a run that is ${wanted}; this one is ${run.state}.`, {
      action: 'Look at its state again; it may have changed in the meantime.',
    });
  }

  return {
    recover,
    async start(only) {
      await recover();
      started = only ?? {};
      pump();
    },
    pause() {
      paused = true;
      for (const { handle } of live.values()) handle.send({ type: 'pause' });
      options.onStatus?.();
      pump();
    },
    resume() {
      paused = false;
      options.onStatus?.();
      backlog.retry();
    },
    wake: pump,
    pauseRun(id) {
      const run = find(id);
      if (run.state === 'paused' || run.state === 'pausing') return;
      if (runs.transition(id, ['queued'], 'paused')) {
        announce(id);
      } else if (live.has(id) && runs.transition(id, ['running'], 'pausing')) {
        live.get(id)?.handle.send({ type: 'pause' });
        announce(id);
      } else {
        refuse(run, 'queued or running');
      }
      pump();
    },
    async resumeRun(id) {
      await recover();
      const run = find(id);
      if (run.state === 'queued' || run.state === 'running') return;
      if (!runs.transition(id, ['paused', 'interrupted', 'failed', 'cancelled'], 'queued')) {
        refuse(run, 'paused, interrupted, failed or cancelled');
      }
      announce(id);
      pump();
    },
    cancelRun(id) {
      const run = find(id);
      if (run.state === 'cancelled' || run.state === 'cancelling') return;
      const entry = live.get(id);
      if (runs.transition(id, ['queued', 'paused', 'interrupted', 'failed'], 'cancelled')) {
        announce(id);
      } else if (entry !== undefined && runs.transition(id, ['running', 'pausing'], 'cancelling')) {
        entry.handle.send({ type: 'cancel' });
        entry.killer = setTimeout(() => entry.handle.kill(), cancelGraceMs);
        announce(id);
      } else {
        refuse(run, 'not finished');
      }
      pump();
    },
    status() {
      const entries = [...live.values()];
      const waiting = runs.listByState(['queued']);
      const finished = waiting.length === 0 ? [] : runs.listByState(['succeeded']);
      const running = entries.map(({ run, startedMs }) => ({ run, secondsSoFar: (Date.now() - startedMs) / 1000 }));
      return {
        paused,
        problem: backlog.problem,
        parallel: concurrency,
        running: entries.map(({ run }) => ({ run, studyName: runs.studyName(run.studyId) })),
        queued: waiting.length,
        etaAtMost: running.some(({ run }) => run.progress?.atMost === true),
        etaSeconds: queueEta({ running, queued: waiting, finished, concurrency }),
      };
    },
    setConcurrency(value) {
      concurrency = Math.max(1, Math.floor(value));
      pump();
    },
    idle: () =>
      new Promise((resolve) => {
        idlers.push(resolve);
        pump();
      }),
    async close() {
      abort.abort();
      await recovered?.catch(() => undefined);
      const entries = [...live.values()];
      for (const { handle } of entries) handle.send({ type: 'pause' });
      const killer = setTimeout(() => entries.forEach(({ handle }) => handle.kill()), closeGraceMs);
      await Promise.all(entries.map(({ handle }) => handle.ended));
      // Let every `settle` of these processes write its state.
      await new Promise((resolve) => setImmediate(resolve));
      clearTimeout(killer);
      backlog.close();
      for (const resolve of idlers.splice(0)) resolve();
    },
  };
}
