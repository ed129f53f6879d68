/** Runs of the library: looking at them, following them, and stopping or continuing one. */
import type { RunEvent, RunSummary } from '../../../shared/run/run.ts';
import type { TensorOrigin } from '../../../shared/weights/tensor-origins.ts';
import type { Store } from '../../store/open.ts';
import type { StoredStudy } from '../../store/studies.ts';
import type { QueueService } from './queue-service.ts';
import type { RunEventHub } from './run-events.ts';
import { refuseReadOnly } from './read-only.ts';
import { tensorOrigins } from '../results/tensor-origins.ts';
import { requireDataset, requireRun, requireStudy } from '../require.ts';

export interface RunsServiceDeps {
  store: Store;
  queue: QueueService;
  events: RunEventHub;
  /**
   * Whether a host that runs this library is alive: this process, or another one that holds the library. Where there is none,
   * a run that the database calls running is in truth interrupted.
   */
  hostAlive: () => boolean;
}

export function createRunsService({ store, queue, events, hostAlive }: RunsServiceDeps) {
  const get = (id: string): RunSummary => asItIs(requireRun(store, id), hostAlive);
  const studyOf = (run: RunSummary): StoredStudy => requireStudy(store, run.studyId);
  const list = (studyId: string): RunSummary[] =>
    store.runs.listByStudy(requireStudy(store, studyId).id).map((run) => asItIs(run, hostAlive));
  const refuse = (id: string): void => refuseReadOnly(studyOf(get(id)));

  return {
    /** In queue order. @throws AppError `not-found` where there is no such study. */
    list,
    /** @throws AppError `not-found`. */
    get,
    /** Where each tensor's first values came from, and what training left as it was; empty until the run has finished. */
    tensors(id: string): TensorOrigin[] {
      const run = get(id);
      return tensorOrigins(run, requireDataset(store, studyOf(run).datasetId).target.outputs.length);
    },
    async resume(id: string): Promise<RunSummary> {
      refuse(id);
      await queue.resumeRun(id);
      return get(id);
    },
    cancel(id: string): RunSummary {
      refuse(id);
      queue.cancelRun(id);
      return get(id);
    },
    /** The state of every run of the study, then every event. */
    watch(studyId: string, signal?: AbortSignal): AsyncGenerator<RunEvent, void, undefined> {
      const ids = new Set(list(studyId).map((run) => run.id));
      return events.read({
        wanted: (runId) => ids.has(runId),
        first: () => list(studyId).map((run) => ({ type: 'state', runId: run.id, run })),
        signal,
      });
    },
  };
}

export type RunsService = ReturnType<typeof createRunsService>;

const LOST: NonNullable<RunSummary['error']> = {
  code: 'cancelled',
  message: 'The app ended while this run was under way.',
  action: 'Resume it: the run continues from its last checkpoint.',
};

/** The run as it is in truth, where the last host died without saying so. */
export function asItIs(run: RunSummary, hostAlive: () => boolean): RunSummary {
  const active = run.state === 'running' || run.state === 'pausing' || run.state === 'cancelling';
  if (!active || hostAlive()) return run;
  return { ...run, state: 'interrupted', error: LOST };
}
