/** The real app for the tests: phantoms drawn by the command line, and `serve` on a library of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createApi, type Api } from './api.ts';
import { node24 } from '../../../scripts/setup/node24.mjs';

const ROOT = path.resolve(import.meta.dirname, '../../..');
/** Not .bin/node, which npm 9 does not make. */
const NODE = node24();
const CLI = path.join(ROOT, 'main', 'cli', 'transfusion.ts');

export interface Lab {
  /** With the token. */
  url: string;
  origin: string;
  api: Api;
  /** Synthetic fundus photographs in the EyePACS layout: 80 images of 40 patients. */
  phantomFolder: string;
  /** A folder for whatever a test writes. */
  scratch: string;
  close(): Promise<void>;
}

function start(args: string[]): ChildProcess {
  return spawn(NODE, [CLI, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) resolve(child.exitCode);
    else child.once('exit', (code) => resolve(code));
  });
}

async function runCli(args: string[]): Promise<void> {
  const child = start(args);
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.stdout?.resume();
  const code = await ended(child);
  if (code !== 0) throw new Error(`transfusion ${args[0]} ended with ${code}: ${errors}`);
}

/** The address that `serve --json` prints. */
function readUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const url = /"url":\s*"([^"]+)"/.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`serve ended with ${code}: ${errors}`)));
  });
}

export async function openLab(): Promise<Lab> {
  if (!existsSync(path.join(ROOT, 'dist', 'renderer', 'index.html'))) {
    throw new Error('Expected the built pages in dist/renderer, found none: run `npm test`, which builds them.');
  }
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'lab-'));
  const phantomFolder = path.join(scratch, 'eye-clinic');
  await runCli([
    'phantom',
    'fundus',
    '--out',
    phantomFolder,
    '--patients',
    '40',
    '--size',
    '64',
    '--seed',
    '1',
    '--json',
  ]);
  const server = start(['serve', '--json', '--no-open', '--home', path.join(scratch, 'home')]);
  const url = await readUrl(server);
  return {
    url,
    origin: new URL(url).origin,
    api: createApi(url),
    phantomFolder,
    scratch,
    close: async () => {
      server.kill('SIGTERM');
      await ended(server);
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}
