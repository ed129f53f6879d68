/** What the operating system says about a file: a failure is told, and never taken for an absence. */
import fs from 'node:fs';
import path from 'node:path';
import { toFileError } from './atomic-file.ts';

const WORDS: Record<string, string> = {
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  EIO: 'the disk or network share reports an error',
  ESTALE: 'the network share was connected anew meanwhile',
  ENOTCONN: 'the network share is not connected',
  EHOSTDOWN: 'the machine of the network share does not answer',
  ETIMEDOUT: 'the network share does not answer',
  ENOENT: 'nothing is there any more',
  ENOTDIR: 'nothing is there any more',
  ELOOP: 'it leads in a circle',
  ENAMETOOLONG: 'its path is too long',
  ERR_INVALID_ARG_VALUE: 'a path cannot hold a NUL character',
  EMFILE: 'too many files are open',
};

/** Node has no name for a stale file handle on Linux. `EACCES: this user may not read it`; the code alone where there are no words for it. */
export function fileErrorWords(error: unknown): string {
  const said = (error as NodeJS.ErrnoException | null)?.code;
  const code = said === 'Unknown system error -116' ? 'ESTALE' : said;
  if (typeof code !== 'string') return 'unknown reason';
  const words = WORDS[code];
  return words === undefined ? code : `${code}: ${words}`;
}

const isAbsent = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException | null)?.code ?? '');

/** Unlike `existsSync`, which answers no on a disk that reports errors. @throws AppError `io` where nobody can tell */
export function isThere(file: string): boolean {
  try {
    fs.statSync(file);
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw toFileError(error, `Could not look for ${path.basename(file)} (${fileErrorWords(error)}).`);
  }
}

/** The names in a folder, none where there is no folder. @throws AppError `io` */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await fs.promises.readdir(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw toFileError(error, `Could not read the folder ${path.basename(folder)} (${fileErrorWords(error)}).`);
  }
}
