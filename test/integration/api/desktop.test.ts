/** The desktop shell over a real library: the scheme carries the API, streams and downloads. Electron itself is a stand-in. */
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHandler } from '../../../main/api/handler.ts';
import { openApp } from '../../../main/app.ts';
import { startDesktop } from '../../../main/electron/desktop.ts';
import { createStandIn, type StandIn } from '../../unit/electron/stand-in.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let root: string;
let home: string;
let standIn: StandIn;

beforeEach(async () => {
  root = makeTemporaryFolder('shell');
  home = path.join(root, 'library');
  const renderer = path.join(root, 'renderer');
  fs.mkdirSync(renderer);
  fs.writeFileSync(path.join(renderer, 'index.html'), '<title>Transfusion Lab</title>');
  standIn = createStandIn(root);
  await startDesktop({
    electron: standIn.electron,
    preload: path.join(root, 'preload.cjs'),
    platform: 'linux',
    openBackend: async () => {
      const app = await openApp({ home, mode: 'host', host: 'electron' });
      const handler = createHandler({ services: app.services, rendererFolder: renderer });
      return { home, handler, close: () => app.close() };
    },
  });
});
afterEach(async () => {
  standIn.app.emit('before-quit', { preventDefault: () => undefined });
  await expect.poll(() => standIn.app.calls.at(-1)).toBe('exit 0');
});

const request = async (address: string, init?: RequestInit): Promise<Response> =>
  (await standIn.request(`transfusion://app${address}`, init)) ?? expect.fail('not mounted');

describe('the desktop shell', () => {
  it('serves the page with its policy', async () => {
    const response = await request('/');
    expect(await response.text()).toContain('Transfusion Lab');
    expect(response.headers.get('Content-Security-Policy')).toMatch(/default-src 'none'/);
  });

  it('serves queries and changes', async () => {
    expect(await (await request('/api/trpc/system.info')).json()).toMatchObject({
      result: { data: { home, hostKind: 'electron' } },
    });
    const paused = await request('/api/trpc/queue.pause', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: 'transfusion://app' },
    });
    expect(await paused.json()).toMatchObject({ result: { data: { paused: true } } });
  });

  it('serves streams, which end when the page lets go', async () => {
    const response = await request('/api/trpc/live.watch?input=%7B%7D');
    const reader = response.body?.getReader() ?? expect.fail('no stream');
    expect(new TextDecoder().decode((await reader.read()).value)).toMatch(/connected/);
    await reader.cancel();
  });

  it('holds the library and frees it at its end', async () => {
    await expect(openApp({ home, mode: 'host', host: 'command line' })).rejects.toThrow(/the desktop app/);
    standIn.app.emit('before-quit', { preventDefault: () => undefined });
    await expect.poll(() => standIn.app.calls.at(-1)).toBe('exit 0');
    const next = await openApp({ home, mode: 'host', host: 'command line' });
    await next.close();
  });
});
