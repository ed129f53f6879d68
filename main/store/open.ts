/** Opens the library's SQLite file. One process writes to it: the holder of `library.lock`. */
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../../shared/system/errors.ts';
import { toFileError } from '../platform/atomic-file.ts';
import { isThere } from '../platform/file-errors.ts';
import { datasetRepository } from './datasets.ts';
import { imageMarkRepository } from './image-marks.ts';
import { assertCurrent, migrate } from './migrate.ts';
import { patientHashRepository } from './patient-hashes.ts';
import { picturePairRepository } from './picture-pairs.ts';
import { predictionRepository } from './predictions.ts';
import { runRepository } from './runs.ts';
import { studyRepository } from './studies.ts';
import { weightsRepository } from './weights.ts';

function openDatabase(file: string): Database.Database {
  try {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
    const db = new Database(file);
    db.pragma('journal_mode = WAL');
    // FULL: a finished run's predictions survive a power cut, not only a crash of the app.
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma('busy_timeout = 5000');
    return db;
  } catch (error) {
    throw cannotOpen(error, 'be opened as a SQLite database');
  }
}

function openForReading(file: string): Database.Database {
  try {
    // Not opened read-only: a reader of a WAL database may have to make its shared-memory file.
    const db = new Database(file);
    db.pragma('query_only = ON');
    db.pragma('user_version');
    return db;
  } catch (error) {
    // A full or read-only disk has no room for that file; without a log of changes the database itself is all there is to read.
    if (isThere(`${file}-wal`) && statSync(`${file}-wal`).size > 0) throw cannotOpen(error, 'be read');
    return openCopy(file);
  }
}

/** In memory. */
function openCopy(file: string): Database.Database {
  try {
    const bytes = readFileSync(file);
    // Read and write version of the header: 2 asks for the log, which memory does not have.
    bytes.fill(1, 18, 20);
    return new Database(bytes, { readonly: true });
  } catch (error) {
    throw cannotOpen(error, 'be read');
  }
}

function cannotOpen(error: unknown, what: string): unknown {
  const told = toFileError(error, `The library file could not ${what}.`);
  if (told instanceof AppError && told.action !== undefined) return told;
  return new AppError('io', `The library file could not ${what}.`, {
    action: 'Check that the library folder is writable and that library.sqlite is undamaged, or choose another folder.',
    details: error instanceof Error ? error.message : String(error),
    cause: error,
  });
}

/**
 * @param file `library.sqlite`, or `:memory:` in tests. Creates the folder and the schema where they are missing.
 * @param options `readOnly`: for a second process beside the one that holds the library; it changes nothing, and sees an
 *   empty library where there is none yet.
 */
export function openStore(file: string, options: { readOnly?: boolean } = {}) {
  const readOnly = options.readOnly === true && existsSync(file);
  const db = readOnly ? openForReading(file) : openDatabase(options.readOnly === true ? ':memory:' : file);
  let backup: string | null = null;
  try {
    if (readOnly) assertCurrent(db);
    else ({ backup } = migrate(db));
  } catch (error) {
    db.close();
    throw error;
  }
  const predictions = predictionRepository(db);
  return {
    db,
    datasets: datasetRepository(db),
    weights: weightsRepository(db),
    studies: studyRepository(db),
    runs: runRepository(db, predictions),
    predictions,
    imageMarks: imageMarkRepository(db),
    picturePairs: picturePairRepository(db),
    patientHashes: patientHashRepository(db),
    /** The copy that was made before an older library was changed, null when nothing had to change. */
    backup,
    /** Runs `work` in one transaction; nested calls join it. */
    transaction: <T>(work: () => T) => db.transaction(work)(),
    close: (): void => {
      if (db.open) db.close();
    },
  };
}

export type Store = ReturnType<typeof openStore>;
