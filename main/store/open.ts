/** Opens the library's SQLite file. One process writes to it: the holder of `library.lock`. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../../shared/system/errors.ts';
import { datasetRepository } from './datasets.ts';
import { imageMarkRepository } from './image-marks.ts';
import { assertCurrent, migrate } from './migrate.ts';
import { picturePairRepository } from './picture-pairs.ts';
import { predictionRepository } from './predictions.ts';
import { runRepository } from './runs.ts';
import { studyRepository } from './studies.ts';
import { weightsRepository } from './weights.ts';

function openDatabase(file: string, readOnly: boolean): Database.Database {
  try {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
    const db = new Database(file);
    if (readOnly) {
      // Not opened read-only: a reader of a WAL database may have to make its shared-memory file.
      db.pragma('query_only = ON');
      return db;
    }
    db.pragma('journal_mode = WAL');
    // FULL: a finished run's predictions survive a power cut, not only a crash of the app.
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma('busy_timeout = 5000');
    return db;
  } catch (cause) {
    throw new AppError('io', 'The library file could not be opened as a SQLite database.', {
      action:
        'Check that the library folder is writable and that library.sqlite is undamaged, or choose another folder.',
      details: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

/**
 * @param file `library.sqlite`, or `:memory:` in tests. Creates the folder and the schema where they are missing.
 * @param options `readOnly`: for a second process beside the one that holds the library; it changes nothing, and sees an
 *   empty library where there is none yet.
 */
export function openStore(file: string, options: { readOnly?: boolean } = {}) {
  const readOnly = options.readOnly === true && existsSync(file);
  const db = openDatabase(options.readOnly === true && !readOnly ? ':memory:' : file, readOnly);
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
