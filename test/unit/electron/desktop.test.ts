/** The shell against a stand-in for Electron. Nothing here has seen the real program. */
import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/system/errors.ts';
import { startDesktop, type DesktopBackend } from '../../../main/electron/desktop.ts';
import { createStandIn, type StandIn } from './stand-in.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let folder: string;
let standIn: StandIn;
let backendCalls: string[];

beforeEach(() => {
  folder = makeTemporaryFolder('desktop');
  standIn = createStandIn(folder);
  backendCalls = [];
});

const backend = (): DesktopBackend => ({
  home: folder,
  handler: (request) => Promise.resolve(new Response(`${request.method} ${new URL(request.url).pathname}`)),
  close: () => {
    backendCalls.push('close');
    return Promise.resolve();
  },
});

function start(options: { platform?: NodeJS.Platform; open?: () => Promise<DesktopBackend> } = {}) {
  return startDesktop({
    electron: standIn.electron,
    preload: '/app/preload.cjs',
    platform: options.platform ?? 'linux',
    openBackend: options.open ?? (() => Promise.resolve(backend())),
  });
}
const firstWindow = () => standIn.windows[0] ?? expect.fail('no window');

describe('start', () => {
  it('asks for the sandbox and registers its scheme before Electron is ready', async () => {
    await start();
    expect(standIn.app.calls.slice(0, 3)).toEqual(['sandbox', 'privileged', 'ready']);
    expect(standIn.schemes).toEqual(['transfusion']);
  });

  it('does all of it before its first pause, since Electron does not wait', () => {
    void start();
    expect(standIn.app.calls).toEqual(['sandbox', 'privileged', 'ready']);
  });

  it('opens one isolated window on its own address, and shows it when there is something to see', async () => {
    await start();
    expect(firstWindow().options).toMatchObject({
      show: false,
      webPreferences: {
        preload: '/app/preload.cjs',
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        webSecurity: true,
      },
    });
    expect(firstWindow().calls).toEqual(['load transfusion://app/', 'show']);
  });

  it('leaves the field to the instance that runs already', async () => {
    standIn.app.first = false;
    await start();
    expect(standIn.app.calls).toEqual(['quit']);
    expect(standIn.windows).toEqual([]);
  });

  it('comes to the front when it is started a second time', async () => {
    await start();
    firstWindow().minimized = true;
    standIn.app.emit('second-instance');
    expect(firstWindow().calls.slice(-3)).toEqual(['restore', 'show', 'focus']);
  });

  it('says why it cannot start, and ends', async () => {
    await start({ open: () => Promise.reject(new AppError('library-locked', 'In use.', { action: 'Close it.' })) });
    expect(standIn.shown).toEqual([{ title: 'Transfusion Lab cannot start', message: 'In use.\n\nClose it.' }]);
    expect(standIn.app.calls.at(-1)).toBe('exit 1');
    expect(standIn.windows).toEqual([]);
  });
});

describe('end', () => {
  it('closes the library before it exits, once', async () => {
    await start();
    let prevented = 0;
    const event = { preventDefault: () => prevented++ };
    standIn.app.emit('before-quit', event);
    standIn.app.emit('before-quit', event);
    await expect.poll(() => standIn.app.calls.at(-1)).toBe('exit 0');
    expect(prevented).toBe(1);
    expect(backendCalls).toEqual(['close']);
  });

  it('quits with its last window, except on macOS', async () => {
    await start();
    standIn.app.emit('window-all-closed');
    expect(standIn.app.calls.at(-1)).toBe('quit');
    standIn = createStandIn(folder);
    await start({ platform: 'darwin' });
    firstWindow().close();
    standIn.app.emit('window-all-closed');
    expect(standIn.app.calls).not.toContain('quit');
    standIn.app.emit('activate');
    await expect.poll(() => standIn.windows.length).toBe(2);
  });

  it('keeps the place of the window', async () => {
    await start();
    firstWindow().bounds = { x: 100, y: 50, width: 900, height: 700 };
    firstWindow().maximized = true;
    firstWindow().close();
    standIn = createStandIn(folder);
    await start();
    expect(firstWindow().options).toMatchObject({ x: 100, y: 50, width: 900, height: 700 });
    expect(firstWindow().calls).toContain('maximize');
  });
});

