import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { libraryPaths, type LibraryPaths } from '../../../main/platform/library-paths.ts';
import { acquireLock } from '../../../main/platform/lock.ts';
import { holdLibrary } from '../../../main/services/system/library-hold.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let paths: LibraryPaths;
beforeEach(() => {
  paths = libraryPaths(makeTemporaryFolder('hold'));
});

describe('holding the library', () => {
  it('tells who holds it and what to do', async () => {
    const hold = await holdLibrary(paths, 'electron');
    try {
      await expect(holdLibrary(paths, 'command line')).rejects.toMatchObject({
        code: 'library-locked',
        message: expect.stringMatching(
          new RegExp(
            `in use by another Transfusion Lab \\(the desktop app, process ${process.pid}, since \\d+ \\w+ \\d{4}, \\d\\d:\\d\\d\\)`,
          ),
        ) as string,
        action: expect.stringContaining('--home') as string,
      });
    } finally {
      hold.release();
    }
    (await holdLibrary(paths, 'browser')).release();
    expect(fs.readdirSync(paths.home).filter((file) => file.includes('holder'))).toEqual([]);
  });

  it('does without the note when it is not to be read', async () => {
    const hold = await holdLibrary(paths, 'electron');
    fs.writeFileSync(path.join(paths.home, 'library.holder.json'), '{');
    await expect(holdLibrary(paths, 'browser')).rejects.toThrow('The library is in use by another Transfusion Lab.');
    hold.release();
  });

  it('is not put off by somebody who only glances at the lock', async () => {
    const glance = acquireLock(paths.lock) ?? expect.fail('not free');
    const held = holdLibrary(paths, 'browser');
    glance.release();
    (await held).release();
  });
});
