/**
 * A file from the web, on the user's request only: into `FILE.part`, continued from where it stopped (Range, with If-Range so that a
 * changed file starts over), its size and hashes checked before it gets its name.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../shared/system/errors.ts';
import type { KnownWeights } from '../../../shared/weights/weights.ts';
import { toFileError, writeFileAtomic } from '../../platform/atomic-file.ts';
import { readJsonOrNull } from '../../platform/json-file.ts';
import { freeDiskBytes } from '../../platform/machine.ts';

export type DownloadSource = Pick<KnownWeights, 'url' | 'fileName' | 'bytes' | 'sha256' | 'md5'>;

export interface DownloadOptions {
  source: DownloadSource;
  /** Where the file goes once it is whole and right. */
  file: string;
  /** Bytes done and in all; in all is 0 while unknown. */
  onProgress: (done: number, total: number) => void;
  signal: AbortSignal;
}

/** What tells whether the rest of a file still belongs to its beginning. */
const partSchema = z.object({ url: z.string(), validator: z.string() });

const partOf = (file: string): string => `${file}.part`;
const noteOf = (file: string): string => `${file}.part.json`;

/** Bytes of an unfinished download of this file. */
export const partialBytes = (file: string): number => fs.statSync(partOf(file), { throwIfNoEntry: false })?.size ?? 0;

export function discardPartial(file: string): void {
  for (const name of [partOf(file), noteOf(file)]) fs.rmSync(name, { force: true });
}

/**
 * @throws AppError `cancelled`; `io` where the network or the server fails (what arrived is kept, and the next call goes on from there);
 * `not-found` where the address has no such file; `bad-input` where size or hash differ (the file is then discarded).
 */
export async function downloadFile({ source, file, onProgress, signal }: DownloadOptions): Promise<void> {
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    await receive({ source, file, onProgress, signal });
    await verify(source, partOf(file));
    fs.renameSync(partOf(file), file);
    fs.rmSync(noteOf(file), { force: true });
  } catch (error) {
    if (error instanceof AppError && error.code === 'bad-input') discardPartial(file);
    throw signal.aborted
      ? new AppError('cancelled', 'The download was cancelled.')
      : toFileError(error, 'The download could not be stored.');
  }
}

async function receive({ source, file, onProgress, signal }: DownloadOptions): Promise<void> {
  const { response, begin } = await ask(source, file, signal);
  if (response === null) return;
  const length = Number(response.headers.get('content-length') ?? NaN);
  const total = Number.isFinite(length) ? begin + length : (source.bytes ?? 0);
  if (source.bytes !== null && Number.isFinite(length) && total !== source.bytes) {
    await response.body?.cancel();
    throw new AppError(
      'bad-input',
      `Expected a file of ${source.bytes} bytes at this address, found one of ${total}.`,
      {
        action: 'The publisher has changed it. Fetch the file elsewhere and use `weights import`.',
      },
    );
  }
  checkSpace(path.dirname(file), total - begin);
  rememberValidator(source, file, response);
  const done = await writeBody({ response, file, begin, total, onProgress, signal, source });
  if (total > 0 && done !== total) throw cutOff(source, done, total);
}

/** The response to read from, and the byte that it begins at; null where everything is there already. */
async function ask(
  source: DownloadSource,
  file: string,
  signal: AbortSignal,
): Promise<{ response: Response | null; begin: number }> {
  const have = partialBytes(file);
  const validator = readValidator(source, file);
  if (have === 0 || validator === null) return { response: await request(source, {}, signal), begin: 0 };
  if (have === source.bytes) return { response: null, begin: have };
  const response = await request(source, { range: `bytes=${have}-`, 'if-range': validator }, signal);
  if (response.status === 200) return { response, begin: 0 };
  const range = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '');
  if (response.status === 206 && Number(range?.[1]) === have) return { response, begin: have };
  // Nothing after what is there, or another part than was asked for.
  await response.body?.cancel();
  return { response: await request(source, {}, signal), begin: 0 };
}

async function request(
  source: DownloadSource,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(source.url, { headers: { 'accept-encoding': 'identity', ...headers }, signal });
  } catch (cause) {
    throw noConnection(source, cause);
  }
  if (response.ok || response.status === 416) return response;
  await response.body?.cancel();
  const gone = response.status === 404 || response.status === 410;
  throw new AppError(gone ? 'not-found' : 'io', `The server answered ${response.status} instead of the file.`, {
    action: manualWay(source),
    details: source.url,
  });
}

