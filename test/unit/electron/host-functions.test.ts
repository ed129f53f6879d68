import type { BrowserWindow } from 'electron';
import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { HostBridge } from '../../../shared/system/host.ts';
import { createHostBridge } from '../../../main/electron/host-bridge.ts';
import { registerHostFunctions } from '../../../main/electron/host-functions.ts';
import { createStandIn, type StandIn } from './stand-in.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let root: string;
let home: string;
let standIn: StandIn;
let host: HostBridge;
let window: BrowserWindow | null;
let asked: string[];

beforeEach(() => {
  root = makeTemporaryFolder('host');
  home = path.join(root, 'library');
  fs.mkdirSync(path.join(home, 'reports'), { recursive: true });
  standIn = createStandIn(root);
  asked = [];
  window = standIn.electron.createWindow({});
  registerHostFunctions({
    electron: standIn.electron,
    home,
    window: () => window,
    handler: (request) => {
      asked.push(new URL(request.url).pathname);
      const found = request.url.endsWith('report.html');
      return Promise.resolve(new Response(found ? '<html>' : 'no', { status: found ? 200 : 404 }));
    },
  });
  host = createHostBridge((channel, argument) => standIn.invoke(channel, argument));
});

describe('host functions', () => {
  it('picks a folder, or none when the user cancels', async () => {
    expect(await host.pickFolder({ title: 'Choose' })).toBeNull();
    standIn.user.folder = '/data/images';
    expect(await host.pickFolder({ title: 'Choose', startIn: '/data' })).toBe('/data/images');
  });

  it('picks a file with one of the endings', async () => {
    expect(await host.pickFile({ title: 'Choose', endings: ['h5', 'safetensors'] })).toBeNull();
    standIn.user.folder = '/data/imagenet.h5';
    expect(await host.pickFile({ title: 'Choose', endings: ['h5'], startIn: '/data' })).toBe('/data/imagenet.h5');
    await expect(host.pickFile({ title: 'Choose', endings: ['../x'] })).rejects.toThrow();
  });

  it('saves a download of the API where the user says', async () => {
    expect(await host.saveFile({ href: '/api/reports/s1/report.html', name: 'report.html' })).toBe(false);
    expect(asked).toEqual([]);
    standIn.user.file = path.join(root, 'saved.html');
    expect(await host.saveFile({ href: '/api/reports/s1/report.html', name: 'report.html' })).toBe(true);
    expect(fs.readFileSync(standIn.user.file, 'utf8')).toBe('<html>');
  });

  it('writes nothing when there is no such download', async () => {
    standIn.user.file = path.join(root, 'saved.html');
    await expect(host.saveFile({ href: '/api/reports/s1/gone', name: 'gone' })).rejects.toThrow(
      'There is no such file to save. Export it again.',
    );
    expect(fs.existsSync(standIn.user.file)).toBe(false);
  });

  it.each([
    [{ href: '/api/trpc/studies.remove', name: 'x' }],
    [{ href: 'https://evil.example/api/reports/x', name: 'x' }],
    [{ href: '/api/reports/s1/report.html', name: '../../.bashrc' }],
    [{ href: '/api/reports/s1/report.html' }],
    [null],
  ])('refuses to save %o', async (argument) => {
    standIn.user.file = path.join(root, 'saved');
    await expect(host.saveFile(argument as never)).rejects.toThrow();
    expect(asked).toEqual([]);
    expect(fs.existsSync(standIn.user.file)).toBe(false);
  });

  it('shows items of the library only', async () => {
    const report = fs.realpathSync(path.join(home, 'reports'));
    await host.showItem(report);
    await host.showItem('reports');
    expect(standIn.shellCalls).toEqual([`show ${report}`, `show ${report}`]);
    fs.symlinkSync(root, path.join(home, 'link'));
    for (const item of ['/', root, path.join(home, '..'), path.join(home, 'link'), path.join(home, 'missing')]) {
      await expect(host.showItem(item)).rejects.toThrow(/Expected a file or folder of the library/);
    }
    expect(standIn.shellCalls).toHaveLength(2);
  });

  it('opens reports of the library, and nothing that could be run', async () => {
    const report = path.join(fs.realpathSync(path.join(home, 'reports')), 'report.html');
    fs.writeFileSync(report, '');
    await host.openReport('reports/report.html');
    expect(standIn.shellCalls).toEqual([`open ${report}`]);
    fs.writeFileSync(path.join(root, 'report.html'), '');
    for (const item of ['reports', '../report.html', path.join(root, 'report.html'), 'reports/report.sh']) {
      await expect(host.openReport(item)).rejects.toThrow(/Expected/);
    }
    expect(standIn.shellCalls).toHaveLength(1);
  });

  it('opens links as the shell does', async () => {
    standIn.user.button = 0;
    expect(await host.openExternal('https://evil.example/')).toBe(false);
    expect(await host.openExternal('https://arxiv.org/abs/1902.07208')).toBe(true);
  });

  it.each([
    ['a page of another place', { url: 'https://evil.example/', parent: null }],
    ['a look-alike', { url: 'transfusion://app.evil.example/', parent: null }],
    ['a frame in the page', { url: 'transfusion://app/', parent: {} }],
    ['a page that is gone', null],
  ])('does not answer %s', async (_name, frame) => {
    standIn.user.folder = '/data';
    expect(await standIn.invoke('host:pick-folder', { title: 'Choose' }, frame)).toMatchObject({
      ok: false,
      error: { code: 'unsupported' },
    });
  });

  it('says so when the window is gone', async () => {
    window = null;
    await expect(host.pickFolder({ title: 'Choose' })).rejects.toThrow('The window has been closed.');
  });
});
