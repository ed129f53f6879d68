import type { Migration } from './migration.ts';

/** Where imported weights come from and how they were matched: JSON (shared/weights/weights.ts), null for weights of the user's own runs. */
export const weightDetails: Migration = {
  version: 2,
  name: 'weight details',
  up(db) {
    db.exec(`ALTER TABLE weights ADD COLUMN details TEXT`);
  },
};
