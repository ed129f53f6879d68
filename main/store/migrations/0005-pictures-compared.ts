import type { Migration } from './migration.ts';

/** `pictures_compared`: the import looked for pictures that were saved anew; imports before this version looked for equal bytes only. */
export const picturesCompared: Migration = {
  version: 5,
  name: 'pictures compared',
  up(db) {
    db.exec(
      `ALTER TABLE datasets ADD COLUMN pictures_compared INTEGER NOT NULL DEFAULT 0 CHECK (pictures_compared IN (0, 1))`,
    );
  },
};
