import type { Migration } from './migration.ts';

/**
 * What deserves a look about an image, a row for each; few images have any. `quality_checked`: the import looked for it. `kind` of a mark: a
 * doubt about the label, or an image that the next import is to leave out.
 */
export const imageFlags: Migration = {
  version: 7,
  name: 'image flags',
  up(db) {
    db.exec(`
      CREATE TABLE image_flags (
        dataset_id TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
        flag TEXT NOT NULL,
        position INTEGER NOT NULL,
        PRIMARY KEY (dataset_id, flag, position)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX image_flags_by_image ON image_flags (dataset_id, position, flag);
      ALTER TABLE datasets ADD COLUMN quality_checked INTEGER NOT NULL DEFAULT 0 CHECK (quality_checked IN (0, 1));
      ALTER TABLE image_marks ADD COLUMN kind TEXT NOT NULL DEFAULT 'label' CHECK (kind IN ('label', 'exclude'));
    `);
  },
};
