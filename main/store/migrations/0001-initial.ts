import type { Migration } from './migration.ts';

/**
 * Labels are text with one character per output: `1` present, `0` absent, `?` unknown. That keeps 250,000 rows small, lets
 * SQL count and filter an output by `substr`, and is checked by the table itself.
 */
export const initial: Migration = {
  version: 1,
  name: 'initial',
  up(db) {
    db.exec(`
      CREATE TABLE datasets (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        layout TEXT NOT NULL,
        layout_name TEXT NOT NULL,
        modality TEXT NOT NULL,
        synthetic INTEGER NOT NULL CHECK (synthetic IN (0, 1)),
        created_at TEXT NOT NULL,
        folder TEXT NOT NULL,
        evidence TEXT NOT NULL,
        patient_rule TEXT NOT NULL,
        patient_id_known INTEGER NOT NULL CHECK (patient_id_known IN (0, 1)),
        target TEXT NOT NULL,
        split_config TEXT NOT NULL,
        unknown_policy TEXT NOT NULL,
        content_hash TEXT NOT NULL,
        flow TEXT NOT NULL,
        problem_counts TEXT NOT NULL,
        request TEXT NOT NULL
      ) STRICT;

      CREATE TABLE images (
        dataset_id TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        id TEXT NOT NULL,
        path TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        patient INTEGER NOT NULL,
        eye TEXT,
        view TEXT,
        sex TEXT,
        age REAL,
        site TEXT,
        split TEXT NOT NULL CHECK (split IN ('train', 'validation', 'test')),
        labels TEXT NOT NULL CHECK (labels NOT GLOB '*[^01?]*'),
        width INTEGER NOT NULL,
        height INTEGER NOT NULL,
        PRIMARY KEY (dataset_id, position)
      ) STRICT, WITHOUT ROWID;
      CREATE UNIQUE INDEX images_by_id ON images (dataset_id, id);
      CREATE INDEX images_by_split ON images (dataset_id, split, position);
      CREATE INDEX images_by_patient ON images (dataset_id, patient, split);

      CREATE TABLE import_problems (
        dataset_id TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        kind TEXT NOT NULL,
        left_out INTEGER NOT NULL CHECK (left_out IN (0, 1)),
        file TEXT,
        message TEXT NOT NULL,
        PRIMARY KEY (dataset_id, position)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE weights (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        model TEXT NOT NULL,
        source TEXT NOT NULL,
        origin TEXT NOT NULL,
        run_id TEXT,
        sha256 TEXT NOT NULL,
        normalisation TEXT NOT NULL,
        outputs TEXT NOT NULL,
        synthetic INTEGER NOT NULL CHECK (synthetic IN (0, 1)),
        licence_note TEXT NOT NULL,
        created_at TEXT NOT NULL
      ) STRICT;

      CREATE TABLE studies (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        dataset_id TEXT NOT NULL REFERENCES datasets (id) ON DELETE RESTRICT,
        created_at TEXT NOT NULL,
        spec TEXT NOT NULL,
        protocol TEXT NOT NULL,
        arms TEXT NOT NULL
      ) STRICT;
      CREATE INDEX studies_by_dataset ON studies (dataset_id);

      CREATE TABLE study_weights (
        study_id TEXT NOT NULL REFERENCES studies (id) ON DELETE CASCADE,
        weights_id TEXT NOT NULL REFERENCES weights (id) ON DELETE RESTRICT,
        PRIMARY KEY (study_id, weights_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX study_weights_by_weights ON study_weights (weights_id);

      CREATE TABLE runs (
        id TEXT PRIMARY KEY,
        study_id TEXT NOT NULL REFERENCES studies (id) ON DELETE CASCADE,
        arm_id TEXT NOT NULL,
        model TEXT NOT NULL,
        init_label TEXT NOT NULL,
        train_size TEXT NOT NULL,
        seed INTEGER NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        queue_position INTEGER NOT NULL,
        progress TEXT,
        error TEXT,
        result TEXT,
        created_at TEXT NOT NULL,
        started_at TEXT,
        finished_at TEXT,
        UNIQUE (study_id, arm_id, seed),
        CHECK (state <> 'succeeded' OR result IS NOT NULL)
      ) STRICT;
      CREATE INDEX runs_by_state ON runs (state, queue_position);
      CREATE INDEX runs_by_study ON runs (study_id, queue_position);

      CREATE TABLE predictions (
        run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        image_id TEXT NOT NULL,
        patient INTEGER NOT NULL,
        eye TEXT,
        split TEXT NOT NULL CHECK (split IN ('train', 'validation', 'test')),
        labels TEXT NOT NULL CHECK (labels NOT GLOB '*[^01?]*'),
        probabilities TEXT NOT NULL,
        PRIMARY KEY (run_id, image_id)
      ) STRICT, WITHOUT ROWID;
    `);
  },
};
