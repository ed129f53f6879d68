/** Temporary files that a killed process left: swept by whoever takes the lock of their folder. */
import fs from 'node:fs';
import path from 'node:path';

/** As `temporaryName` makes them. */
const TEMPORARY = /^\..*\.(\d+)\.\d+\.tmp$/;
/** Hold many files and no temporary ones that would outlast an import. */
const PASSED_OVER = ['thumbnails', 'phantoms'];

/** Removes those in `folder` and below whose process is gone. What cannot be removed stays: the next one tries again. */
export function sweepTemporary(folder: string): void {
  for (const entry of entriesOf(folder)) {
    const place = path.join(folder, entry.name);
    const pid = Number(TEMPORARY.exec(entry.name)?.[1]);
    if (entry.isDirectory() && !PASSED_OVER.includes(entry.name)) sweepTemporary(place);
    else if (entry.isFile() && pid > 0 && !isAlive(pid)) removeQuietly(place);
  }
}

function entriesOf(folder: string): fs.Dirent[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function removeQuietly(file: string): void {
  try {
    fs.rmSync(file, { force: true });
  } catch {
    // A disk that is read-only now.
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
