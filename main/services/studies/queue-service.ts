/** The library's run queue: its status as a stream, beside what `main/runs/queue/queue.ts` does. */
import type { QueueStatus } from '../../../shared/run/run.ts';
import type { LibraryPaths } from '../../platform/library-paths.ts';
import type { RunExecutor } from '../../runs/executors/executor.ts';
import { createQueue } from '../../runs/queue/queue.ts';
import type { Queue } from '../../runs/queue/queue-port.ts';
import type { Store } from '../../store/open.ts';
import { createLatestStream } from './latest-stream.ts';
import type { RunEventHub } from './run-events.ts';
import { createQueueRuns } from './run-port.ts';
import { studyState } from './study-state.ts';
import { readSettings, writeSettings } from '../system/settings.ts';

export interface QueueService extends Queue {
  /** The status as it stands, then every change. */
  watch(signal?: AbortSignal): AsyncGenerator<QueueStatus, void, undefined>;
  /** Runs at a time from now on, kept for the next start of the app. */
  setParallel(runs: number): void;
}

export interface QueueServiceDeps {
  store: Store;
  paths: LibraryPaths;
  executor: RunExecutor;
  events: RunEventHub;
  /** A run of this study has just finished, and none is under way or queued any more. */
  onStudyEnd: (studyId: string) => void;
}

export function createQueueService({ store, paths, executor, events, onStudyEnd }: QueueServiceDeps): QueueService {
  const changes = createLatestStream<'status', QueueStatus>({ intervalMs: 200 });
  const queue = createQueue({
    runs: createQueueRuns({ store, paths }),
    executor,
    onEvent(event) {
      events.emit(event);
      if (event.type !== 'state' || event.run.state !== 'succeeded') return;
      const { studyId } = event.run;
      if (studyState(store.runs.listByStudy(studyId).map(({ state }) => state)) !== 'running') onStudyEnd(studyId);
    },
    onStatus: () => changes.push('status', queue.status()),
    concurrency: readSettings(paths).parallelRuns,
  });
  return {
    ...queue,
    setParallel(runs) {
      writeSettings(paths, { ...readSettings(paths), parallelRuns: runs });
      queue.setConcurrency(runs);
      changes.push('status', queue.status());
    },
    watch: (signal) => changes.read({ first: () => [['status', queue.status()]], signal }),
    async close() {
      await queue.close();
      changes.close();
      events.close();
    },
  };
}
