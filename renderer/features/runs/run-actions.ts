/** What can be done with a run. */
import type { RunState } from '../../../shared/run/run.ts';

/** What can be done with a run in this state. */
export function runActions(state: RunState): { pause: boolean; resume: boolean; cancel: boolean } {
  return {
    pause: state === 'running' || state === 'queued',
    resume: state === 'paused' || state === 'interrupted' || state === 'failed' || state === 'cancelled',
    cancel:
      state === 'running' || state === 'queued' || state === 'paused' || state === 'pausing' || state === 'interrupted',
  };
}
