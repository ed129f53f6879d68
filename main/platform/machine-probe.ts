/** Trying something out in a process of its own, so that a crash of native code is an answer and not the end of the app. */
import { fork } from 'node:child_process';
import type { URL } from 'node:url';

export interface ProbeOutcome {
  /** What the process sent, in order. */
  messages: unknown[];
  /** How it ended: null after a normal end, else for example `signal SIGSEGV`, `exit code 3`, `no answer in 60 s`. */
  failure: string | null;
  /** The end of what it wrote to standard error. */
  errors: string;
}

const KEPT_CHARACTERS = 2_000;

/** Runs `module` until it ends, at most `timeoutMs`. */
export function probeInProcess(params: {
  module: URL;
  timeoutMs: number;
  env?: Record<string, string>;
}): Promise<ProbeOutcome> {
  const { module, timeoutMs, env = {} } = params;
  return new Promise((resolve) => {
    const child = fork(module, [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env: { ...process.env, ...env } });
    const messages: unknown[] = [];
    let errors = '';
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    const finish = (failure: string | null): void => {
      clearTimeout(timer);
      resolve({ messages, failure, errors: errors.slice(-KEPT_CHARACTERS) });
    };
    child.stderr
      ?.setEncoding('utf8')
      .on('data', (text: string) => (errors = (errors + text).slice(-KEPT_CHARACTERS * 2)));
    child.on('message', (message) => messages.push(message));
    child.on('error', (error) => finish(error.message));
    child.on('close', (code, signal) => {
      if (late) finish(`no answer in ${Math.round(timeoutMs / 1000)} s`);
      else if (signal !== null) finish(`signal ${signal}`);
      else finish(code === 0 ? null : `exit code ${code ?? 'unknown'}`);
    });
  });
}
