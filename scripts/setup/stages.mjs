/** Running one tool after another on Node 24, each with its own output on our output. */
import { spawn } from 'node:child_process';
import { node24Environment } from './node24.mjs';
import { packageCommand, ROOT } from './paths.mjs';

/**
 * Runs a package's command to its end.
 * @param {{ package: string, command?: string, args: string[], env?: Record<string, string> }} tool
 * @returns {Promise<number>} its exit code; 1 where it ended by a signal
 */
export function runTool({ package: name, command = name, args, env = {} }) {
  return runScript(packageCommand(name, command), args, env);
}

/** @param {string} script @param {string[]} args @param {Record<string, string>} [env] @returns {Promise<number>} */
export function runScript(script, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: ROOT,
      env: { ...node24Environment(), ...env },
      stdio: 'inherit',
    });
    const end = () => void child.kill('SIGTERM');
    process.once('SIGTERM', end);
    process.once('SIGHUP', end);
    child.on('error', reject);
    child.on('exit', (code) => {
      process.off('SIGTERM', end);
      process.off('SIGHUP', end);
      resolve(code ?? 1);
    });
  });
}
