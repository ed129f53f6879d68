/**
 * Holding the library folder: one process at a time may write to it. The lock itself is the platform's and dies with its
 * holder; beside it lies a note of who that is, so that the one who comes second can be told.
 */
import { formatDateTime } from '../../../shared/words/times.ts';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { AppError } from '../../../shared/system/errors.ts';
import { writeFileAtomic } from '../../platform/atomic-file.ts';
import type { LibraryPaths } from '../../platform/library-paths.ts';
import { acquireLock } from '../../platform/lock.ts';

const holderSchema = z.object({ host: z.string(), pid: z.int(), since: z.iso.datetime() });
type Holder = z.infer<typeof holderSchema>;

const HOST_NAMES: Record<string, string> = {
  browser: 'the app in a browser (serve)',
  electron: 'the desktop app',
  'command line': 'a command in a terminal',
};

/** Somebody who only looks whether the library is held takes the lock for a moment. */
const GLANCES = 5;
const GLANCE_MS = 60;

/** Takes the library for this process. @throws AppError `library-locked`, saying who holds it and what to do. */
export async function holdLibrary(paths: LibraryPaths, host: string): Promise<{ release(): void }> {
  let lock = acquireLock(paths.lock);
  for (let i = 0; lock === null && i < GLANCES; i++) {
    const holder = readHolder(holderFile(paths));
    if (holder !== null) throw lockedError(holder);
    await delay(GLANCE_MS);
    lock = acquireLock(paths.lock);
  }
  if (lock === null) throw lockedError(readHolder(holderFile(paths)));
  const holder: Holder = { host, pid: process.pid, since: new Date().toISOString() };
  try {
    writeFileAtomic(holderFile(paths), JSON.stringify(holder));
  } catch (error) {
    lock.release();
    throw error;
  }
  return {
    release() {
      fs.rmSync(holderFile(paths), { force: true });
      lock.release();
    },
  };
}

const holderFile = (paths: LibraryPaths): string => path.join(paths.home, 'library.holder.json');

function readHolder(file: string): Holder | null {
  try {
    const holder = holderSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
    process.kill(holder.pid, 0);
    return holder;
  } catch {
    // No note, or one left by a process that is gone: the lock alone counts.
    return null;
  }
}

function lockedError(holder: Holder | null): AppError {
  const who =
    holder === null
      ? ''
      : ` (${HOST_NAMES[holder.host] ?? holder.host}, process ${holder.pid}, since ${formatDateTime(holder.since)})`;
  return new AppError('library-locked', `The library is in use by another Transfusion Lab${who}.`, {
    action:
      'Work there, or close it and try again. Commands that only read (list, show, status, results) work meanwhile; --home chooses another library.',
  });
}
