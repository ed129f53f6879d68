/** The machine that the app runs on: versions, readiness, and the folders that a browser cannot list by itself. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AppError } from '../../../shared/system/errors.ts';
import type { DoctorReport, FolderListing, SystemInfo } from '../../../shared/system/system.ts';
import { appVersion } from './app-version.ts';

export interface SystemService {
  info(): SystemInfo;
  doctor(): Promise<DoctorReport>;
  /** Sub-folders of `folder` (default: the user's home), and files with one of `endings` (without dot); hidden ones left out. */
  folders(folder?: string, endings?: readonly string[]): Promise<FolderListing>;
}

export function createSystemService(deps: {
  home: string;
  hostKind: SystemInfo['hostKind'];
  doctor: () => Promise<DoctorReport>;
}): SystemService {
  /** It probes with processes of some hundred megabytes: whoever asks meanwhile gets the same answer. */
  let examining: Promise<DoctorReport> | null = null;
  return {
    info: () => ({
      version: appVersion(),
      home: deps.home,
      hostKind: deps.hostKind,
      defaultFolder: os.homedir(),
      platform: process.platform,
    }),
    doctor: () => (examining ??= deps.doctor().finally(() => (examining = null))),
    folders: (folder, endings) => listFolders(folder ?? os.homedir(), endings),
  };
}

/**
 * @throws AppError `bad-input` for a relative path or a file, `not-found`, `io` where the folder may not be read
 */
export async function listFolders(folder: string, endings: readonly string[] = []): Promise<FolderListing> {
  if (!path.isAbsolute(folder)) {
    throw new AppError('bad-input', 'Expected the full path of a folder, got a relative one.', {
      action: `Start with "${path.parse(os.homedir()).root}".`,
    });
  }
  const here = path.resolve(folder);
  const entries = await readEntries(here);
  const folders: FolderListing['folders'] = [];
  const chosen: FolderListing['chosen'] = [];
  let files = 0;
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    if (await isFolder(here, entry)) folders.push({ name: entry.name, path: path.join(here, entry.name) });
    else {
      files++;
      const ending = path.extname(entry.name).slice(1).toLowerCase();
      if (endings.includes(ending)) chosen.push({ name: entry.name, path: path.join(here, entry.name) });
    }
  }
  for (const list of [folders, chosen]) {
    list.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true, sensitivity: 'base' }));
  }
  const parent = path.dirname(here);
  return { path: here, parent: parent === here ? null : parent, folders, files, chosen };
}

async function readEntries(folder: string): Promise<fs.Dirent[]> {
  try {
    return await fs.promises.readdir(folder, { withFileTypes: true });
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') {
      throw new AppError('not-found', 'There is no folder at this path.', { action: 'Check the spelling.', cause });
    }
    if (code === 'ENOTDIR') {
      throw new AppError('bad-input', 'Expected a folder, got a file.', {
        action: 'Choose the folder it is in.',
        cause,
      });
    }
    throw new AppError('io', 'This folder cannot be read.', {
      action: 'Give this user the right to read it, or choose another folder.',
      details: code ?? 'unknown',
      cause,
    });
  }
}

async function isFolder(parent: string, entry: fs.Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  // A link that leads nowhere is shown as a file: what is chosen is looked at anew.
  const target = await fs.promises.stat(path.join(parent, entry.name)).catch(() => null);
  return target?.isDirectory() === true;
}
