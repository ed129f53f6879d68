/** Writing a file so that a reader (or a later start after a power cut) sees the old content or the new, never a part. */
import fs from 'node:fs';
import path from 'node:path';
import { AppError } from '../../shared/system/errors.ts';

let counter = 0;

/** A name beside `file` that no other process or call uses. */
export function temporaryName(file: string): string {
  return path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.${counter++}.tmp`);
}

/**
 * Writes `data` to `file`: temporary name, fsync, rename. Makes the folder when it is missing.
 * @throws AppError `out-of-space` or `io`; the previous content of `file` is then untouched.
 */
export function writeFileAtomic(file: string, data: string | NodeJS.ArrayBufferView): void {
  commitFile(file, (temporary) => fs.writeFileSync(temporary, data));
}

/** Like {@link writeFileAtomic} for a producer that writes to a path itself: it gets the temporary name. */
export function commitFile(file: string, write: (temporary: string) => void): void {
  const temporary = temporaryName(file);
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    write(temporary);
    putInPlace(temporary, file);
  } catch (error) {
    throw notWritten(temporary, file, error);
  }
}

/** Like {@link commitFile} for a producer that lets other work in between. */
export async function commitFileSlowly(file: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = temporaryName(file);
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    await write(temporary);
    putInPlace(temporary, file);
  } catch (error) {
    throw notWritten(temporary, file, error);
  }
}

function putInPlace(temporary: string, file: string): void {
  syncFile(temporary);
  fs.renameSync(temporary, file);
  syncFolder(path.dirname(file));
}

function notWritten(temporary: string, file: string, error: unknown): unknown {
  fs.rmSync(temporary, { force: true });
  return toFileError(error, `Could not write ${path.basename(file)}.`);
}

/** An error of the file system as an {@link AppError} that says what to do; other errors are returned as they are. */
export function toFileError(error: unknown, message: string): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (typeof code !== 'string' || error instanceof AppError) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL') {
    return new AppError('out-of-space', `${message} The disk is full.`, {
      action: 'Free some space on the disk of the library folder, then resume.',
      details: code,
      cause: error,
    });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code.startsWith('SQLITE_READONLY')) {
    return new AppError('io', `${message} The folder may not be written to.`, {
      action: 'Give this user the right to write there, or choose another library folder with --home.',
      details: code,
      cause: error,
    });
  }
  return new AppError('io', message, { details: code, cause: error });
}

function syncFile(file: string): void {
  const handle = fs.openSync(file, 'r+');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** Makes the rename itself durable. Windows cannot open a folder for this, and does not need it. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}
