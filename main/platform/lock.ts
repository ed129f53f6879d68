/**
 * An exclusive lock that dies with its holder. It is an open exclusive transaction on a SQLite file, because SQLite's
 * locks are the operating system's own on Linux, macOS and Windows alike: after `kill -9` they are free at once,
 * which no lock made of a file's existence can promise. Nothing is ever written to the file.
 */
import fs from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { toFileError } from './atomic-file.ts';

export interface Lock {
  release(): void;
}

/**
 * Takes the lock, or returns null when another process, or this one, holds it. Makes the folder when it is missing.
 * @throws AppError `io` when the file cannot be made or opened.
 */
export function acquireLock(file: string): Lock | null {
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
  } catch (error) {
    throw toFileError(error, 'Could not make the folder of the lock file.');
  }
  let database: Database.Database;
  try {
    database = new Database(file, { timeout: 0 });
  } catch (error) {
    throw toFileError(error, 'Could not open the lock file.');
  }
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (isBusy(error)) return null;
    throw toFileError(error, 'Could not lock the lock file.');
  }
  return {
    release() {
      if (database.open) database.close();
    },
  };
}

/** True while some process holds the lock. Free for a moment only: take it to be sure. */
export function isLocked(file: string): boolean {
  if (!fs.existsSync(file)) return false;
  const lock = acquireLock(file);
  lock?.release();
  return lock === null;
}

function isBusy(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'));
}