describe('the scheme', () => {
  it('hands the app’s own requests to the handler', async () => {
    await start();
    const response = await standIn.request('transfusion://app/api/trpc/jobs.list');
    expect(await response?.text()).toBe('GET /api/trpc/jobs.list');
  });

  it.each([
    ['another host of the scheme', 'transfusion://other/', {}],
    ['another origin', 'transfusion://app/', { headers: { Origin: 'https://evil.example' } }],
  ])('refuses %s', async (_name, url, init) => {
    await start();
    expect((await standIn.request(url, init))?.status).toBe(403);
  });
});

describe('a hostile page', () => {
  it.each(['will-navigate', 'will-redirect', 'will-frame-navigate'])('cannot leave the app by %s', async (event) => {
    await start();
    const contents = firstWindow().webContents;
    for (const url of [
      'https://evil.example/',
      'file:///etc/passwd',
      'transfusion://app.evil.example/',
      'javascript:x',
    ]) {
      expect(contents.provoke(event, url)).toBe(true);
    }
    expect(contents.provoke(event, 'transfusion://app/studies')).toBe(false);
    expect(standIn.shellCalls).toEqual([]);
  });

  it('cannot embed pages or open windows', async () => {
    await start();
    expect(firstWindow().webContents.provoke('will-attach-webview', '')).toBe(true);
    expect(firstWindow().webContents.openHandler({ url: 'transfusion://app/' })).toEqual({ action: 'deny' });
  });

  it('gets no permission', async () => {
    await start();
    let granted = true;
    standIn.session.permissionRequest({}, 'media', (answer) => (granted = answer));
    expect(granted).toBe(false);
    expect(standIn.session.permissionCheck()).toBe(false);
    expect(standIn.session.devicePermission()).toBe(false);
  });

  it('reaches no network', async () => {
    await start();
    for (const url of ['https://evil.example/?x=1', 'http://127.0.0.1:80/', 'wss://evil.example/', 'devtools://x']) {
      expect(standIn.session.isCancelled(url)).toBe(true);
    }
    for (const url of ['transfusion://app/assets/app.js', 'data:image/png;base64,', 'blob:transfusion://app/1']) {
      expect(standIn.session.isCancelled(url)).toBe(false);
    }
  });

  it('opens known https links only, and only when the user agrees', async () => {
    await start();
    const open = (url: string) => firstWindow().webContents.openHandler({ url });
    for (const url of [
      'https://evil.example/',
      'http://arxiv.org/',
      'https://arxiv.org.evil.example/',
      'https://arxiv.org:8443/',
      'https://user@arxiv.org/',
      'file:///etc/passwd',
      'not an address',
    ]) {
      open(url);
    }
    open('https://arxiv.org/abs/1902.07208');
    // The only question, and so none was asked for the others before it.
    await expect.poll(() => standIn.shown.length).toBe(1);
    standIn.user.button = 0;
    open('https://arxiv.org/abs/1902.07208');
    await expect.poll(() => standIn.shellCalls).toEqual(['external https://arxiv.org/abs/1902.07208']);
    expect(standIn.shown).toHaveLength(2);
  });
});

describe('menu', () => {
  it('shows developer items in development only', async () => {
    await start();
    expect(JSON.stringify(standIn.menu())).not.toContain('toggleDevTools');
    standIn = createStandIn(folder);
    standIn.app.isPackaged = false;
    await start();
    expect(JSON.stringify(standIn.menu())).toContain('toggleDevTools');
  });

  it('opens the library folder', async () => {
    await start();
    standIn.menu()[0]?.submenu?.[0]?.click?.();
    expect(standIn.shellCalls).toEqual([`open ${folder}`]);
  });
});
