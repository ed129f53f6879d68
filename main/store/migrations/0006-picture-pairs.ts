import type { Migration } from './migration.ts';

/**
 * Pictures that an import found twice, in the order of the list; earlier imports have none. `different_pictures` belongs to the library, not
 * to a dataset: ids derive from the files' content, and the smaller one comes first.
 */
export const picturePairs: Migration = {
  version: 6,
  name: 'picture pairs',
  up(db) {
    db.exec(`
      CREATE TABLE picture_pairs (
        dataset_id TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        first_id TEXT NOT NULL,
        first_file TEXT NOT NULL,
        second_id TEXT NOT NULL,
        second_file TEXT NOT NULL,
        likeness TEXT NOT NULL,
        distance REAL NOT NULL,
        turn INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        PRIMARY KEY (dataset_id, position)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE different_pictures (
        first_id TEXT NOT NULL,
        second_id TEXT NOT NULL,
        reason TEXT NOT NULL CHECK (length(reason) > 0),
        decided_at TEXT NOT NULL,
        PRIMARY KEY (first_id, second_id),
        CHECK (first_id < second_id)
      ) STRICT, WITHOUT ROWID;
    `);
  },
};
