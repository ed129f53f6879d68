/** Runs `stats` in this process. */
import { Command } from 'commander';
import { expect } from 'vitest';
import { createCliContext, type GlobalOptions } from '../../../main/cli/context.ts';
import { runProgram } from '../../../main/cli/run-program.ts';
import { register } from '../../../main/cli/stats/stats.ts';

export async function stats(...argv: string[]) {
  const text = { stdout: '', stderr: '' };
  const program = new Command('transfusion').option('--home <dir>').option('--json').option('--debug');
  const code = await runProgram({
    program,
    argv: ['stats', ...argv],
    createContext: (signal) =>
      createCliContext({
        options: () => program.opts<GlobalOptions>(),
        signal,
        stdout: { write: (part) => (text.stdout += part) },
        stderr: { write: (part) => (text.stderr += part) },
      }),
    register: (root, context) => Promise.resolve(register(root, context)),
  });
  return { code, ...text };
}

export async function json<T>(...argv: string[]): Promise<T> {
  const { code, stdout, stderr } = await stats(...argv, '--json');
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as T;
}
