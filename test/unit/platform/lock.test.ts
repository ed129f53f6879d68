import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { acquireLock, isLocked } from '../../../main/platform/lock.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let folder: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  folder = makeTemporaryFolder('lock');
});
afterEach(() => {
  child?.kill('SIGKILL');
  child = undefined;
});

it('is held once, also within one process, and free after release', () => {
  const file = path.join(folder, 'deep', 'library.lock');
  expect(isLocked(file)).toBe(false);
  const first = acquireLock(file);
  expect(first).not.toBeNull();
  expect(acquireLock(file)).toBeNull();
  expect(isLocked(file)).toBe(true);
  first?.release();
  first?.release();
  expect(isLocked(file)).toBe(false);
});

it('is freed by the operating system when its holder is killed', async () => {
  const file = path.join(folder, 'run.lock');
  child = fork(fileURLToPath(new URL('./hold-lock.ts', import.meta.url)), [file]);
  expect(await once(child, 'message')).toContain('held');
  expect(acquireLock(file)).toBeNull();
  child.kill('SIGKILL');
  await once(child, 'exit');
  const lock = acquireLock(file);
  expect(lock).not.toBeNull();
  lock?.release();
});
