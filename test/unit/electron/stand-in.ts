/** A stand-in for Electron: records what the shell asks for, and lets a test play the user, the system and a hostile page. */
import { EventEmitter } from 'node:events';
import type { BrowserWindowConstructorOptions, CustomScheme, Rectangle, WindowOpenHandlerResponse } from 'electron';
import type { ElectronPort } from '../../../main/electron/electron-port.ts';

type Frame = { url: string; parent: unknown };
type HostFunction = (event: { senderFrame: Frame | null }, argument: unknown) => unknown;
type Menu = { submenu?: { click?: () => void }[] }[];
type OpenHandler = (details: { url: string }) => WindowOpenHandlerResponse;
type BeforeRequest = (details: { url: string }, answer: (decision: { cancel: boolean }) => void) => void;
type PermissionRequest = (contents: unknown, permission: string, answer: (granted: boolean) => void) => void;

export class StandInContents extends EventEmitter {
  openHandler: OpenHandler = () => ({ action: 'deny' });
  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }
  printToPDF(): Promise<Uint8Array> {
    return Promise.resolve(new TextEncoder().encode('%PDF-1.7'));
  }
  /** Emits an event that a page causes; true when the shell prevented it. */
  provoke(event: string, url: string): boolean {
    let prevented = false;
    const preventable = { url, preventDefault: () => (prevented = true) };
    this.emit(event, preventable, url);
    return prevented;
  }
}

export class StandInWindow extends EventEmitter {
  readonly webContents = new StandInContents();
  readonly calls: string[] = [];
  readonly options: BrowserWindowConstructorOptions;
  minimized = false;
  maximized = false;
  bounds: Rectangle = { x: 10, y: 20, width: 1000, height: 700 };

  constructor(options: BrowserWindowConstructorOptions) {
    super();
    this.options = options;
  }
  loadURL(url: string): Promise<void> {
    this.calls.push(`load ${url}`);
    this.emit('ready-to-show');
    return Promise.resolve();
  }
  show(): void {
    this.calls.push('show');
  }
  focus(): void {
    this.calls.push('focus');
  }
  restore(): void {
    this.calls.push('restore');
  }
  maximize(): void {
    this.calls.push('maximize');
  }
  isMinimized(): boolean {
    return this.minimized;
  }
  isMaximized(): boolean {
    return this.maximized;
  }
  isDestroyed(): boolean {
    return false;
  }
  getNormalBounds(): Rectangle {
    return this.bounds;
  }
  close(): void {
    this.emit('close');
    this.emit('closed');
  }
}

class StandInSession {
  permissionRequest: PermissionRequest = (_contents, _permission, answer) => answer(true);
  permissionCheck: () => boolean = () => true;
  devicePermission: () => boolean = () => true;
  beforeRequest: BeforeRequest = (_details, answer) => answer({ cancel: false });
  readonly webRequest = {
    onBeforeRequest: (_filter: unknown, listener: BeforeRequest) => (this.beforeRequest = listener),
  };
  setPermissionRequestHandler(handler: PermissionRequest): void {
    this.permissionRequest = handler;
  }
  setPermissionCheckHandler(handler: () => boolean): void {
    this.permissionCheck = handler;
  }
  setDevicePermissionHandler(handler: () => boolean): void {
    this.devicePermission = handler;
  }
  isCancelled(url: string): boolean {
    let cancelled = false;
    this.beforeRequest({ url }, (decision) => (cancelled = decision.cancel));
    return cancelled;
  }
}

class StandInApp extends EventEmitter {
  isPackaged = true;
  first = true;
  readonly calls: string[] = [];
  readonly userData: string;
  constructor(userData: string) {
    super();
    this.userData = userData;
  }
  requestSingleInstanceLock(): boolean {
    return this.first;
  }
  enableSandbox(): void {
    this.calls.push('sandbox');
  }
  whenReady(): Promise<void> {
    this.calls.push('ready');
    return Promise.resolve();
  }
  getPath(): string {
    return this.userData;
  }
  quit(): void {
    this.calls.push('quit');
  }
  exit(code: number): void {
    this.calls.push(`exit ${code}`);
  }
}

export type StandIn = ReturnType<typeof createStandIn>;

/** @param userData a folder for what the shell keeps */
export function createStandIn(userData: string) {
  const app = new StandInApp(userData);
  const session = new StandInSession();
  const windows: StandInWindow[] = [];
  const ipc = new Map<string, HostFunction>();
  const schemes: string[] = [];
  const handlers = new Map<string, (request: Request) => Promise<Response>>();
  const shellCalls: string[] = [];
  const shown: { message?: string; title?: string }[] = [];
  /** What the user answers to the next dialogs. */
  const user = { folder: null as string | null, file: null as string | null, button: 1 };
  let menu: Menu = [];

  const electron = {
    app,
    protocol: {
      registerSchemesAsPrivileged: (list: CustomScheme[]) => {
        app.calls.push('privileged');
        schemes.push(...list.map(({ scheme }) => scheme));
      },
      handle: (scheme: string, handler: (request: Request) => Promise<Response>) => handlers.set(scheme, handler),
    },
    ipcMain: { handle: (channel: string, listener: HostFunction) => ipc.set(channel, listener) },
    dialog: {
      showOpenDialog: () =>
        Promise.resolve({ canceled: user.folder === null, filePaths: user.folder === null ? [] : [user.folder] }),
      showSaveDialog: () => Promise.resolve({ canceled: user.file === null, filePath: user.file ?? '' }),
      showMessageBox: (_window: unknown, { message }: { message: string }) => {
        shown.push({ message });
        return Promise.resolve({ response: user.button });
      },
      showErrorBox: (title: string, message: string) => shown.push({ title, message }),
    },
    shell: {
      openExternal: (url: string) => {
        shellCalls.push(`external ${url}`);
        return Promise.resolve();
      },
      openPath: (path: string) => {
        shellCalls.push(`open ${path}`);
        return Promise.resolve('');
      },
      showItemInFolder: (path: string) => shellCalls.push(`show ${path}`),
    },
    defaultSession: () => session,
    createWindow: (options: BrowserWindowConstructorOptions) => {
      const window = new StandInWindow(options);
      windows.push(window);
      app.emit('web-contents-created', {}, window.webContents);
      return window;
    },
    setMenu: (template: Menu) => (menu = template),
    displays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
  };

  const ownPage: Frame = { url: 'transfusion://app/studies', parent: null };
  return {
    electron: electron as unknown as ElectronPort,
    app,
    session,
    windows,
    schemes,
    shellCalls,
    shown,
    user,
    menu: () => menu,
    request: (url: string, init?: RequestInit) => handlers.get('transfusion')?.(new Request(url, init)),
    /** Calls a host function as the page at `frame`. */
    invoke: (channel: string, argument: unknown, frame: Frame | null = ownPage) =>
      Promise.resolve(ipc.get(channel)?.({ senderFrame: frame }, argument)),
  };
}
