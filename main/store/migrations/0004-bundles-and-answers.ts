import type { Migration } from './migration.ts';

/**
 * `bundle`: what a study was opened from (shared/bundle/bundle.ts), null for studies of this library. `bundle_name`: the name of a dataset
 * whose images are not here; its `name` is then one that nobody types, so that the name stays free. `answers`: what was answered for
 * the report's checklists, by question.
 */
export const bundlesAndAnswers: Migration = {
  version: 4,
  name: 'bundles and answers',
  up(db) {
    db.exec(`
      ALTER TABLE studies ADD COLUMN bundle TEXT;
      ALTER TABLE studies ADD COLUMN answers TEXT NOT NULL DEFAULT '{}';
      ALTER TABLE datasets ADD COLUMN bundle_name TEXT;
    `);
  },
};
