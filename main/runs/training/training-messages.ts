/** What the run process and its training thread say to each other. */
import type { RunMessage } from '../../../shared/run/run.ts';

export interface TrainingSetup {
  /** The run folder. */
  folder: string;
  attempt: number;
  appVersion: string;
  /** See {@link StopSignal}. */
  stopMemory: SharedArrayBuffer;
}

type WithoutSeq<T> = T extends unknown ? Omit<T, 'seq'> : never;

/** A {@link RunMessage} before the process numbers it. */
export type TrainingMessage = WithoutSeq<Exclude<RunMessage, { type: 'heartbeat' }>>;
export type EndedMessage = Extract<TrainingMessage, { type: 'ended' }>;
