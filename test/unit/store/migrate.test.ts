import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { latestVersion, migrate } from '../../../main/store/migrate.ts';
import { MIGRATIONS } from '../../../main/store/migrations/all.ts';
import type { Migration } from '../../../main/store/migrations/migration.ts';
import { openStore } from '../../../main/store/open.ts';
import { aDataset, someImages } from './factories.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = makeTemporaryFolder('store');
  file = join(folder, 'library.sqlite');
});

const next: Migration = {
  version: latestVersion() + 1,
  name: 'note on datasets',
  up: (db) => void db.exec("ALTER TABLE datasets ADD COLUMN note TEXT NOT NULL DEFAULT ''"),
};

describe('migrate', () => {
  it('numbers migrations without gaps', () => {
    expect(MIGRATIONS.map((migration) => migration.version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  });

  it('creates the schema in WAL mode with foreign keys on, and changes nothing the second time', () => {
    const store = openStore(file);
    expect(store.db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(store.db.pragma('foreign_keys', { simple: true })).toBe(1);
    expect(store.db.pragma('user_version', { simple: true })).toBe(latestVersion());
    store.close();
    const again = openStore(file);
    expect(again.backup).toBeNull();
    again.close();
  });

  it('keeps old rows and leaves a readable backup of the old schema', () => {
    const store = openStore(file);
    store.datasets.insert(aDataset(), someImages(), []);
    const result = migrate(store.db, [...MIGRATIONS, next]);
    expect(result).toMatchObject({ from: latestVersion(), to: next.version });
    expect(store.db.prepare('SELECT id, note FROM datasets').all()).toEqual([{ id: 'd1', note: '' }]);
    store.close();
    const backup = openStore(result.backup as string);
    expect(backup.datasets.get('d1')?.images).toBe(4);
    backup.close();
  });

  it('leaves the library as it was when a migration fails', () => {
    const store = openStore(file);
    store.datasets.insert(aDataset(), someImages(), []);
    const broken: Migration = {
      ...next,
      up: (db) => {
        db.exec('DELETE FROM datasets');
      },
    };
    expect(() => migrate(store.db, [...MIGRATIONS, broken])).toThrow(
      `could not be brought to schema ${next.version} (note on datasets)`,
    );
    expect(store.datasets.get('d1')?.images).toBe(4);
    expect(store.db.pragma('user_version', { simple: true })).toBe(latestVersion());
    expect(store.db.pragma('foreign_keys', { simple: true })).toBe(1);
    store.close();
  });

  it('refuses a library of a newer version and leaves it alone', () => {
    openStore(file).close();
    const db = new Database(file);
    db.pragma('user_version = 99');
    db.close();
    expect(() => openStore(file)).toThrow(
      `This library was last opened by a newer version of Transfusion Lab: expected schema ${latestVersion()} or older, found 99.`,
    );
    expect(readdirSync(folder).filter((name) => name.includes('backup'))).toEqual([]);
  });

  it('reads beside the process that writes, and changes nothing', () => {
    const empty = openStore(file, { readOnly: true });
    expect(empty.datasets.list()).toEqual([]);
    empty.close();
    expect(readdirSync(folder)).toEqual([]);

    const writer = openStore(file);
    const reader = openStore(file, { readOnly: true });
    writer.datasets.insert(aDataset(), someImages(), []);
    expect(reader.datasets.get('d1')?.images).toBe(4);
    expect(() => reader.datasets.remove('d1')).toThrow(/readonly|read-only/i);
    writer.db.pragma('user_version = 0');
    expect(() => openStore(file, { readOnly: true })).toThrow(
      `Expected a library of schema ${latestVersion()}, found 0`,
    );
    reader.close();
    writer.close();
  });

  it('refuses other files of that name', () => {
    const db = new Database(file);
    db.exec('CREATE TABLE theirs (a)');
    db.close();
    expect(() => openStore(file)).toThrow('found another SQLite database');
    const text = join(folder, 'text.sqlite');
    writeFileSync(text, 'this is not a database, however long it may be');
    expect(() => openStore(text)).toThrow('could not be opened as a SQLite database');
  });
});
