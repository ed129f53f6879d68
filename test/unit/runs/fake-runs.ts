/** A queue's surroundings in memory: runs, their folders, and an executor whose runs end when the test says so. */
import fs from 'node:fs';
import path from 'node:path';
import type { RunError, RunEvent, RunNews, RunSummary } from '../../../shared/run/run.ts';
import type { RunExecutor, RunExit } from '../../../main/runs/executors/executor.ts';
import type { Queue, QueueOptions, QueueRuns } from '../../../main/runs/queue/queue-port.ts';
import { createQueue } from '../../../main/runs/queue/queue.ts';

export interface Execution {
  runId: string;
  attempt: number;
  commands: string[];
  killed: boolean;
  say(news: RunNews): void;
  /** Ends the process; `result` leaves a result behind. */
  end(outcome: RunExit['outcome'], options?: { result?: boolean; error?: RunExit['error'] }): Promise<void>;
}

export interface FakeSurroundings {
  queue: Queue;
  executions: Execution[];
  events: RunEvent[];
  ingested: string[];
  get: (id: string) => RunSummary;
  states: () => string[];
  putResult: (id: string) => void;
}

export function createSurroundings(params: {
  folder: string;
  runs: (Partial<RunSummary> & { id: string })[];
  options?: Partial<QueueOptions>;
  ingest?: (id: string) => void;
  lack?: () => RunError | null;
  /** While it says so, the database cannot be written. */
  full?: () => boolean;
}): FakeSurroundings {
  const { folder } = params;
  const table = new Map<string, RunSummary>();
  for (const run of params.runs) {
    table.set(run.id, {
      studyId: 's',
      armId: 'a',
      model: 'cbr-tiny',
      initLabel: 'random',
      trainSize: 'all',
      seed: 0,
      state: 'queued',
      attempts: 0,
      progress: null,
      error: null,
      result: null,
      ...run,
    });
    fs.mkdirSync(path.join(folder, run.id), { recursive: true });
  }
  const get = (id: string): RunSummary => {
    const run = table.get(id);
    if (run === undefined) throw new Error(`no run ${id}`);
    return run;
  };
  const set = (id: string, change: Partial<RunSummary>): void => {
    if (params.full?.() === true) throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
    table.set(id, { ...get(id), ...change });
  };
  const ingested: string[] = [];
  const resultFile = (id: string): string => path.join(folder, id, 'result.json');
  const port: QueueRuns = {
    get: (id) => table.get(id) ?? null,
    listByState: (states) => [...table.values()].filter((run) => states.includes(run.state)),
    transition(id, from, to) {
      if (!from.includes(get(id).state)) return false;
      set(id, { state: to, error: null });
      return true;
    },
    beginAttempt(id) {
      if (get(id).state !== 'queued') return null;
      set(id, { state: 'running', attempts: get(id).attempts + 1, error: null, progress: null });
      return get(id);
    },
    setProgress: (id, progress) => set(id, { progress }),
    stop(id, state, error) {
      if (get(id).state !== 'succeeded') set(id, { state, error });
    },
    folder: (id) => path.join(folder, id),
    hasResult: (id) => fs.existsSync(resultFile(id)),
    ingest(id) {
      params.ingest?.(id);
      ingested.push(id);
      set(id, { state: 'succeeded', error: null });
    },
    studyName: () => 'study',
    lackOfSpace: () => params.lack?.() ?? null,
  };
  const executions: Execution[] = [];
  const executor: RunExecutor = {
    start({ folder: place, attempt, onNews }) {
      let settle: (exit: RunExit) => void = () => undefined;
      const ended = new Promise<RunExit>((resolve) => (settle = resolve));
      const runId = path.basename(place);
      const execution: Execution = {
        runId,
        attempt,
        commands: [],
        killed: false,
        say: onNews,
        async end(outcome, { result = outcome === 'succeeded', error = null } = {}) {
          if (result) fs.writeFileSync(resultFile(runId), '{}');
          settle({ outcome, error });
          await new Promise((resolve) => setImmediate(resolve));
        },
      };
      executions.push(execution);
      return {
        ended,
        send: ({ type }) => void execution.commands.push(type),
        kill() {
          execution.killed = true;
          settle({ outcome: 'interrupted', error: { code: 'run-failed', message: 'killed' } });
        },
      };
    },
  };
  const events: RunEvent[] = [];
  const queue = createQueue({ runs: port, executor, onEvent: (event) => events.push(event), ...params.options });
  return {
    queue,
    executions,
    events,
    ingested,
    get,
    states: () => [...table.values()].map((run) => run.state),
    putResult: (id) => fs.writeFileSync(resultFile(id), '{}'),
  };
}
