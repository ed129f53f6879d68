/** What the queue needs to know and to keep about runs; implemented over the library's database by the services. */
import type { RunError, RunProgress, RunState, RunSummary } from '../../shared/run.ts';

export interface QueueRuns {
  get(id: string): RunSummary | null;
  /** In queue order. */
  listByState(states: readonly RunState[]): RunSummary[];
  /** False when the run was in none of `from`. Clears its error. */
  transition(id: string, from: readonly RunState[], to: RunState): boolean;
  /** `queued` -> `running`, one attempt more; null when it is not queued any more. */
  beginAttempt(id: string, startedAt: string): RunSummary | null;
  setProgress(id: string, progress: RunProgress): void;
  /** `failed` or `interrupted` with the reason that the user sees. A finished run stays as it is. */
  stop(id: string, state: 'failed' | 'interrupted', error: RunError, at: string): void;
  /** The run folder, with its `config.json` in place. */
  folder(id: string): string;
  /** True once `result.json` is there. */
  hasResult(id: string): boolean;
  /** Takes result and predictions over and makes the run `succeeded`, in one transaction. Doing it twice changes nothing. */
  ingest(id: string): void;
  studyName(studyId: string): string;
}
