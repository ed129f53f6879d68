import { randomBytes } from 'node:crypto';
import type { Migration } from './migration.ts';

/** The salt is the library's own and leaves it nowhere. `patient`: the number in the dataset. */
export const patientHashes: Migration = {
  version: 8,
  name: 'patient hashes',
  up(db) {
    db.exec(`
      CREATE TABLE patient_salt (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        salt BLOB NOT NULL CHECK (length(salt) = 32)
      ) STRICT;
      CREATE TABLE patient_hashes (
        dataset_id TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
        hash TEXT NOT NULL,
        patient INTEGER NOT NULL,
        PRIMARY KEY (hash, dataset_id)
      ) STRICT, WITHOUT ROWID;
    `);
    db.prepare('INSERT INTO patient_salt VALUES (1, ?)').run(randomBytes(32));
  },
};
