/** The queue as others see it, and what it needs to know and to keep about runs (implemented by the services). */
import type { QueueStatus, RunError, RunEvent, RunProgress, RunState, RunSummary } from '../../../shared/run/run.ts';
import type { RunExecutor } from '../executors/executor.ts';

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
  /** Needed and found, where the disk has no room for what the run will write; else null. */
  lackOfSpace(id: string): RunError | null;
}

export interface QueueOptions {
  runs: QueueRuns;
  executor: RunExecutor;
  onEvent: (event: RunEvent) => void;
  /** After every change that {@link Queue.status} shows. */
  onStatus?: () => void;
  concurrency?: number;
  /** How long a run may take to stop when it is cancelled, and when the app closes, before its process is ended. */
  cancelGraceMs?: number;
  closeGraceMs?: number;
  /** The first wait before what could not be stored is tried again; it doubles. */
  retryMs?: number;
  now?: () => Date;
}

export interface Queue {
  /** Puts right what an earlier process left: finished runs are taken over, lost ones become `interrupted`. Once; idempotent. */
  recover(): Promise<void>;
  /** Starts queued runs from now on; `studyId` limits them to one study. Recovers first. */
  start(only?: { studyId: string }): Promise<void>;
  /** Stops starting runs, and puts the running ones back into the queue after a checkpoint. */
  pause(): void;
  resume(): void;
  /** Looks for queued runs; to be called after runs were added. */
  wake(): void;
  pauseRun(id: string): void;
  /** Back into the queue. */
  resumeRun(id: string): Promise<void>;
  cancelRun(id: string): void;
  status(): QueueStatus;
  setConcurrency(runs: number): void;
  /** Resolves when nothing runs and nothing that may start is queued, or when the queue stands still ({@link QueueStatus.problem}). */
  idle(): Promise<void>;
  /** Checkpoints and ends the running runs; they are queued again for the next start of the app. */
  close(): Promise<void>;
}

/** States of a run whose process should be alive. */
export const UNFINISHED = ['running', 'pausing', 'cancelling'] as const satisfies RunState[];
