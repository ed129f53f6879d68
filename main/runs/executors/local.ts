/** Runs on this machine: one supervised child process a run. */
import { RUNTIME_ENVIRONMENT } from '../../engine/tf.ts';
import type { RunMessage } from '../../../shared/run/run.ts';
import { moduleUrl } from '../../platform/module-url.ts';
import { runFiles } from '../process/run-folder.ts';
import type { RunArguments } from '../process/run-supervisor.ts';
import { forkChild, type StartChild } from '../../platform/child.ts';
import { crashMessage } from './crash-message.ts';
import type { RunExecutor, RunExit } from './executor.ts';

export interface LocalExecutorOptions {
  appVersion: string;
  startChild?: StartChild;
  /** How long a run process waits for an earlier one of the same run to end. */
  lockWaitMs?: number;
  /** A process without any message for so many checks in a row is ended. */
  silentChecks?: number;
  checkMs?: number;
}

export function createLocalExecutor(options: LocalExecutorOptions): RunExecutor {
  const { appVersion, startChild = forkChild, silentChecks = 12, checkMs = 5000, lockWaitMs = 20_000 } = options;
  return {
    start({ folder, attempt, onNews }) {
      let said: RunExit | null = null;
      let missed = 0;
      let silent = false;
      let settle: (exit: RunExit) => void = () => undefined;
      const ended = new Promise<RunExit>((resolve) => (settle = resolve));
      const args: RunArguments = { folder, attempt, appVersion, lockWaitMs };
      const child = startChild({
        entry: moduleUrl(import.meta.url, '../process/run-process'),
        args: [JSON.stringify(args)],
        env: RUNTIME_ENVIRONMENT,
        stderrFile: runFiles(folder).stderr,
        onMessage: (raw) => {
          const message = raw as RunMessage;
          missed = 0;
          if (message.type === 'ended') said = { outcome: message.outcome, error: message.error ?? null };
          else if (message.type !== 'heartbeat') onNews(message);
        },
        onExit: (exit) => {
          clearInterval(watch);
          const killed = exit.signal === 'SIGKILL' || exit.signal === 'SIGTERM' || exit.signal === 'SIGINT';
          settle(said ?? { outcome: silent || killed ? 'interrupted' : 'failed', error: crashMessage(exit, silent) });
        },
      });
      // Counts checks and not seconds: after a laptop has slept, no process is late.
      const watch = setInterval(() => {
        missed++;
        if (missed < silentChecks) return;
        silent = true;
        child.kill();
      }, checkMs);
      return { send: (command) => child.send(command), kill: () => child.kill(), ended };
    },
  };
}
