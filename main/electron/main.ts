/** Electron's entry: hands the real module to the shell. The only file that loads `electron` (the preload script aside). */
import path from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, Menu, protocol, screen, session, shell, utilityProcess } from 'electron';
import { toErrorShape } from '../../shared/system/errors.ts';
import { createHandler } from '../api/handler.ts';
import { openApp } from '../app.ts';
import { resolveHome } from '../platform/home.ts';
import { startDesktop } from './desktop.ts';
import { utilityStarter } from './utility-child.ts';

/** In a window that nobody sees, without scripts, in a session of its own that may load this file and nothing else. */
async function printPage(htmlFile: string): Promise<Uint8Array> {
  const own = session.fromPartition('report');
  own.webRequest.onBeforeRequest({ urls: ['<all_urls>'] }, ({ url }, answer) =>
    answer({ cancel: !url.startsWith('file:') && !url.startsWith('data:') }),
  );
  const window = new BrowserWindow({
    show: false,
    webPreferences: { session: own, sandbox: true, javascript: false, contextIsolation: true, nodeIntegration: false },
  });
  try {
    await window.loadFile(htmlFile);
    return await window.webContents.printToPDF({
      ...{ printBackground: true, preferCSSPageSize: true, generateTaggedPDF: true, generateDocumentOutline: true },
    });
  } finally {
    window.destroy();
  }
}

// Electron is ready only after this module has been evaluated: awaiting the shell here would wait for ever.
void startDesktop({
  electron: {
    app,
    protocol,
    ipcMain,
    dialog,
    shell,
    defaultSession: () => session.defaultSession,
    createWindow: (options) => new BrowserWindow(options),
    setMenu: (template) => Menu.setApplicationMenu(Menu.buildFromTemplate(template)),
    displays: () => screen.getAllDisplays(),
  },
  preload: path.join(import.meta.dirname, 'preload.cjs'),
  platform: process.platform,
  openBackend: async () => {
    const opened = await openApp({
      home: resolveHome(),
      mode: 'host',
      host: 'electron',
      startChild: utilityStarter(utilityProcess),
      printer: { available: () => true, print: printPage },
    });
    const handler = createHandler({
      services: opened.services,
      // dist/main/electron -> dist/renderer
      rendererFolder: path.join(import.meta.dirname, '..', '..', 'renderer'),
    });
    // A queue that cannot start shows in the queue strip; the window is needed to see it.
    void opened.services.queue.start().catch(() => undefined);
    return { home: opened.home, handler, close: () => opened.close() };
  },
}).catch((error: unknown) => {
  dialog.showErrorBox('Transfusion Lab cannot start', toErrorShape(error).message);
  app.exit(1);
});
