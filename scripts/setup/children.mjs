/** Starting other programs. Never by a shell, so that no path or argument is interpreted. */
import { spawn } from 'node:child_process';

/** @typedef {{ code: number | null, signal: NodeJS.Signals | null, output: string }} Outcome */

/** @type {Set<(pid: number) => void>} */
const spawnListeners = new Set();

/** Tells the process number of every program that is run to its end. @param {(pid: number) => void} listener @returns {() => void} stops it */
export function onSpawn(listener) {
  spawnListeners.add(listener);
  return () => void spawnListeners.delete(listener);
}

/**
 * Runs a program to its end and keeps what it prints. A missing program is an outcome with code 127.
 * @param {string} command @param {string[]} args @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<Outcome>}
 */
export function capture(command, args, options = {}) {
  return run(command, args, options, (/** @type {string} */ _text) => undefined);
}

/**
 * Runs a program to its end and passes all that it prints to our stderr.
 * @param {string} command @param {string[]} args @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<Outcome>}
 */
export function show(command, args, options = {}) {
  return run(command, args, options, null);
}

/**
 * @param {string} command @param {string[]} args @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} options
 * @param {((text: string) => void) | null} onText null: the child writes to our stderr itself
 * @returns {Promise<Outcome>}
 */
function run(command, args, options, onText) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      ...options,
      windowsHide: true,
      stdio: onText ? ['ignore', 'pipe', 'pipe'] : ['ignore', process.stderr, process.stderr],
    });
    const stopWatching = endWithUs(child);
    for (const listener of spawnListeners) if (child.pid) listener(child.pid);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        output += text;
        onText?.(text);
      });
    }
    child.on('error', (error) => {
      stopWatching();
      resolve({ code: 127, signal: null, output: `${output}${error.message}` });
    });
    child.on('close', (code, signal) => {
      stopWatching();
      resolve({ code, signal, output });
    });
  });
}

/**
 * Runs the real thing in our place: same streams, signals passed on, and our end is its end.
 * Never returns to a caller that goes on: the process exits.
 * @param {string} command @param {string[]} args @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<never>}
 */
export async function become(command, args, options) {
  const child = spawn(command, args, { ...options, stdio: 'inherit' });
  const stopWatching = endWithUs(child);
  endWithNpm(child);
  const { code, signal } = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve({ code, signal }));
  });
  stopWatching();
  if (signal) {
    process.kill(process.pid, signal);
    // A signal that this process ignores: the shell's number for it.
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  process.exit(code ?? 1);
}

/**
 * A signal to npm ends npm and its shell but does not reach us; the app would go on without anybody who could stop it.
 * @param {import('node:child_process').ChildProcess} child
 */
function endWithNpm(child) {
  const parent = process.ppid;
  if (!process.env['npm_lifecycle_event'] || parent === 1) return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    child.kill('SIGTERM');
  }, 500);
  timer.unref();
}

/**
 * Passes our signals to the child. At a terminal, Ctrl+C reaches the whole group by itself; passing it on as well
 * would look like a second Ctrl+C.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {() => void} stops it
 */
function endWithUs(child) {
  /** @type {[NodeJS.Signals, () => void][]} */
  const handlers = [
    ['SIGINT', () => void (process.stdin.isTTY || child.kill('SIGINT'))],
    ['SIGTERM', () => void child.kill('SIGTERM')],
    ['SIGHUP', () => void child.kill('SIGHUP')],
  ];
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}
