/** Downloads against a server on this machine: continued, changed, cut, wrong, refused, cancelled. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/system/errors.ts';
import {
  discardPartial,
  downloadFile,
  partialBytes,
  type DownloadSource,
} from '../../../main/services/weights/weights-download.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const CONTENT = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 31) % 251));
const hash = (algorithm: string, content = CONTENT) => createHash(algorithm).update(content).digest('hex');

interface Behaviour {
  etag?: string;
  lastModified?: string;
  content?: Buffer;
  /** The connection breaks once the download has stored so many bytes of the answer; none follow. */
  cutAfter?: number;
  status?: number;
  ignoreRange?: boolean;
}

let folder: string;
let file: string;
let server: http.Server;
let url: string;
let behaviour: Behaviour;
let requests: http.IncomingHttpHeaders[];
let progress: [number, number][];
let abort: AbortController;
/** Breaks the connection of an answer that is to be cut, once so many bytes are stored. */
let cut: { at: number; now: () => void } | null;

beforeEach(async () => {
  folder = makeTemporaryFolder('download');
  file = path.join(folder, 'downloads', 'weights.h5');
  behaviour = { etag: '"v1"' };
  requests = [];
  progress = [];
  abort = new AbortController();
  cut = null;
  server = http.createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/weights.h5`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function answer(request: http.IncomingMessage, response: http.ServerResponse): void {
  requests.push(request.headers);
  const { etag, lastModified, content = CONTENT, cutAfter, status, ignoreRange } = behaviour;
  if (status !== undefined) {
    response.writeHead(status).end('no');
    return;
  }
  const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  const condition = request.headers['if-range'];
  const unchanged = condition !== undefined && (condition === etag || condition === lastModified);
  const begin = asked !== null && unchanged && ignoreRange !== true ? Number(asked[1]) : 0;
  const body = content.subarray(begin);
  response.writeHead(begin > 0 ? 206 : 200, {
    'content-length': body.length,
    ...(begin > 0 ? { 'content-range': `bytes ${begin}-${content.length - 1}/${content.length}` } : {}),
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { 'last-modified': lastModified }),
  });
  if (cutAfter === undefined) response.end(body);
  else {
    cut = { at: begin + cutAfter, now: () => response.destroy() };
    response.write(body.subarray(0, cutAfter));
  }
}

const source = (change: Partial<DownloadSource> = {}): DownloadSource => ({
  url,
  fileName: 'weights.h5',
  bytes: CONTENT.length,
  sha256: hash('sha256'),
  md5: null,
  ...change,
});

const download = (change: Partial<DownloadSource> = {}) =>
  downloadFile({
    source: source(change),
    file,
    onProgress: (done, total) => {
      progress.push([done, total]);
      if (cut !== null && done >= cut.at) cut.now();
    },
    signal: abort.signal,
  });

async function failure(change: Partial<DownloadSource> = {}): Promise<AppError> {
  try {
    await download(change);
  } catch (error) {
    return error as AppError;
  }
  throw new Error('Expected a failure.');
}

const expectWhole = () => {
  expect(fs.readFileSync(file).equals(CONTENT)).toBe(true);
  expect(fs.readdirSync(path.dirname(file))).toEqual(['weights.h5']);
};

describe('downloadFile', () => {
  it('fetches, reports progress and checks the SHA-256', async () => {
    await download();
    expectWhole();
    expect(progress.at(-1)).toEqual([CONTENT.length, CONTENT.length]);
  });

  it('checks the MD5 where no SHA-256 is known, and takes a file of unknown size', async () => {
    await download({ sha256: null, md5: hash('md5'), bytes: null });
    expectWhole();
  });

  it.each([
    ['ETag', { etag: '"v1"' }, '"v1"'],
    ['Last-Modified', { lastModified: 'Mon, 23 Nov 2026 06:00:00 GMT' }, 'Mon, 23 Nov 2026 06:00:00 GMT'],
  ])('goes on after a cut connection, by %s', async (_, validator, sent) => {
    behaviour = { ...validator, cutAfter: 120_000 };
    const error = await failure();
    expect(error).toMatchObject({ code: 'io', action: 'Download again: it goes on from there.' });
    const have = partialBytes(file);
    expect(have).toBeGreaterThan(0);
    expect(error.message).toContain(`after ${have} of 200000 bytes`);
    behaviour = validator;
    await download();
    expectWhole();
    expect(requests.at(-1)).toMatchObject({ range: `bytes=${have}-`, 'if-range': sent });
    expect(progress.some(([done]) => done === have)).toBe(true);
  });

  it.each([
    ['has changed', { etag: '"v2"' }],
    ['knows no ranges', { etag: '"v1"', ignoreRange: true }],
  ])('starts over where the server %s', async (_, next) => {
    behaviour = { etag: '"v1"', cutAfter: 120_000, content: Buffer.alloc(CONTENT.length, 7) };
    await failure();
    behaviour = next;
    await download();
    expectWhole();
  });

  it('starts over where nothing tells whether the file is still the same', async () => {
    behaviour = { etag: 'W/"weak"', cutAfter: 120_000 };
    await failure();
    behaviour = {};
    await download();
    expectWhole();
    expect(requests.at(-1)?.range).toBeUndefined();
  });

  it('discards a file with another hash', async () => {
    const error = await failure({ sha256: hash('sha256', Buffer.from('other')) });
    expect(error.code).toBe('bad-input');
    expect(error.message).toContain(`got ${hash('sha256')}; it was discarded`);
    expect(fs.readdirSync(path.dirname(file))).toEqual([]);
  });

  it('refuses a file of another size before it is fetched', async () => {
    expect((await failure({ bytes: 5 })).message).toBe(
      'Expected a file of 5 bytes at this address, found one of 200000.',
    );
  });

  it('says what to do without the file, and without a network', async () => {
    behaviour = { status: 404 };
    const gone = await failure();
    expect(gone).toMatchObject({ code: 'not-found', message: 'The server answered 404 instead of the file.' });
    expect(gone.action).toContain(`fetch ${url}, bring the file weights.h5 here`);
    behaviour = { status: 503 };
    expect((await failure()).code).toBe('io');
    await new Promise((resolve) => server.close(resolve));
    const offline = await failure();
    expect(offline.message).toBe(`No connection to 127.0.0.1:${new URL(url).port}.`);
    expect(offline.action).toContain('weights import');
    server = http.createServer().listen(0, '127.0.0.1');
  });

  it('keeps what arrived when it is cancelled, until it is discarded', async () => {
    behaviour = { etag: '"v1"', cutAfter: 120_000 };
    const failed = downloadFile({
      source: source(),
      file,
      onProgress: (done) => {
        if (done > 0) abort.abort();
      },
      signal: abort.signal,
    });
    await expect(failed).rejects.toMatchObject({ code: 'cancelled' });
    expect(partialBytes(file)).toBeGreaterThan(0);
    discardPartial(file);
    expect(fs.readdirSync(path.dirname(file))).toEqual([]);
  });
});
