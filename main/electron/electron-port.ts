/**
 * The few Electron calls that the shell makes, as an interface. `main.ts` passes the real module in (the compiler checks
 * that it fits), tests pass a stand-in.
 */
import type { MenuItemConstructorOptions } from 'electron';

export interface Preventable {
  preventDefault(): void;
}

export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface FramePort {
  readonly url: string;
  readonly parent: unknown;
}

export interface ContentsPort {
  on(event: 'will-navigate', listener: (event: Preventable, url: string) => void): unknown;
  on(event: 'will-redirect', listener: (event: Preventable, url: string) => void): unknown;
  on(event: 'will-frame-navigate', listener: (event: Preventable & { readonly url: string }) => void): unknown;
  on(event: 'will-attach-webview', listener: (event: Preventable) => void): unknown;
  setWindowOpenHandler(handler: (details: { url: string }) => { action: 'deny' }): void;
  printToPDF(options: {
    printBackground: boolean;
    preferCSSPageSize: boolean;
    generateTaggedPDF?: boolean;
    generateDocumentOutline?: boolean;
  }): Promise<Uint8Array>;
}

export interface WindowPort {
  readonly webContents: ContentsPort;
  loadURL(url: string): Promise<void>;
  show(): void;
  focus(): void;
  restore(): void;
  maximize(): void;
  isMinimized(): boolean;
  isMaximized(): boolean;
  isDestroyed(): boolean;
  getNormalBounds(): Rectangle;
  once(event: 'ready-to-show', listener: () => void): unknown;
  on(event: 'close' | 'closed', listener: () => void): unknown;
}

export interface WindowOptions extends Partial<Rectangle> {
  minWidth: number;
  minHeight: number;
  show: boolean;
  title: string;
  backgroundColor: string;
  webPreferences: {
    preload: string;
    sandbox: true;
    contextIsolation: true;
    nodeIntegration: false;
    webviewTag: false;
    webSecurity: true;
    spellcheck: false;
  };
}

export interface SessionPort {
  setPermissionRequestHandler(
    handler: (contents: unknown, permission: string, answer: (granted: boolean) => void) => void,
  ): void;
  setPermissionCheckHandler(handler: () => boolean): void;
  setDevicePermissionHandler(handler: () => boolean): void;
  readonly webRequest: {
    onBeforeRequest(
      filter: { urls: string[] },
      listener: (details: { url: string }, answer: (decision: { cancel: boolean }) => void) => void,
    ): void;
  };
}

export interface ProtocolPort {
  registerSchemesAsPrivileged(
    schemes: {
      scheme: string;
      privileges: { standard: boolean; secure: boolean; supportFetchAPI: boolean; stream: boolean; codeCache: boolean };
    }[],
  ): void;
  handle(scheme: string, handler: (request: Request) => Promise<Response>): void;
}

export interface IpcPort {
  handle(
    channel: string,
    listener: (event: { readonly senderFrame: FramePort | null }, ...args: unknown[]) => unknown,
  ): void;
}

export interface DialogPort<W> {
  showOpenDialog(
    window: W,
    options: {
      title: string;
      defaultPath?: string;
      properties: ('openDirectory' | 'createDirectory' | 'openFile')[];
      filters?: { name: string; extensions: string[] }[];
    },
  ): Promise<{ canceled: boolean; filePaths: string[] }>;
  showSaveDialog(
    window: W,
    options: { defaultPath: string; filters: { name: string; extensions: string[] }[] },
  ): Promise<{ canceled: boolean; filePath: string }>;
  showMessageBox(
    window: W,
    options: {
      type: 'question' | 'error';
      message: string;
      detail: string;
      buttons: string[];
      defaultId: number;
      cancelId: number;
      noLink: boolean;
    },
  ): Promise<{ response: number }>;
  showErrorBox(title: string, content: string): void;
}

export interface ShellPort {
  openExternal(url: string): Promise<void>;
  openPath(path: string): Promise<string>;
  showItemInFolder(path: string): void;
}

export interface AppPort {
  readonly isPackaged: boolean;
  requestSingleInstanceLock(): boolean;
  enableSandbox(): void;
  whenReady(): Promise<void>;
  getPath(name: 'userData' | 'documents'): string;
  quit(): void;
  exit(code: number): void;
  on(event: 'second-instance' | 'activate' | 'window-all-closed', listener: () => void): unknown;
  on(event: 'before-quit', listener: (event: Preventable) => void): unknown;
  on(event: 'web-contents-created', listener: (event: unknown, contents: ContentsPort) => void): unknown;
}

export interface MenuItem {
  label?: string;
  role?: NonNullable<MenuItemConstructorOptions['role']>;
  type?: 'separator';
  accelerator?: string;
  click?: () => void;
  submenu?: MenuItem[];
}

/** `W`: the window type, so that the real module's own classes fit. */
export interface ElectronPort<W extends WindowPort = WindowPort> {
  readonly app: AppPort;
  readonly protocol: ProtocolPort;
  readonly ipcMain: IpcPort;
  readonly dialog: DialogPort<W>;
  readonly shell: ShellPort;
  defaultSession(): SessionPort;
  createWindow(options: WindowOptions): W;
  setMenu(template: MenuItem[]): void;
  displays(): { workArea: Rectangle }[];
}
