/**
 * Run processes in Electron: a `utilityProcess`, which has Node and its worker threads but no second copy of the browser's
 * main process. Same shape as `forkChild` of `main/platform/child.ts`.
 */
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { UtilityProcess, utilityProcess } from 'electron';
import type { Child, ChildExit, StartChild } from '../platform/child.ts';

export function utilityStarter(utility: Pick<typeof utilityProcess, 'fork'>): StartChild {
  return ({ entry, args, env, stderrFile, onMessage, onExit }): Child => {
    const output = fs.createWriteStream(stderrFile, { fd: fs.openSync(stderrFile, 'w') });
    // What a run prints is for diagnosis only; a full disk must not end the app.
    output.on('error', () => undefined);
    const child = utility.fork(fileURLToPath(entry), args, {
      env: { ...definedEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      serviceName: 'Transfusion Lab run',
    });
    child.stdout?.pipe(output, { end: false });
    child.stderr?.pipe(output, { end: false });
    child.on('message', onMessage);
    child.on('exit', (code) => {
      output.end();
      onExit(exitOf(code));
    });
    return {
      get pid() {
        return child.pid;
      },
      send: (message) => child.postMessage(message),
      kill: () => killHard(child),
    };
  };
}

/** Electron gives one number: on POSIX systems a wait status's signal comes as 128 + its number or as a small negative. */
function exitOf(code: number): ChildExit {
  return code === 137 || code === -9 || code === 9 ? { code: null, signal: 'SIGKILL' } : { code, signal: null };
}

/** Electron's own `kill` asks politely (SIGTERM); a run is only killed when it does not answer any more. */
function killHard(child: UtilityProcess): void {
  try {
    if (child.pid === undefined) child.kill();
    else process.kill(child.pid, 'SIGKILL');
  } catch {
    // It has ended in this moment.
  }
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
