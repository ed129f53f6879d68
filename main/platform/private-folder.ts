/** The library belongs to one user of the machine: others neither list its folder nor read its files. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { toFileError } from './atomic-file.ts';

/** Rights of the group and of others. */
const OTHERS = 0o077;

/**
 * Makes the folder when it is missing, for this user only; so is all that this process and its children write from now on. What an
 * earlier version left readable for others is repaired. On Windows the folder inherits the rights of the user's own.
 * @throws AppError `io` when it cannot be made
 */
export async function preparePrivateFolder(folder: string): Promise<void> {
  process.umask(OTHERS);
  try {
    await fs.mkdir(folder, { recursive: true, mode: 0o700 });
    if (process.platform === 'win32' || ((await fs.stat(folder)).mode & OTHERS) === 0) return;
  } catch (error) {
    throw toFileError(error, 'The library folder could not be made.');
  }
  await closeToOthers(folder);
  for (const entry of await fs.readdir(folder, { recursive: true, withFileTypes: true })) {
    // What a link leads to is not the library's.
    if (!entry.isSymbolicLink()) await closeToOthers(path.join(entry.parentPath, entry.name));
  }
}

async function closeToOthers(place: string): Promise<void> {
  try {
    const { mode } = await fs.stat(place);
    await fs.chmod(place, mode & 0o7777 & ~OTHERS);
  } catch {
    // A disk without rights, or a folder of another user: `doctor` says who may read the library.
  }
}
