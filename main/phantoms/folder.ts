/** The output folder of phantoms: refusing anybody else's, clearing an earlier phantom, the note that says what it is. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../shared/system/errors.ts';
import { toFileError, writeFileAtomic } from '../platform/atomic-file.ts';
import { CHEXPERT_FOLDER } from './cxr/labels.ts';
import { LEAF_CLASSES } from './natural/classes.ts';
import type { PhantomRequest } from '../../shared/dataset/phantom.ts';

/** Its presence marks a folder as synthetic, for the import and for people. */
export const SYNTHETIC_NOTE = 'SYNTHETIC.txt';
const FIRST_LINE = 'SYNTHETIC IMAGES: drawn by a program. No patient was examined.';

const OWN_FOLDERS = ['train', CHEXPERT_FOLDER, ...LEAF_CLASSES.map((kind) => kind.name)];
const OWN_TABLES = ['trainLabels.csv'];
const OWN_FILES = /\.(jpe?g|csv)$|^SYNTHETIC\.txt$/;

export function isPhantomFolder(folder: string): boolean {
  const note = join(folder, SYNTHETIC_NOTE);
  return existsSync(note) && readFileSync(note, 'utf8').startsWith(FIRST_LINE);
}

/** Removes what phantoms write and leaves anything else. */
function clearFolder(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) clearFolder(path);
    else if (OWN_FILES.test(entry.name)) rmSync(path);
  }
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

function describe({ kind, patients, size, seed }: PhantomRequest): string {
  const meaning = { fundus: 'patients, two eyes each', cxr: 'patients', natural: 'images per class' }[kind];
  return `${[
    FIRST_LINE,
    `Made by Transfusion Lab: phantom ${kind}, ${patients} ${meaning}, ${size} pixels, seed ${seed}.`,
    'For trying out the software only. Results on these images say nothing about patients.',
  ].join('\n')}\n`;
}

/**
 * Makes `out` ready: new, empty, or an earlier phantom, whose files are removed.
 * @throws AppError `bad-input` for a folder that holds anything else
 */
export function prepareFolder(out: string, options: PhantomRequest, root: string): void {
  try {
    if (existsSync(out)) {
      if (!statSync(out).isDirectory()) throw new AppError('bad-input', 'Expected a folder to write to, got a file.');
      if (readdirSync(out).length > 0 && !isPhantomFolder(out)) {
        throw new AppError(
          'bad-input',
          'Expected an empty folder or an earlier phantom, got a folder with other files.',
          {
            action: 'Choose a new folder; phantoms never mix with other data.',
          },
        );
      }
      for (const name of OWN_FOLDERS) if (existsSync(join(out, name))) clearFolder(join(out, name));
      for (const name of OWN_TABLES) rmSync(join(out, name), { force: true });
    }
    mkdirSync(join(out, root), { recursive: true });
    const text = describe(options);
    writeFileAtomic(join(out, SYNTHETIC_NOTE), text);
    if (root !== '') writeFileAtomic(join(out, root, SYNTHETIC_NOTE), text);
  } catch (error) {
    throw toFileError(error, 'The phantom folder could not be prepared.');
  }
}
