import type { Migration } from './migration.ts';

/** Images that a reader suspects of a wrong label, with the reason. */
export const imageMarks: Migration = {
  version: 3,
  name: 'image marks',
  up(db) {
    db.exec(`
      CREATE TABLE image_marks (
        dataset_id TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
        image_id TEXT NOT NULL,
        reason TEXT NOT NULL CHECK (length(reason) > 0),
        marked_at TEXT NOT NULL,
        PRIMARY KEY (dataset_id, image_id)
      ) STRICT, WITHOUT ROWID;
    `);
  },
};
