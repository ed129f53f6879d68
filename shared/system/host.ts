/**
 * What only a host can do for the renderer. The browser has a version of its own in `renderer/`; in Electron the preload
 * script offers this object as `window.transfusionHost`. Paths are absolute paths of the machine that runs the app.
 */
export interface HostBridge {
  readonly kind: 'browser' | 'electron';
  /** Asks for a folder; null when the user cancels. */
  pickFolder(options: { title: string; startIn?: string }): Promise<string | null>;
  /** Asks for a file with one of these endings (without dot); null when the user cancels. */
  pickFile(options: { title: string; endings: string[]; startIn?: string }): Promise<string | null>;
  /** Asks where to save a file that the API serves at `href` (an address under `/api/`); false when the user cancels. */
  saveFile(options: { href: string; name: string }): Promise<boolean>;
  /** Shows a file or folder of the library in the system's file manager. */
  showItem(path: string): Promise<void>;
  /** Opens a report of the library in the program that the system has for it. */
  openReport(path: string): Promise<void>;
  /** Opens one of the app's known addresses in the system's browser, after asking; false when refused. */
  openExternal(url: string): Promise<boolean>;
}

declare global {
  // The property of the window in Electron; undefined in a browser.
  var transfusionHost: HostBridge | undefined;
}
