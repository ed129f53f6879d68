import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../../main/store/open.ts';
import { toErrorShape } from '../../../shared/system/errors.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

describe('a disk without room for the shared-memory file of a reader', () => {
  it('is read all the same', () => {
    const file = path.join(makeTemporaryFolder('full'), 'library.sqlite');
    openStore(file).close();
    // Nothing can be made under this name, as on a full disk.
    fs.mkdirSync(`${file}-shm`);
    const reader = openStore(file, { readOnly: true });
    expect(reader.datasets.list()).toEqual([]);
    expect(() => reader.db.exec('DELETE FROM runs')).toThrow();
    reader.close();
  });

  it('says in words what is wrong with a library file', () => {
    const file = path.join(makeTemporaryFolder('damaged'), 'library.sqlite');
    fs.writeFileSync(file, 'no database, but long enough to be taken for one'.repeat(50));
    let found: unknown = null;
    try {
      openStore(file, { readOnly: true });
    } catch (error) {
      found = error;
    }
    expect(toErrorShape(found)).toMatchObject({ code: 'io', message: 'The library file is damaged.' });
    for (const code of ['SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE', 'SQLITE_READONLY_DBMOVED', 'SQLITE_CORRUPT']) {
      expect(toErrorShape(Object.assign(new Error('x'), { code })).code).not.toBe('internal');
    }
    expect(toErrorShape(Object.assign(new Error('x'), { code: 'SQLITE_CONSTRAINT' })).code).toBe('internal');
  });
});
