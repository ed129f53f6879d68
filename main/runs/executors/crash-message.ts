/** What to tell when a process ended without saying why. */
import type { RunError } from '../../../shared/run/run.ts';
import type { ChildExit } from '../../platform/child.ts';

const RESUME = 'then resume: the run continues from its last checkpoint.';

/** `silent`: it was ended by us because it gave no sign of life. */
export function crashMessage({ code, signal }: ChildExit, silent = false): RunError {
  if (silent) {
    return {
      code: 'run-failed',
      message: 'The process of the run gave no sign of life for a minute and was ended.',
      action: `Close other programs (memory may be short), ${RESUME}`,
    };
  }
  if (signal === 'SIGKILL') {
    return {
      code: 'run-failed',
      message:
        'The process of the run was ended from outside (SIGKILL); most often the system does this when memory runs out.',
      action: `Close other programs or choose a smaller batch or image size, ${RESUME}`,
    };
  }
  if (signal === 'SIGTERM' || signal === 'SIGINT' || signal === 'SIGHUP') {
    return {
      code: 'run-failed',
      message: `The process of the run was asked to end from outside (${signal}).`,
      action: 'Resume when you are ready: the run continues from its last checkpoint.',
    };
  }
  if (signal !== null || code === null || code > 128 || code < 0) {
    const how = signal ?? (code === null ? 'could not be started' : `exit code ${code}`);
    return {
      code: 'run-failed',
      message: `The process of the run crashed (${how}); the failure was in native code, often from too little memory.`,
      action: `Choose a smaller batch or image size if it happens again, ${RESUME}`,
    };
  }
  return {
    code: 'run-failed',
    message: `The process of the run ended without a result (exit code ${code}).`,
    action: 'Resume the run; if it happens again, `doctor` checks this machine and log.jsonl of the run says more.',
  };
}
