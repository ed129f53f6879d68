/** What the shell uses of Electron: `main.ts` passes the real module in, tests pass a stand-in. */
import type {
  BrowserWindow,
  BrowserWindowConstructorOptions,
  MenuItemConstructorOptions,
  Rectangle,
  Session,
} from 'electron';

export interface ElectronPort extends Pick<
  typeof Electron.CrossProcessExports,
  'app' | 'protocol' | 'ipcMain' | 'dialog' | 'shell'
> {
  defaultSession(): Session;
  createWindow(options: BrowserWindowConstructorOptions): BrowserWindow;
  setMenu(template: MenuItemConstructorOptions[]): void;
  displays(): { workArea: Rectangle }[];
}
