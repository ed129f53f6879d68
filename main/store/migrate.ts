/** Brings a library file to the schema of this version: newer files are refused, older ones are backed up first. */
import { basename, dirname, join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { AppError } from '../../shared/system/errors.ts';
import { commitFile } from '../platform/atomic-file.ts';
import { MIGRATIONS } from './migrations/all.ts';
import type { Migration } from './migrations/migration.ts';

/** `TrLb` in ASCII: tells our files from any other SQLite database. */
export const APPLICATION_ID = 0x54724c62;

export const latestVersion = (migrations: readonly Migration[] = MIGRATIONS): number => migrations.at(-1)?.version ?? 0;

const readPragma = (db: Database, name: string): number => db.pragma(name, { simple: true }) as number;

function isEmpty(db: Database): boolean {
  return (db.prepare('SELECT count(*) AS n FROM sqlite_schema').get() as { n: number }).n === 0;
}

function assertOurs(db: Database, migrations: readonly Migration[]): number {
  const version = readPragma(db, 'user_version');
  const newest = latestVersion(migrations);
  if (isEmpty(db)) return 0;
  if (readPragma(db, 'application_id') !== APPLICATION_ID) {
    throw new AppError(
      'unsupported',
      'Expected a Transfusion Lab library, found another SQLite database of that name.',
      {
        action: 'Choose another library folder, or move that file away.',
      },
    );
  }
  if (version > newest) {
    throw new AppError(
      'unsupported',
      `This library was last opened by a newer version of Transfusion Lab: expected schema ${newest} or older, found ${version}.`,
      { action: 'Install the newer version, or choose another library folder. Nothing was changed.' },
    );
  }
  return version;
}

/** For a reader, which must not migrate. */
export function assertCurrent(db: Database): void {
  const version = assertOurs(db, MIGRATIONS);
  if (version === latestVersion()) return;
  throw new AppError(
    'unsupported',
    `Expected a library of schema ${latestVersion()}, found ${version}, made by an older version.`,
    {
      action: 'Open the app once, or run any command that writes: it backs the library up and brings it up to date.',
    },
  );
}

/** Copies the whole database beside itself, consistently, before it is changed. Returns the copy's path. */
function backUp(db: Database, version: number): string {
  const stamp = new Date().toISOString().replace(/[-:]/g, '').replace(/\..*$/, 'Z');
  const copy = join(dirname(db.name), `${basename(db.name, '.sqlite')}.backup-schema-${version}-${stamp}.sqlite`);
  commitFile(copy, (temporary) => db.prepare('VACUUM INTO ?').run(temporary));
  return copy;
}

function apply(db: Database, migration: Migration): void {
  db.transaction(() => {
    migration.up(db);
    const broken = db.pragma('foreign_key_check') as unknown[];
    if (broken.length > 0) throw new Error(`${broken.length} rows would point to nothing`);
    db.pragma(`user_version = ${migration.version}`);
    db.pragma(`application_id = ${APPLICATION_ID}`);
  }).immediate();
}

/**
 * Applies what is missing, each migration in its own transaction. Returns the version found, and the backup's path where
 * one was made. A failed migration leaves the file at the last version that succeeded.
 */
export function migrate(
  db: Database,
  migrations: readonly Migration[] = MIGRATIONS,
): { from: number; to: number; backup: string | null } {
  const from = assertOurs(db, migrations);
  const pending = migrations.filter((migration) => migration.version > from);
  if (pending.length === 0) return { from, to: from, backup: null };
  const backup = from > 0 && !db.memory ? backUp(db, from) : null;
  // A rebuild of a table must not cascade; what it leaves is checked before the commit.
  db.pragma('foreign_keys = OFF');
  try {
    for (const migration of pending) {
      try {
        apply(db, migration);
      } catch (cause) {
        throw new AppError(
          'io',
          `The library could not be brought to schema ${migration.version} (${migration.name}).`,
          {
            action: backup
              ? 'Nothing is lost: the library is as before, and a backup lies beside it.'
              : 'Choose another library folder.',
            details: cause instanceof Error ? cause.message : String(cause),
            cause,
          },
        );
      }
    }
  } finally {
    db.pragma('foreign_keys = ON');
  }
  return { from, to: latestVersion(migrations), backup };
}
