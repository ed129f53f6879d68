/** One walk over the user's folder: which images and tables are there. Nothing is changed, and nothing opened but files without ending. */
import type { Dirent } from 'node:fs';
import { realpath, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ImportProblem } from '../../shared/dataset/dataset.ts';
import { AppError } from '../../shared/system/errors.ts';
import { fileErrorWords } from '../platform/file-errors.ts';
import { forEachConcurrently } from '../platform/concurrently.ts';
import { beginsAsDicom } from './sniff.ts';

/** Files with these endings are taken for images; those that are not are found when they are decoded. */
const IMAGE_ENDING = /\.(jpe?g|jpe|jfif|png|tiff?|webp|gif|bmp|jp2|heic|heif|avif|dcm|dicom)$/i;
/** CheXpert Plus keeps lines of JSON in `impression_fixed.json`; other files of that ending are no tables. */
const TABLE_ENDING = /(\.((csv|tsv|jsonl)(\.gz)?|xls[xmb]?|ods)|_fixed\.json)$/i;
/** What Excel writes beside a workbook that is open. */
const OWNER_FILE = /^~\$/;
const ARCHIVE_ENDING = /\.(zip|tar|tgz|tbz2?|txz|7z|rar|(tar\.)?(gz|bz2|xz|zst))$/i;
const TEXT_ENDING = /\.txt$/i;
/** Written by the phantom generator. */
const SYNTHETIC_NOTE = 'synthetic.txt';
const FOLDERS_IN_FLIGHT = 64;
const FOLDERS_PER_REPORT = 50;

export interface FolderIndex {
  /** Absolute. */
  folder: string;
  /** Relative paths with `/`, sorted by code unit, so that every import of a folder sees the same order. */
  images: string[];
  /** Text and workbooks. */
  tableFiles: string[];
  /** `.txt`: some data sets list images in them. */
  textFiles: string[];
  otherFiles: number;
  /** Of the other files. */
  archives: number;
  /** What could not be read, and image files that are none. */
  problems: ImportProblem[];
  /** The folder says itself that its images are synthetic. */
  synthetic: boolean;
}

/** What a walk has seen so far. */
export interface WalkProgress {
  folders: number;
  files: number;
}

