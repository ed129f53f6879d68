/**
 * The border at which files that a user names are opened, whatever reads them: only regular files, never larger than its reader can
 * hold. A pipe would wait for ever, and a device such as /dev/zero has no end. Messages hold no path.
 */
import fs from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { AppError } from '../../shared/system/errors.ts';
import { formatBytes } from '../../shared/words/numbers.ts';

export interface InputKind {
  /** What the reader wants, for messages: `a study bundle`. */
  what: string;
  /** Larger files are refused. */
  maxBytes?: number;
}

/** `size` in bytes. The caller closes `handle`. */
export interface InputFile {
  handle: number;
  size: number;
}

/** @throws AppError `not-found`, `io`, or `bad-input` for what is no regular file or is too large */
export function openInputFile(file: string, kind: InputKind): InputFile {
  const handle = openNow(file, kind);
  try {
    return { handle, size: checkedSize(fs.fstatSync(handle), kind) };
  } catch (error) {
    fs.closeSync(handle);
    throw error;
  }
}

/** The whole file. @throws AppError as {@link openInputFile} */
export function readInputFile(file: string, kind: InputKind & { maxBytes: number }): Buffer {
  return readInputHead(file, kind, kind.maxBytes);
}

/** The first bytes, up to `most`. @throws AppError as {@link openInputFile} */
export function readInputHead(file: string, kind: InputKind, most: number): Buffer {
  const { handle, size } = openInputFile(file, kind);
  try {
    return readInputBytes({ handle, kind, from: 0, count: Math.min(most, size) });
  } finally {
    fs.closeSync(handle);
  }
}

/** `count` bytes from the byte `from`. @throws AppError `io` where the file ends before. */
export function readInputBytes(params: { handle: number; kind: InputKind; from: number; count: number }): Buffer {
  const { handle, kind, from, count } = params;
  const bytes = Buffer.alloc(count);
  for (let done = 0; done < count;) {
    const read = readPiece(handle, bytes.subarray(done, done + PIECE_BYTES), { kind, at: from + done });
    if (read === 0) {
      throw new AppError(
        'io',
        `Expected ${kind.what}, found a file that ends ${formatBytes(count - done)} too early.`,
        {
          action: 'Copy or download it again.',
        },
      );
    }
    done += read;
  }
  return bytes;
}

/** A file of any size, piece by piece; a piece is valid only until the next one. @throws AppError as {@link openInputFile} */
export function readInputPieces(file: string, kind: InputKind, use: (piece: Uint8Array) => void): void {
  const { handle, size } = openInputFile(file, kind);
  try {
    const buffer = Buffer.alloc(Math.min(size, PIECE_BYTES));
    for (let at = 0; at < size;) {
      const read = readPiece(handle, buffer, { kind, at });
      if (read === 0) return;
      use(buffer.subarray(0, read));
      at += read;
    }
  } finally {
    fs.closeSync(handle);
  }
}

/** For readers that let other work in between; the caller closes it. @throws AppError `bad-input`, or the system's own error. */
export async function openRegularFile(file: string, kind: InputKind): Promise<{ handle: FileHandle; size: number }> {
  const handle = await open(file, READ_ONLY);
  try {
    return { handle, size: checkedSize(await handle.stat(), kind) };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

const PIECE_BYTES = 4 * 2 ** 20;

/** `O_NONBLOCK`: the opening of a pipe would otherwise wait for somebody who writes into it. Windows has neither. */
const READ_ONLY = fs.constants.O_RDONLY | ((fs.constants.O_NONBLOCK as number | undefined) ?? 0);

const OTHERS = [
  ['isDirectory', 'a folder'],
  ['isFIFO', 'a pipe'],
  ['isCharacterDevice', 'a device'],
  ['isBlockDevice', 'a device'],
] as const;

function openNow(file: string, kind: InputKind): number {
  try {
    return fs.openSync(file, READ_ONLY);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    if (code === 'EISDIR') throw noFile(kind, 'a folder');
    if (code === 'ENXIO') throw noFile(kind, 'a socket or a device');
    if (MISSING.includes(code)) {
      throw new AppError('not-found', `Expected ${kind.what}, found no file of that name.`, {
        action: 'Check the name and the folder.',
        cause,
      });
    }
    throw unreadable(kind, cause);
  }
}

const MISSING = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'];

function readPiece(handle: number, into: Buffer, { kind, at }: { kind: InputKind; at: number }): number {
  try {
    return fs.readSync(handle, into, 0, into.length, at);
  } catch (cause) {
    throw unreadable(kind, cause);
  }
}

const noFile = ({ what }: InputKind, found: string): AppError =>
  new AppError('bad-input', `Expected ${what}, found ${found}.`, { action: 'Choose another file.' });

const nameOfOther = (stat: fs.Stats): string => OTHERS.find(([is]) => stat[is]())?.[1] ?? 'something else';

/** @throws AppError `bad-input` for what is no regular file or is too large */
function checkedSize(stat: fs.Stats, kind: InputKind): number {
  const { maxBytes = Number.MAX_SAFE_INTEGER } = kind;
  if (!stat.isFile()) throw noFile(kind, nameOfOther(stat));
  if (stat.size <= maxBytes) return stat.size;
  throw noFile(kind, `a file of ${formatBytes(stat.size)}; at most ${formatBytes(maxBytes)} can be read`);
}

function unreadable({ what }: InputKind, cause: unknown): AppError {
  const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
  const forbidden = code === 'EACCES' || code === 'EPERM';
  return new AppError('io', `Expected ${what}, but the file could not be read.`, {
    action: forbidden ? 'Give this user the right to read it.' : 'Check the disk or network share that it lies on.',
    details: code,
    cause,
  });
}
