/**
 * What imports have found out about the images of one folder, a row a file, so that an import that was cut short goes on and a later one
 * decodes only what is new. A small database, so that of 250,000 images none is held in memory and a file that changes replaces its row.
 */
import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import type { ImageFacts } from '../../images/inspect.ts';
import { toFileError } from '../../platform/atomic-file.ts';
import { parseJsonLine } from '../../platform/json-lines.ts';

/** A new number where decoding, hashing or measuring changes: older journals are then not believed. */
const VERSION = 2;
const ROWS_PER_WRITE = 200;

const factsSchema = z.object({
  width: z.int().positive(),
  height: z.int().positive(),
  sha256: z.string().length(64),
  pixelsSha256: z.string().length(64),
  quality: z.object({
    constant: z.boolean(),
    transparent: z.boolean(),
    bright: z.number(),
    dim: z.number(),
    white: z.number(),
    blur: z.number().nullable(),
    field: z.boolean(),
  }),
  notes: z.array(z.string()),
});

export interface InspectionJournal {
  /** What was found about `file` (relative to the folder), and the stamp that it had then. */
  find(file: string): { stamp: string; facts: ImageFacts } | null;
  add(file: string, stamp: string, facts: ImageFacts): void;
  /** Writes what is left, and forgets what is no longer among the files of the folder. @throws AppError `out-of-space` or `io`. */
  close(files: readonly string[]): void;
}

/** Where what is there cannot be read, or is of another version, the journal starts anew. @throws AppError `out-of-space` or `io`. */
export function openJournal(file: string): InspectionJournal {
  return stored(() => {
    mkdirSync(path.dirname(file), { recursive: true });
    rmSync(asLines(file), { force: true });
    // For this user only, which SQLite keeps: it holds the names of files.
    closeSync(openSync(file, 'a', 0o600));
    try {
      return journalOf(file);
    } catch (error) {
      if (!/^SQLITE_(CORRUPT|NOTADB)/.test((error as { code?: string }).code ?? '')) throw error;
      removeJournal(file);
      return journalOf(file);
    }
  });
}

/** Where earlier versions kept it, and no version reads it: it holds the names of files. */
const asLines = (file: string): string => file.replace(/\.sqlite$/, '.jsonl');

/** With what SQLite keeps beside it while it is open. */
export function removeJournal(file: string): void {
  rmSync(asLines(file), { force: true });
  for (const ending of ['', '-wal', '-shm']) rmSync(`${file}${ending}`, { force: true });
}

function journalOf(file: string): InspectionJournal {
  const db = new Database(file);
  try {
    prepareTable(db);
  } catch (error) {
    db.close();
    throw error;
  }
  const select = db.prepare('SELECT stamp, facts, grid FROM images WHERE file = ?');
  const insert = db.prepare('INSERT OR REPLACE INTO images (file, stamp, facts, grid) VALUES (?, ?, ?, ?)');
  const insertAll = db.transaction((rows: unknown[][]) => rows.forEach((row) => insert.run(...row)));
  const count = db.prepare('SELECT count(*) FROM images').pluck();
  const forget = db.prepare('DELETE FROM images WHERE file = ?');
  const forgetOthers = db.transaction((kept: ReadonlySet<unknown>) => {
    for (const name of db.prepare('SELECT file FROM images').pluck().all()) if (!kept.has(name)) forget.run(name);
  });
  let waiting: unknown[][] = [];
  const flush = (): void => {
    const rows = waiting;
    waiting = [];
    stored(() => insertAll(rows));
  };
  return {
    find(name) {
      const row = select.get(name) as { stamp: string; facts: string; grid: Uint8Array } | undefined;
      const facts = row && parseJsonLine(row.facts, factsSchema);
      return row && facts ? { stamp: row.stamp, facts: { ...facts, grid: row.grid } } : null;
    },
    add(name, stamp, { grid, ...facts }) {
      waiting.push([name, stamp, JSON.stringify(facts), grid]);
      if (waiting.length >= ROWS_PER_WRITE) flush();
    },
    close(files) {
      try {
        flush();
        if ((count.get() as number) > files.length) stored(() => forgetOthers(new Set(files)));
      } finally {
        db.close();
      }
    },
  };
}

function prepareTable(db: Database.Database): void {
  // A power cut may cost the last rows, never the others.
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  if (db.pragma('quick_check(1)', { simple: true }) !== 'ok')
    throw Object.assign(new Error(), { code: 'SQLITE_CORRUPT' });
  if (db.pragma('user_version', { simple: true }) !== VERSION) db.exec('DROP TABLE IF EXISTS images');
  db.exec(`
    CREATE TABLE IF NOT EXISTS images (file TEXT PRIMARY KEY, stamp TEXT NOT NULL, facts TEXT NOT NULL, grid BLOB NOT NULL) STRICT;
    PRAGMA user_version = ${VERSION}`);
}

function stored<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toFileError(error, 'What was found about the images could not be written down.');
  }
}