export interface WalkOptions {
  /** Every few folders. */
  onProgress?: ((progress: WalkProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** Names of DICOM files often have no ending, or are UIDs, whose last number looks like one. */
const NO_ENDING = /^[^.]+$|\.\d+$/;
const DICOM_ENDING = /\.(dcm|dicom)$/i;
/** It only lists the files beside it. */
const DICOM_DIRECTORY = /^DICOMDIR$/i;
/** In each folder so many files without ending are looked into; where none of them is DICOM, the others are taken for none. */
const SNIFFED_FILES = 4;

/** Of the images of an index: all others were found by endings of their own. */
export function mayBeDicom(file: string): boolean {
  return DICOM_ENDING.test(file) || !IMAGE_ENDING.test(file);
}

export function withoutImageEnding(name: string): string {
  return name.replace(IMAGE_ENDING, '');
}

export function hasImageEnding(name: string): boolean {
  return IMAGE_ENDING.test(name);
}

function unreadableRoot(error: unknown): AppError {
  return new AppError('io', `The folder could not be read (${fileErrorWords(error)}).`, {
    action: 'Check that this user may open it, and that the disk or network share is connected.',
    cause: error,
  });
}

async function assertFolder(folder: string): Promise<void> {
  try {
    if ((await stat(folder)).isDirectory()) return;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') {
      throw unreadableRoot(error);
    }
    throw new AppError('not-found', 'Expected a folder of images, found nothing at this place.', {
      action: 'Check the path, and that the disk or network share is connected.',
      cause: error,
    });
  }
  const isArchive = ARCHIVE_ENDING.test(folder);
  throw new AppError('bad-input', `Expected a folder of images, got ${isArchive ? 'an archive' : 'a file'}.`, {
    action: isArchive
      ? 'Unpack it first, then choose the folder that comes out of it.'
      : 'Choose the folder that holds the images and the table of labels.',
  });
}

/** Those of the files without ending that have the preamble of DICOM; a few of each folder tell whether the others are looked into. */
async function findDicom(root: string, files: readonly string[], signal: AbortSignal | undefined): Promise<string[]> {
  const found: string[] = [];
  const sniff = async (some: readonly string[]): Promise<boolean> => {
    const before = found.length;
    await forEachConcurrently(
      some,
      FOLDERS_IN_FLIGHT,
      async (file) => {
        if (await beginsAsDicom(path.join(root, file))) found.push(file);
      },
      signal,
    );
    return found.length > before;
  };
  for (const own of Map.groupBy(files, (file) => path.posix.dirname(file)).values()) {
    if (await sniff(own.slice(0, SNIFFED_FILES))) await sniff(own.slice(SNIFFED_FILES));
  }
  return found;
}

/** @throws AppError when there is no such folder, or when aborted. Hidden files and folders are passed over. */
export async function indexFolder(folder: string, options: WalkOptions = {}): Promise<FolderIndex> {
  const { onProgress, signal } = options;
  const root = path.resolve(folder);
  await assertFolder(root);
  const index: FolderIndex = {
    folder: root,
    images: [],
    tableFiles: [],
    textFiles: [],
    otherFiles: 0,
    archives: 0,
    problems: [],
    synthetic: false,
  };
  const seen = new Set<string>([await realpath(root)]);
  let folders = 0;
  let files = 0;
  /** Files without ending. */
  const unnamed: string[] = [];

  function report(kind: ImportProblem['kind'], file: string, message: string): void {
    index.problems.push({ kind, leftOut: true, file, message });
  }

  /** What lies in it is not known, so that nothing of it is lost without a question. */
  function reportUnread(relative: string, what: string, error: unknown): void {
    report('unread-folder', relative, `The ${what} could not be read (${fileErrorWords(error)}).`);
  }

  function addFile(relative: string, name: string): void {
    files++;
    if (name.includes('\uFFFD')) {
      report('unread-image', relative, 'The name of this file is not valid UTF-8. Rename it.');
      return;
    }
    if (IMAGE_ENDING.test(name)) index.images.push(relative);
    else if (NO_ENDING.test(name) && !DICOM_DIRECTORY.test(name)) unnamed.push(relative);
    else if (TABLE_ENDING.test(name) && !OWNER_FILE.test(name)) index.tableFiles.push(relative);
    else {
      index.otherFiles++;
      if (ARCHIVE_ENDING.test(name)) index.archives++;
      if (TEXT_ENDING.test(name)) index.textFiles.push(relative);
      if (relative.toLowerCase() === SYNTHETIC_NOTE) index.synthetic = true;
    }
  }

  /** Linked folders are followed once: users keep large data behind links, and links may form circles. */
  async function addLink(relative: string, name: string): Promise<string[]> {
    try {
      const target = await stat(path.join(root, relative));
      if (target.isFile()) addFile(relative, name);
      else if (!target.isDirectory()) addSpecial(relative, name);
      if (!target.isDirectory()) return [];
      const real = await realpath(path.join(root, relative));
      if (seen.has(real)) return [];
      seen.add(real);
      return [relative];
    } catch (error) {
      // A link with the name of an image is missed where that image is looked for.
      if (IMAGE_ENDING.test(name)) addFile(relative, name);
      else reportUnread(relative, 'place that this link leads to', error);
      return [];
    }
  }

  /** Reading one could wait or go on for ever. */
  function addSpecial(relative: string, name: string): void {
    if (!IMAGE_ENDING.test(name) && !TABLE_ENDING.test(name)) return;
    report('not-an-image', relative, 'Expected a file, got a pipe, socket or device under the name of one.');
  }

  /** Reads one folder and returns the folders in it. */
  async function readFolder(relative: string): Promise<string[]> {
    const inner: string[] = [];
    let entries: Dirent[];
    try {
      entries = await readdir(path.join(root, relative), { withFileTypes: true });
    } catch (error) {
      if (relative === '') throw unreadableRoot(error);
      reportUnread(relative, 'folder', error);
      return [];
    }
    for (const entry of entries) {
      if (entry.name.startsWith('.') || entry.name === '__MACOSX') continue;
      const child = relative === '' ? entry.name : `${relative}/${entry.name}`;
      if (entry.isDirectory()) inner.push(child);
      else if (entry.isFile()) addFile(child, entry.name);
      else if (entry.isSymbolicLink()) inner.push(...(await addLink(child, entry.name)));
      else addSpecial(child, entry.name);
    }
    if (++folders % FOLDERS_PER_REPORT === 0) onProgress?.({ folders, files });
    return inner;
  }

  // Many at once: CheXpert has 250,000 folders, and each read waits for a disk or a network share.
  let level = [''];
  while (level.length > 0) {
    const inner: string[][] = [];
    await forEachConcurrently(
      level,
      FOLDERS_IN_FLIGHT,
      async (folder) => void inner.push(await readFolder(folder)),
      signal,
    );
    level = inner.flat();
  }
  onProgress?.({ folders, files });
  const dicom = await findDicom(root, unnamed, signal);
  for (const file of dicom) index.images.push(file);
  index.otherFiles += unnamed.length - dicom.length;
  index.problems.sort((a, b) => ((a.file ?? '') < (b.file ?? '') ? -1 : 1));
  index.images.sort();
  index.tableFiles.sort();
  index.textFiles.sort();
  return index;
}
