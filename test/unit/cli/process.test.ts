/** The real command line in a child process: what it prints where, and how it exits. */
import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const PROGRAM = path.join(import.meta.dirname, '../../../main/cli/transfusion.ts');
let home: string;
const running = new Set<ChildProcess>();

beforeAll(() => {
  home = makeTemporaryFolder('cli');
});
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

function start(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, TRANSFUSION_HOME: home, DISPLAY: '', WAYLAND_DISPLAY: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (part: Buffer) => (text.stdout += part.toString()));
  child.stderr.on('data', (part: Buffer) => (text.stderr += part.toString()));
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code) => {
      running.delete(child);
      resolve({ code, ...text });
    }),
  );
  /** Standard output once it ends in a line feed; fails when the process ends before. */
  const line = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (text.stdout.endsWith('\n')) resolve(text.stdout);
      };
      child.stdout.on('data', look);
      child.on('close', () => reject(new Error(`Ended without a line: ${text.stderr}`)));
      look();
    });
  return { child, ended, line };
}
const run = (...args: string[]) => start(args).ended;

describe('the command line', () => {
  it('shows its commands without touching the library', async () => {
    const untouched = makeTemporaryFolder();
    const { code, stdout, stderr } = await start(['--help'], { TRANSFUSION_HOME: untouched }).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const command of ['doctor', 'phantom', 'dataset', 'serve', 'help']) expect(stdout).toContain(`\n  ${command}`);
    expect(fs.readdirSync(untouched)).toEqual([]);
  });

  it('shows the help and exits 2 when it is given no command', async () => {
    const { code, stdout, stderr } = await run();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^Usage: transfusion/);
  });

  it('does not mind a reader that has enough', async () => {
    const { child, ended } = start(['models', '--json']);
    child.stdout?.destroy();
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('knows its version', async () => {
    expect(await run('--version')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
    });
  });

  it('suggests what was meant', async () => {
    const { code, stdout, stderr } = await run('serv');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^Error: Unknown command 'serv'.*serve/);
  });

  it('tells bad usage as one JSON document', async () => {
    const { code, stdout, stderr } = await run('serve', '--port', 'x', '--json');
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'bad-input', message: expect.stringContaining('0 to 65535') as string },
    });
  });

  it('explains a failure without a stack, which --debug shows', async () => {
    fs.writeFileSync(path.join(home, 'file'), '');
    const plain = await run('serve', '--home', path.join(home, 'file', 'library'));
    expect(plain).toMatchObject({ code: 1, stdout: '' });
    expect(plain.stderr).toMatch(/^Error: The library folder could not be made/);
    expect(plain.stderr).not.toMatch(/\n +at /);
    const debug = await run('serve', '--home', path.join(home, 'file', 'library'), '--debug');
    expect(debug.stderr).toMatch(/\n +at /);
    fs.rmSync(path.join(home, 'file'));
  });
});

describe('serve', () => {
  it('prints its address as one JSON document, answers there, and ends cleanly', async () => {
    const { child, ended, line } = start(['serve', '--json']);
    const { url } = JSON.parse(await line()) as { url: string };
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
    const signIn = await fetch(url, { redirect: 'manual' });
    expect(signIn.status).toBe(303);
    const cookie = signIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    const info = await fetch(new URL('/api/trpc/system.info', url), { headers: { Cookie: cookie } });
    expect(await info.json()).toMatchObject({ result: { data: { home, hostKind: 'browser' } } });
    expect((await fetch(new URL('/api/trpc/system.info', url))).status).toBe(401);

    const second = await run('serve', '--json');
    expect(second.code).toBe(1);
    expect(JSON.parse(second.stdout)).toMatchObject({
      error: {
        code: 'library-locked',
        message: expect.stringContaining(`the app in a browser (serve), process ${child.pid}`) as string,
      },
    });

    child.kill('SIGTERM');
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ url });
    expect(stderr).toMatch(/Closing/);
    expect(fs.existsSync(path.join(home, 'library.holder.json'))).toBe(false);
  });

  it('ends cleanly on Ctrl-C while a page is connected, and frees the library even when it is killed', async () => {
    const first = start(['serve']);
    const url = new URL((await first.line()).trim());
    const headers = { Authorization: `Bearer ${url.searchParams.get('token')}` };
    const stream = await fetch(new URL('/api/trpc/live.watch?input=%7B%7D', url), { headers });
    expect(stream.status).toBe(200);
    first.child.kill('SIGINT');
    expect((await first.ended).code).toBe(0);
    await stream.text().catch(() => undefined);

    const killed = start(['serve']);
    await killed.line();
    killed.child.kill('SIGKILL');
    await killed.ended;
    const next = start(['serve', '--no-open']);
    expect(await next.line()).toMatch(/^http:/);
    next.child.kill('SIGTERM');
    expect((await next.ended).code).toBe(0);
  });

  it('warns when other machines are let in', async () => {
    const { child, ended, line } = start(['serve', '--host', '0.0.0.0']);
    expect(await line()).toMatch(/^http:\/\/127\.0\.0\.1:/);
    child.kill('SIGTERM');
    expect((await ended).stderr).toMatch(/Warning: Other machines can reach this address/);
  });
});
