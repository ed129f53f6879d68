/** What a bootstrap thread is given. It shares the control words and the table of results, and posts no messages. */
import type { BootstrapJob } from '../analysis/bootstrap/job.ts';

export interface BootstrapWorkerData {
  job: BootstrapJob;
  /** The words of {@link CONTROL}, shared by all threads. */
  control: Int32Array;
  /** Draws x row length, shared: every thread writes the rows of the draws it took. */
  values: Float64Array;
}

/** Words of the shared control array. */
export const CONTROL = {
  /** The next draw that nobody has taken. */
  next: 0,
  /** Draws done. */
  done: 1,
  /** 1: stop at the next draw. */
  stop: 2,
  words: 3,
} as const;

/** Draws taken at once: small, so that progress and cancel are prompt. */
export const DRAWS_PER_CHUNK = 8;
