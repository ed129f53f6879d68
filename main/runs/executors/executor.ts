/** Where runs are executed: on this machine, and later elsewhere. The queue knows only this. */
import type { RunCommand, RunNews, RunSummary } from '../../../shared/run/run.ts';

export interface RunExit {
  /** `interrupted`: the process ended from outside (killed, out of memory, no sign of life). It can be resumed. */
  outcome: 'succeeded' | 'paused' | 'cancelled' | 'failed' | 'interrupted';
  error: RunSummary['error'];
}

export interface RunHandle {
  send(command: RunCommand): void;
  /** Ends the process at once; for a process that does not answer. */
  kill(): void;
  /** Never rejects. */
  ended: Promise<RunExit>;
}

export interface RunExecutor {
  start(params: { folder: string; attempt: number; onNews: (news: RunNews) => void }): RunHandle;
}
