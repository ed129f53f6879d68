/** What the renderer may ask of the shell. Every call is checked: who sends it, what it carries, what it may touch. */
import fs from 'node:fs';
import path from 'node:path';
import type { BrowserWindow } from 'electron';
import type { z } from 'zod';
import { AppError, toErrorShape, type Result } from '../../shared/system/errors.ts';
import type { FetchHandler } from '../api/handler.ts';
import { writeFileAtomic } from '../platform/atomic-file.ts';
import { CHANNELS } from './channel-names.ts';
import type { ElectronPort } from './electron-port.ts';
import { openExternalLink } from './external-links.ts';
import {
  openExternalSchema,
  openReportSchema,
  pickFileSchema,
  pickFolderSchema,
  saveFileSchema,
  showItemSchema,
} from './host-schemas.ts';
import { APP_ORIGIN, isOwnAddress } from './scheme.ts';

export interface HostFunctionsOptions {
  electron: ElectronPort;
  handler: FetchHandler;
  /** The library folder: what `showItem` may show. */
  home: string;
  window: () => BrowserWindow | null;
}

/** Registers the functions. Answers are Results, since an error thrown across Electron's channel loses its code. */
export function registerHostFunctions(options: HostFunctionsOptions): void {
  const { electron, handler, home } = options;
  const { dialog, shell } = electron;

  function serve<S extends z.ZodType>(
    channel: string,
    schema: S,
    work: (input: z.output<S>, window: BrowserWindow) => Promise<unknown>,
  ): void {
    electron.ipcMain.handle(channel, async (event, raw): Promise<Result<unknown>> => {
      try {
        assertSender(event.senderFrame);
        const window = options.window();
        if (window === null) throw new AppError('conflict', 'The window has been closed.');
        return { ok: true, value: await work(parse(schema, raw), window) };
      } catch (error) {
        return { ok: false, error: toErrorShape(error) };
      }
    });
  }

  serve(CHANNELS.pickFolder, pickFolderSchema, async ({ title, startIn }, window) => {
    const { canceled, filePaths } = await dialog.showOpenDialog(window, {
      title,
      properties: ['openDirectory', 'createDirectory'],
      ...(startIn === undefined ? {} : { defaultPath: startIn }),
    });
    return canceled ? null : (filePaths[0] ?? null);
  });

  serve(CHANNELS.pickFile, pickFileSchema, async ({ title, startIn, endings }, window) => {
    const { canceled, filePaths } = await dialog.showOpenDialog(window, {
      title,
      properties: ['openFile'],
      filters: [{ name: endings.map((ending) => `.${ending}`).join(', '), extensions: endings }],
      ...(startIn === undefined ? {} : { defaultPath: startIn }),
    });
    return canceled ? null : (filePaths[0] ?? null);
  });

  serve(CHANNELS.saveFile, saveFileSchema, async ({ href, name }, window) => {
    const file = await askWhereToSave(electron, window, name);
    if (file === null) return false;
    const response = await handler(new Request(`${APP_ORIGIN}${href}`));
    if (!response.ok) throw new AppError('not-found', 'There is no such file to save.', { action: 'Export it again.' });
    writeFileAtomic(file, new Uint8Array(await response.arrayBuffer()));
    return true;
  });

  serve(CHANNELS.showItem, showItemSchema, (item) => {
    shell.showItemInFolder(insideLibrary(home, item));
    return Promise.resolve();
  });

  serve(CHANNELS.openReport, openReportSchema, async (item) => {
    const failure = await shell.openPath(insideLibrary(home, item));
    if (failure !== '') {
      throw new AppError('unsupported', 'The system has no program that opens this file.', {
        action: 'Use “Show in folder”, and open it from there.',
      });
    }
  });

  serve(CHANNELS.openExternal, openExternalSchema, (url, window) => openExternalLink({ url, window, dialog, shell }));
}

/** Only the app's own top page may call; a frame inside it, or a page that is gone, may not. */
export function assertSender(frame: { readonly url: string; readonly parent: unknown } | null): void {
  if (frame !== null && frame.parent === null && isOwnAddress(frame.url)) return;
  throw new AppError('unsupported', 'Expected a call of the app itself.');
}

/** `item` as an absolute path, if it exists inside the library folder (links followed). */
function insideLibrary(home: string, item: string): string {
  const refused = new AppError('bad-input', 'Expected a file or folder of the library, got something else.');
  let real: string;
  let realHome: string;
  try {
    realHome = fs.realpathSync(home);
    real = fs.realpathSync(path.resolve(home, item));
  } catch {
    throw refused;
  }
  const relative = path.relative(realHome, real);
  if (relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)) throw refused;
  return real;
}

async function askWhereToSave(electron: ElectronPort, window: BrowserWindow, name: string): Promise<string | null> {
  const ending = path.extname(name).slice(1);
  const { canceled, filePath } = await electron.dialog.showSaveDialog(window, {
    defaultPath: path.join(electron.app.getPath('documents'), name),
    filters: ending === '' ? [] : [{ name: ending.toUpperCase(), extensions: [ending] }],
  });
  return canceled || filePath === '' ? null : filePath;
}

function parse<S extends z.ZodType>(schema: S, raw: unknown): z.output<S> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new AppError('bad-input', parsed.error.issues[0]?.message ?? 'The call cannot be used.');
}
