import type { HostBridge } from '../../shared/system/host.ts';

export interface FolderRequest {
  title: string;
  startIn?: string;
  /** A file with one of these endings is asked for, not a folder. */
  endings?: string[];
}

/** A browser cannot ask the system for a folder: the shell shows a dialog of its own over `system.folders`. */
export interface FolderDialog {
  ask(request: FolderRequest): Promise<string | null>;
}

function download(href: string, name: string): void {
  const link = document.createElement('a');
  link.href = href;
  link.download = name;
  link.click();
}

/** The browser's version of what Electron's preload script offers. */
export function createBrowserHost(dialog: FolderDialog): HostBridge {
  return {
    kind: 'browser',
    pickFolder: (options) => dialog.ask(options),
    pickFile: (options) => dialog.ask(options),
    saveFile: ({ href, name }) => {
      download(href, name);
      return Promise.resolve(true);
    },
    // A page cannot open the file manager; the app shows this action only where `kind` is electron.
    showItem: () => Promise.resolve(),
    // A browser shows what the server sends: the tab of the report links to it.
    openReport: () => Promise.resolve(),
    openExternal: (url) => {
      window.open(url, '_blank', 'noopener,noreferrer');
      return Promise.resolve(true);
    },
  };
}

export const chooseHost = (dialog: FolderDialog): HostBridge => window.transfusionHost ?? createBrowserHost(dialog);
