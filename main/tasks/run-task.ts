/** A child process of ours that does one piece of work, tells what it finds, and ends. */
import { AppError } from '../../shared/system/errors.ts';
import { RUNTIME_ENVIRONMENT } from '../engine/tf.ts';
import { forkChild, type ChildExit, type StartChild } from '../platform/child.ts';

/**
 * Sends `work` to the module `entry`, passes on what it says, and waits for its end. Aborting ends the process.
 * @returns how it ended, in words: `SIGKILL`, `exit code 1`
 * @throws AppError `cancelled` with the sentence `cancelled`
 */
export async function runTask(params: {
  entry: URL;
  work: unknown;
  stderrFile: string;
  onMessage: (message: unknown) => void;
  cancelled: string;
  startChild?: StartChild | undefined;
  signal?: AbortSignal | undefined;
}): Promise<string> {
  const { entry, work, stderrFile, onMessage, cancelled, startChild = forkChild, signal } = params;
  const exit = await new Promise<ChildExit>((resolve) => {
    const child = startChild({ entry, args: [], env: RUNTIME_ENVIRONMENT, stderrFile, onMessage, onExit: resolve });
    child.send(work);
    signal?.addEventListener('abort', () => child.kill(), { once: true });
    if (signal?.aborted === true) child.kill();
  });
  if (signal?.aborted === true) throw new AppError('cancelled', cancelled);
  return exit.signal ?? `exit code ${exit.code ?? 'unknown'}`;
}