const QUIET_MS = 60_000;

async function writeBody(params: {
  response: Response;
  file: string;
  begin: number;
  total: number;
  onProgress: DownloadOptions['onProgress'];
  signal: AbortSignal;
  source: DownloadSource;
}): Promise<number> {
  const { response, file, begin, total, onProgress, signal, source } = params;
  const handle = await fs.promises.open(partOf(file), begin > 0 ? 'r+' : 'w');
  let done = begin;
  const reader = (response.body as ReadableStream<Uint8Array> | null)?.getReader();
  const stop = (): void => void reader?.cancel().catch(() => undefined);
  signal.addEventListener('abort', stop);
  let quiet: NodeJS.Timeout | undefined;
  try {
    await handle.truncate(begin);
    onProgress(done, total);
    for (;;) {
      clearTimeout(quiet);
      quiet = setTimeout(stop, QUIET_MS);
      const chunk = await reader?.read().catch((cause: unknown) => {
        throw cutOff(source, done, total, cause);
      });
      signal.throwIfAborted();
      const value = chunk?.value;
      if (value === undefined) break;
      await handle.write(value, 0, value.length, done);
      done += value.length;
      onProgress(done, total);
    }
    await handle.sync();
    return done;
  } finally {
    clearTimeout(quiet);
    signal.removeEventListener('abort', stop);
    await handle.close();
  }
}

function readValidator(source: DownloadSource, file: string): string | null {
  const note = readJsonOrNull(noteOf(file), partSchema);
  return note?.url === source.url ? note.validator : null;
}

/** A weak ETag does not vouch for bytes; without a validator there is nothing to continue by. */
function rememberValidator(source: DownloadSource, file: string, { headers }: Response): void {
  const etag = headers.get('etag');
  const validator = etag !== null && !etag.startsWith('W/') ? etag : headers.get('last-modified');
  if (validator === null) fs.rmSync(noteOf(file), { force: true });
  else writeFileAtomic(noteOf(file), JSON.stringify({ url: source.url, validator }));
}

async function verify({ bytes, sha256, md5 }: DownloadSource, file: string): Promise<void> {
  const size = fs.statSync(file).size;
  if (bytes !== null && size !== bytes) throw wrong(`${bytes} bytes`, `${size}`);
  for (const [algorithm, label, expected] of [
    ['sha256', 'SHA-256', sha256],
    ['md5', 'MD5', md5],
  ] as const) {
    if (expected === null) continue;
    const found = await hashOf(file, algorithm);
    if (found !== expected) throw wrong(`the ${label} ${expected}`, found);
  }
}

async function hashOf(file: string, algorithm: string): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of fs.createReadStream(file, { highWaterMark: 2 ** 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

const wrong = (expected: string, found: string): AppError =>
  new AppError('bad-input', `Expected a file with ${expected}, got ${found}; it was discarded.`, {
    action:
      'Download it again. If that does not help, the publisher has changed the file, or something on the way changes it.',
  });

function checkSpace(folder: string, needed: number): void {
  if (needed <= freeDiskBytes(folder)) return;
  throw new AppError(
    'out-of-space',
    `The download needs ${Math.ceil(needed / 1e6)} MB, and the disk of the library has less.`,
    {
      action: 'Free some space, then download again.',
    },
  );
}

const cutOff = ({ fileName }: DownloadSource, done: number, total: number, cause?: unknown): AppError =>
  new AppError('io', `The connection ended after ${done} of ${total || 'an unknown number of'} bytes of ${fileName}.`, {
    action: 'Download again: it goes on from there.',
    ...(cause === undefined ? {} : { cause }),
  });

const noConnection = (source: DownloadSource, cause: unknown): AppError =>
  new AppError('io', `No connection to ${new URL(source.url).host}.`, {
    action: manualWay(source),
    details: String((cause as { cause?: { code?: unknown } }).cause?.code ?? cause),
    cause,
  });

/** What to do on a machine without a network. */
export const manualWay = ({ url, fileName }: Pick<DownloadSource, 'url' | 'fileName'>): string =>
  `On a machine with a network, fetch ${url}, bring the file ${fileName} here and import it (\`weights import FILE\`).`;
