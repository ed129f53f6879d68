/** The handler over an empty library: headers, errors, streams, limits. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHandler, MAX_BODY_BYTES, type FetchHandler } from '../../../main/api/handler.ts';
import { openApp, type App } from '../../../main/app.ts';
import type { LiveEvent } from '../../../shared/system/live.ts';
import { createClient, get, subscribe, type ApiClient } from './client.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let home: string;
let app: App;
let handler: FetchHandler;
let api: ApiClient;
const unexpected: string[] = [];

beforeAll(async () => {
  home = makeTemporaryFolder('handler');
  app = await openApp({ home, mode: 'host', host: 'browser' });
  handler = createHandler({
    services: app.services,
    rendererFolder: path.join(home, 'no-renderer'),
    onUnexpected: (where) => unexpected.push(where),
  });
  api = createClient(handler);
});
afterAll(async () => {
  await app.close();
});

describe('every answer', () => {
  it.each(['/', '/api/trpc/system.info', '/api/nope', '/api/trpc/nope', '/api/thumbnails/a/b', '/assets/nope.js'])(
    'carries the security headers: %s',
    async (address) => {
      const { headers } = await get(handler, address);
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
      expect(headers.get('Referrer-Policy')).toBe('no-referrer');
      expect(headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin');
      expect(headers.get('Cross-Origin-Resource-Policy')).toBe('same-origin');
      const policy = headers.get('Content-Security-Policy') ?? '';
      expect(policy).toMatch(/default-src 'none'/);
      expect(policy).toMatch(/frame-ancestors 'none'/);
      expect(policy).not.toMatch(/script-src[^;]*unsafe|https?:|\*/);
      expect(headers.get('Access-Control-Allow-Origin')).toBeNull();
    },
  );
});

describe('an empty library', () => {
  it('answers every list', async () => {
    expect(await api.datasets.list.query()).toEqual([]);
    expect(await api.studies.list.query()).toEqual([]);
    expect((await api.weights.list.query()).map(({ name }) => name)).toEqual(['natural-cbr-small', 'natural-cbr-tiny']);
    expect(await api.jobs.list.query()).toEqual([]);
    expect(await api.queue.status.query()).toMatchObject({ paused: false, running: [], queued: 0 });
    expect(await api.system.info.query()).toMatchObject({ home, hostKind: 'browser', defaultFolder: os.homedir() });
  });

  it('knows the models and their size in the paper', async () => {
    const models = await api.models.list.query({ size: 224, batch: 8 });
    expect(models.map((model) => model.id)).toContain('cbr-tiny');
    expect(models.find((model) => model.id === 'cbr-larget')?.paperParameters).toBe(8532480);
  });

  it('lists folders', async () => {
    expect((await api.system.folders.query({ path: home })).path).toBe(home);
    expect((await api.system.folders.query({})).path).toBe(os.homedir());
  });
});

describe('errors', () => {
  it.each<[string, () => Promise<unknown>, number, string]>([
    ['an unknown dataset', () => api.datasets.get.query({ id: 'nope' }), 404, 'not-found'],
    ['an unknown study', () => api.studies.results.query({ id: 'nope' }), 404, 'not-found'],
    ['an unknown run', () => api.runs.get.query({ id: 'nope' }), 404, 'not-found'],
    ['an unknown job', () => api.jobs.get.query({ id: 'nope' }), 404, 'not-found'],
    ['a folder that is not there', () => api.system.folders.query({ path: path.join(home, 'nope') }), 404, ''],
    ['bad input', () => api.models.list.query({ size: 1, batch: 8 }), 400, 'bad-input'],
  ])('are typed: %s', async (_name, call, httpStatus, code) => {
    const error = (await call().catch((thrown: unknown) => thrown)) as {
      data: { httpStatus: number; app: { code: string; message: string }; stack?: string };
    };
    if (code !== '') expect(error.data).toMatchObject({ httpStatus, app: { code } });
    expect(error.data.app.message).toMatch(/\.$/);
    expect(error.data.stack).toBeUndefined();
    expect(JSON.stringify(error.data)).not.toContain(home);
  });

  it('refuse a body that is too long, announced or not', async () => {
    const body = JSON.stringify({ folder: 'x'.repeat(MAX_BODY_BYTES + 1) });
    const init = { method: 'POST', headers: { 'Content-Type': 'application/json' } };
    expect((await get(handler, '/api/trpc/datasets.preview', { ...init, body })).status).toBe(413);
    const stream = new Blob([body]).stream();
    const streamed = await get(handler, '/api/trpc/datasets.preview', {
      ...init,
      body: stream,
      duplex: 'half',
    } as RequestInit);
    expect(streamed.status).toBe(413);
  });

  it('refuse a change by GET and a form by POST', async () => {
    expect((await get(handler, '/api/trpc/queue.pause')).status).toBe(405);
    const form = await get(handler, '/api/trpc/queue.pause', {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'a=1',
    });
    expect(form.status).toBe(415);
    expect((await api.queue.status.query()).paused).toBe(false);
  });

  it('are none of them unexpected', () => {
    expect(unexpected).toEqual([]);
  });
});

describe('streams', () => {
  it('start with what is there, and end with their reader', async () => {
    const abort = new AbortController();
    const stream = subscribe<LiveEvent>({ handler, procedure: 'live.watch', input: {}, signal: abort.signal });
    expect((await stream.next()).value).toMatchObject({ of: 'queue', status: { queued: 0 } });
    abort.abort();
    expect((await stream.next()).done).toBe(true);
  });

  it('tell an error in the stream with its shape', async () => {
    const response = await get(handler, `/api/trpc/live.watch?input=${encodeURIComponent('{"studyId":"nope"}')}`);
    const text = await response.text();
    expect(text).toContain('"code":"not-found"');
    expect(text).not.toContain('stack');
  });
});

describe('the library', () => {
  it('is held by one host; a reader sees it meanwhile', async () => {
    await expect(openApp({ home, mode: 'host', host: 'command line' })).rejects.toMatchObject({
      code: 'library-locked',
      message: expect.stringContaining('the app in a browser') as string,
    });
    const reader = await openApp({ home, mode: 'reader', host: 'command line' });
    expect(await reader.services.studies.list()).toEqual([]);
    await reader.close();
    await reader.close();
  });

  it('is seen empty by a reader where there is none yet, and is not made', async () => {
    const nowhere = path.join(home, 'nowhere');
    const reader = await openApp({ home: nowhere, mode: 'reader', host: 'command line' });
    expect(reader.services.datasets.list()).toEqual([]);
    await reader.close();
    expect(fs.existsSync(nowhere)).toBe(false);
  });
});
