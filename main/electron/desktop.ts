/** The desktop shell: one window over the fetch handler. All of Electron comes in by its port. */
import path from 'node:path';
import { toErrorShape } from '../../shared/system/errors.ts';
import type { BrowserWindow } from 'electron';
import type { FetchHandler } from '../api/handler.ts';
import type { ElectronPort } from './electron-port.ts';
import { openExternalLink } from './external-links.ts';
import { registerHostFunctions } from './host-functions.ts';
import { menuTemplate } from './menu.ts';
import { APP_ORIGIN, mountScheme, registerScheme } from './scheme.ts';
import { lockDownContents, lockDownSession } from './security.ts';
import { readWindowState, writeWindowState } from './window-bounds.ts';

const PAPER = 'https://arxiv.org/abs/1902.07208';

/** The opened library: what the shell needs of it. */
export interface DesktopBackend {
  home: string;
  handler: FetchHandler;
  /** Checkpoints what runs and frees the library. */
  close(): Promise<void>;
}

export interface DesktopOptions {
  electron: ElectronPort;
  openBackend: () => Promise<DesktopBackend>;
  /** The compiled preload script, absolute. */
  preload: string;
  platform: NodeJS.Platform;
}

/** Call before Electron is ready. Resolves when the first window is there, or when the app has to end. */
export async function startDesktop(options: DesktopOptions): Promise<void> {
  const { electron, platform } = options;
  const { app, dialog, shell } = electron;
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  let window: BrowserWindow | null = null;
  let backend: DesktopBackend | null = null;
  const developer = !app.isPackaged;

  app.enableSandbox();
  registerScheme(electron.protocol);
  const openExternal = (url: string): void => {
    if (window !== null) void openExternalLink({ url, window, dialog, shell }).catch(() => undefined);
  };
  app.on('web-contents-created', (_event, contents) => lockDownContents(contents, openExternal));
  app.on('second-instance', () => showAgain(window));
  app.on('window-all-closed', () => {
    if (platform !== 'darwin') app.quit();
  });
  app.on('before-quit', (event) => {
    if (backend === null) return;
    event.preventDefault();
    const closing = backend;
    backend = null;
    closing.close().then(
      () => app.exit(0),
      () => app.exit(1),
    );
  });

  await app.whenReady();
  lockDownSession(electron.defaultSession(), { allowDevTools: developer });
  try {
    backend = await options.openBackend();
  } catch (error) {
    const { message, action } = toErrorShape(error);
    dialog.showErrorBox('Transfusion Lab cannot start', [message, action].filter(Boolean).join('\n\n'));
    app.exit(1);
    return;
  }
  const { home, handler } = backend;
  mountScheme(electron.protocol, handler);
  registerHostFunctions({ electron, handler, home, window: () => window });
  electron.setMenu(
    menuTemplate({
      platform,
      developer,
      showLibrary: () => void shell.openPath(home),
      openPaper: () => openExternal(PAPER),
    }),
  );
  const openWindow = async (): Promise<void> => {
    const opened = createWindow(options);
    window = opened;
    opened.on('closed', () => (window = null));
    await opened.loadURL(`${APP_ORIGIN}/`);
  };
  app.on('activate', () => {
    if (window === null) void openWindow();
    else showAgain(window);
  });
  await openWindow();
}

function createWindow({ electron, preload }: DesktopOptions): BrowserWindow {
  const stateFile = path.join(electron.app.getPath('userData'), 'window.json');
  const { maximized, ...bounds } = readWindowState(
    stateFile,
    electron.displays().map((display) => display.workArea),
  );
  const window = electron.createWindow({
    ...bounds,
    minWidth: 800,
    minHeight: 600,
    show: false,
    title: 'Transfusion Lab',
    backgroundColor: '#ffffff',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      webSecurity: true,
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => {
    if (maximized === true) window.maximize();
    window.show();
  });
  window.on('close', () =>
    writeWindowState(stateFile, { ...window.getNormalBounds(), maximized: window.isMaximized() }),
  );
  return window;
}

function showAgain(window: BrowserWindow | null): void {
  if (window === null || window.isDestroyed()) return;
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
