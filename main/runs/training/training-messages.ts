/** What the run process tells its training thread at the start; the thread answers with {@link RunNews} and a {@link RunEnd}. */
import type { RunEnd, RunNews } from '../../../shared/run/run.ts';

export interface TrainingSetup {
  /** The run folder. */
  folder: string;
  attempt: number;
  appVersion: string;
  /** See {@link StopSignal}. */
  stopMemory: SharedArrayBuffer;
}

export type TrainingMessage = RunNews | RunEnd;
