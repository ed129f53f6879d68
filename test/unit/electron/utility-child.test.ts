import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { utilityStarter } from '../../../main/electron/utility-child.ts';
import type { ChildExit } from '../../../main/platform/child.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

class StandInUtility extends EventEmitter {
  pid: number | undefined = undefined;
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly posted: unknown[] = [];
  killed = false;
  postMessage(message: unknown): void {
    this.posted.push(message);
  }
  kill(): boolean {
    this.killed = true;
    return true;
  }
}

let folder: string;
let forked: { modulePath: string; args: string[]; env: Record<string, string> } | null;
let utility: StandInUtility;

beforeEach(() => {
  folder = makeTemporaryFolder('utility');
  forked = null;
  utility = new StandInUtility();
});

function start() {
  const fork = (modulePath: string, args: string[], { env }: { env: Record<string, string> }) => {
    forked = { modulePath, args, env };
    return utility;
  };
  const messages: unknown[] = [];
  const exits: ChildExit[] = [];
  const entry = path.join(folder, 'run-process.js');
  const child = utilityStarter({ fork })({
    entry: pathToFileURL(entry),
    args: ['{}'],
    env: { TF_CPP_MIN_LOG_LEVEL: '2' },
    stderrFile: path.join(folder, 'stderr.txt'),
    onMessage: (message) => messages.push(message),
    onExit: (exit) => exits.push(exit),
  });
  return { child, messages, exits, entry };
}

describe('a run as a utility process', () => {
  it('is started with the entry, its arguments and the environment', () => {
    const { entry } = start();
    expect(forked).toMatchObject({ modulePath: entry, args: ['{}'] });
    expect(forked?.env).toMatchObject({ TF_CPP_MIN_LOG_LEVEL: '2', PATH: process.env.PATH });
  });

  it('speaks both ways', () => {
    const { child, messages } = start();
    utility.emit('message', { type: 'heartbeat', seq: 1 });
    child.send({ type: 'pause' });
    expect(messages).toEqual([{ type: 'heartbeat', seq: 1 }]);
    expect(utility.posted).toEqual([{ type: 'pause' }]);
  });

  it('keeps what it prints', async () => {
    start();
    await new Promise((resolve) => utility.stderr.write('native trouble\n', resolve));
    utility.emit('exit', 1);
    await expect.poll(() => fs.readFileSync(path.join(folder, 'stderr.txt'), 'utf8')).toBe('native trouble\n');
  });

  it.each([
    [0, { code: 0, signal: null }],
    [1, { code: 1, signal: null }],
    [137, { code: null, signal: 'SIGKILL' }],
    [9, { code: null, signal: 'SIGKILL' }],
  ])('tells how it ended: %s', (code, exit) => {
    const { exits } = start();
    utility.emit('exit', code);
    expect(exits).toEqual([exit]);
  });

  it('is ended the polite way where it has no process id any more', () => {
    start().child.kill();
    expect(utility.killed).toBe(true);
  });
});
