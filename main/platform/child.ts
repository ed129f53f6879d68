/** Starting a child process of ours: by Node's `fork` here; the Electron shell brings a `utilityProcess` of the same shape. */
import { fork } from 'node:child_process';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface ChildExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Child {
  readonly pid: number | undefined;
  send(message: unknown): void;
  kill(): void;
}

export interface ChildOptions {
  /** A module of ours, `.ts` or `.js`. */
  entry: URL;
  args: string[];
  /** Added to this process's environment. */
  env: Readonly<Record<string, string>>;
  /** Receives what the child prints on standard error; started over. */
  stderrFile: string;
  onMessage: (message: unknown) => void;
  /** Called once. A child that could not be started at all exits with code null and no signal. */
  onExit: (exit: ChildExit) => void;
}

export type StartChild = (options: ChildOptions) => Child;

/** The child's output goes to a file and not through a pipe, which would break when this process dies first. */
export const forkChild: StartChild = ({ entry, args, env, stderrFile, onMessage, onExit }) => {
  const stderr = fs.openSync(stderrFile, 'w');
  let exited = false;
  const exit = (result: ChildExit): void => {
    if (exited) return;
    exited = true;
    onExit(result);
  };
  const child = fork(fileURLToPath(entry), args, {
    execArgv: [],
    env: { ...process.env, ...env },
    stdio: ['ignore', stderr, stderr, 'ipc'],
    serialization: 'json',
  });
  fs.closeSync(stderr);
  child.on('message', onMessage);
  child.on('error', () => {
    if (child.pid === undefined) exit({ code: null, signal: null });
  });
  child.on('exit', (code, signal) => exit({ code, signal }));
  return {
    pid: child.pid,
    send: (message) => {
      if (child.connected) child.send(message as object, () => undefined);
    },
    kill: () => child.kill('SIGKILL'),
  };
};
