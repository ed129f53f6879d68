import { Command } from 'commander';
import { describe, expect, it, vi } from 'vitest';
import { createCliContext, type GlobalOptions } from '../../../main/cli/context.ts';
import { runProgram } from '../../../main/cli/run-program.ts';
import { AppError } from '../../../shared/system/errors.ts';

async function run(argv: string[], action: () => unknown = () => undefined) {
  const text = { stdout: '', stderr: '' };
  const program = new Command('transfusion').option('--home <dir>').option('--json').option('--debug');
  const code = await runProgram({
    program,
    argv,
    createContext: (signal) =>
      createCliContext({
        options: () => program.opts<GlobalOptions>(),
        signal,
        stdout: { write: (part) => (text.stdout += part) },
        stderr: { write: (part) => (text.stderr += part) },
      }),
    register: (root, context) => {
      root
        .command('work <item>')
        .option('--size <px>')
        .action(async () => context.out.result({ ok: await action() }, 'worked'));
      return Promise.resolve();
    },
  });
  return { code, ...text };
}

describe('the program', () => {
  it('exits 0 with the result', async () => {
    expect(await run(['work', 'x'])).toEqual({ code: 0, stdout: 'worked\n', stderr: '' });
  });

  it('takes the global options before and after the command', async () => {
    for (const argv of [
      ['--json', 'work', 'x'],
      ['work', 'x', '--json'],
    ]) {
      expect(JSON.parse((await run(argv, () => 1)).stdout)).toEqual({ ok: 1 });
    }
  });

  it.each([
    [['wrok', 'x'], /Unknown command 'wrok'.*Did you mean work/s],
    [['work'], /Missing required argument 'item'/],
    [['work', 'x', '--sise', '3'], /Unknown option '--sise'.*Did you mean --size/s],
    [['work', 'x', '--size'], /Option '--size <px>' argument missing/],
    [['work', 'x', 'y'], /Too many arguments/],
  ])('exits 2 on bad usage: %s', async (argv, message) => {
    const plain = await run(argv);
    expect(plain.code).toBe(2);
    expect(plain.stdout).toBe('');
    expect(plain.stderr).toMatch(message);
    const json = await run([...argv, '--json']);
    if (!argv.includes('--size')) {
      const { error } = JSON.parse(json.stdout) as { error: { code: string; message: string } };
      expect(error.code).toBe('bad-input');
      expect(error.message).toMatch(message);
    }
  });

  it('exits 1 on a failure that the message explains', async () => {
    const fail = () => {
      throw new AppError('not-found', 'There is no dataset "x".', { action: 'Run "dataset list".' });
    };
    expect(await run(['work', 'x'], fail)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Error: There is no dataset "x".\nRun "dataset list".\n',
    });
    const json = await run(['work', 'x', '--json'], fail);
    expect(JSON.parse(json.stdout)).toEqual({
      error: { code: 'not-found', message: 'There is no dataset "x".', action: 'Run "dataset list".' },
    });
  });

  it('shows no stack of an unexpected error without --debug', async () => {
    const fail = () => {
      throw new TypeError('x is not a function');
    };
    const { code, stderr } = await run(['work', 'x'], fail);
    expect(code).toBe(1);
    expect(stderr).not.toMatch(/at .*\.ts/);
    expect(stderr).toMatch(/--debug/);
    expect((await run(['work', 'x', '--debug'], fail)).stderr).toMatch(/TypeError: x is not a function\n +at /);
  });
});

describe('Ctrl-C', () => {
  it('asks to stop once, and ends the process the second time, whatever the command waits for', async () => {
    const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
    let release = (): void => undefined;
    const running = run(['work', 'x'], () => new Promise<void>((resolve) => (release = resolve)));
    await expect.poll(() => process.listenerCount('SIGINT')).toBeGreaterThan(0);
    process.emit('SIGINT');
    expect(exit).not.toHaveBeenCalled();
    process.emit('SIGINT');
    expect(exit).toHaveBeenCalledExactlyOnceWith(1);
    exit.mockRestore();
    release();
    await running;
  });
});
