/**
 * Rows as each version of the schema wrote them, by table and column. They are literal, because the code of today writes others: a value that
 * a later version added to a JSON column is missing in those of an earlier one.
 */
import type { Database } from 'better-sqlite3';

export type Rows = Record<string, Record<string, string | number | null>[]>;

const hash = (letter: string): string => letter.repeat(64);

const PROTOCOL = {
  id: 'retina',
  size: 587,
  batch: 8,
  epochs: 20,
  optimizer: { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  schedule: { kind: 'constant' },
  augmentation: { crop: 0.1, hue: 0.02, contrast: 0.2, flipHorizontal: true, flipVertical: true },
  head: 'sigmoid',
  normalisation: 'imagenet',
  checkpointEverySteps: 200,
  thresholdAuc: 0.8,
};
const SPEC = {
  name: 'Does it help?',
  dataset: 'Clinic',
  protocol: 'retina',
  models: ['cbr-tiny'],
  inits: [{ kind: 'random' }, { kind: 'transfer', weights: 'natural' }],
  train_sizes: ['all'],
  seeds: [0],
};
const ARMS = [
  {
    id: 'cbr-tiny/random/all',
    model: 'cbr-tiny',
    init: { kind: 'random' },
    initLabel: 'random',
    trainSize: 'all',
  },
  {
    id: 'cbr-tiny/transfer(natural)/all',
    model: 'cbr-tiny',
    init: { kind: 'transfer', weights: 'natural' },
    initLabel: 'transfer(natural)',
    trainSize: 'all',
  },
];
const RESULT = {
  schema: 1,
  runId: 'r1',
  steps: 10,
  bestStep: 10,
  bestValidationAuc: 0.8,
  stepsPerEpoch: 5,
  trainImages: 2,
  stepsToThreshold: null,
  parameters: 100,
  trainableParameters: 90,
  seconds: 1,
  meanStepMs: 10,
  peakMemoryBytes: 1000,
  attempts: 1,
  provenance: { 'conv1/kernel': 'random' },
  versions: { app: '0.1.0' },
  device: 'cpu',
  skippedImages: 0,
  predictionsSha256: hash('p'),
  startedAt: '2026-01-02T00:00:00.000Z',
  finishedAt: '2026-01-02T00:01:00.000Z',
};
const image = (id: string, patient: number, split: string, labels: string, position: number) => ({
  dataset_id: 'd1',
  position,
  id,
  path: `/data/clinic/${id}.jpeg`,
  sha256: hash('a'),
  patient,
  eye: 'left',
  view: null,
  sex: 'F',
  age: 61.5,
  site: null,
  split,
  labels,
  width: 100,
  height: 80,
});
const run = (id: string, armId: string, position: number) => ({
  id,
  study_id: 's1',
  arm_id: armId,
  model: 'cbr-tiny',
  init_label: 'random',
  train_size: '"all"',
  seed: 0,
  state: 'queued',
  attempts: 0,
  queue_position: position,
  progress: null,
  error: null,
  result: null,
  created_at: '2026-01-02T00:00:00.000Z',
  started_at: null,
  finished_at: null,
});

const VERSION_1: Rows = {
  datasets: [
    {
      id: 'd1',
      name: 'Clinic',
      layout: 'eyepacs',
      layout_name: 'EyePACS',
      modality: 'fundus',
      synthetic: 1,
      created_at: '2026-01-01T00:00:00.000Z',
      folder: '/data/clinic',
      evidence: '["trainLabels.csv has the columns image and level."]',
      patient_rule: 'The number before _left or _right.',
      patient_id_known: 1,
      target: JSON.stringify({
        kind: 'ordinal',
        outputs: ['0', '1', '2'],
        endpoints: [{ id: 'referable', name: 'Referable', positiveOutputs: [2], score: 'share', headline: true }],
        mapping: 'Level 2 and up is referable.',
      }),
      split_config: '{"train":0.7,"validation":0.1,"test":0.2,"seed":0}',
      unknown_policy: '{"uncertain":"ignore","blank":"zeros"}',
      content_hash: hash('c'),
      flow: '[{"step":"Rows read","images":3,"note":""}]',
      problem_counts: '{"missing-image":1}',
      request: '{"folder":"/data/clinic","name":"Clinic"}',
    },
  ],
  images: [image('a0', 0, 'train', '100', 0), image('a1', 1, 'validation', '0?1', 1), image('a2', 2, 'test', '001', 2)],
  import_problems: [
    {
      dataset_id: 'd1',
      position: 0,
      kind: 'missing-image',
      left_out: 1,
      file: '9_left.jpeg',
      message: 'No such file.',
    },
  ],
  weights: [
    {
      id: 'w1',
      name: 'natural',
      model: 'cbr-tiny',
      source: 'run',
      origin: 'run of study "Pretraining" (random), seed 0, on dataset "Leaves"',
      run_id: 'r0',
      sha256: hash('w'),
      normalisation: 'imagenet',
      outputs: '["leaf"]',
      synthetic: 1,
      licence_note: 'Trained in this library.',
      created_at: '2026-01-01T00:00:00.000Z',
    },
  ],
  studies: [
    {
      id: 's1',
      name: 'Does it help?',
      dataset_id: 'd1',
      created_at: '2026-01-02T00:00:00.000Z',
      spec: JSON.stringify(SPEC),
      protocol: JSON.stringify(PROTOCOL),
      arms: JSON.stringify(ARMS),
    },
  ],
  study_weights: [{ study_id: 's1', weights_id: 'w1' }],
  runs: [
    {
      ...run('r1', 'cbr-tiny/random/all', 1),
      state: 'succeeded',
      attempts: 1,
      result: JSON.stringify(RESULT),
      started_at: RESULT.startedAt,
      finished_at: RESULT.finishedAt,
    },
    {
      ...run('r2', 'cbr-tiny/transfer(natural)/all', 2),
      state: 'failed',
      error: '{"code":"run-failed","message":"The loss was not a number.","action":"Lower the learning rate."}',
      progress: '{"phase":"training","done":3,"total":10,"etaSeconds":null}',
    },
  ],
  predictions: [
    {
      run_id: 'r1',
      image_id: 'a2',
      patient: 2,
      eye: 'left',
      split: 'test',
      labels: '001',
      probabilities: '[0.1,0.25,0.3333333333333333]',
    },
  ],
};

/** Version 2: where imported weights come from. */
const VERSION_2: Rows = {
  ...VERSION_1,
  weights: [
    ...(VERSION_1.weights ?? []).map((row) => ({ ...row, details: null })),
    {
      ...(VERSION_1.weights?.[0] ?? {}),
      id: 'w2',
      name: 'imagenet',
      source: 'file',
      run_id: null,
      details: JSON.stringify({
        origin: {
          kind: 'keras-legacy',
          program: 'Keras 2.1.6',
          fileName: 'weights.h5',
          bytes: 1000,
          sha256: hash('f'),
          md5: 'f'.repeat(32),
          known: null,
          normalisationFrom: 'user',
          sourceNote: '',
        },
        match: {
          rule: 'name',
          tensors: [{ name: 'conv1/kernel', stage: 'stem', shape: [7, 7, 3, 64], from: 'conv1/kernel:0' }],
          values: 9408,
          byOrderAlone: 0,
          head: null,
          leftOut: [],
          conversions: [],
          notes: [],
        },
      }),
    },
  ],
};

/** Version 3: marks of doubtful labels. */
const VERSION_3: Rows = {
  ...VERSION_2,
  image_marks: [{ dataset_id: 'd1', image_id: 'a2', reason: 'blurred', marked_at: '2026-01-03T00:00:00.000Z' }],
};

/** Version 4: studies opened from bundles, and answers for the checklists. */
const VERSION_4: Rows = {
  ...VERSION_3,
  datasets: [
    ...(VERSION_3.datasets ?? []).map((row) => ({ ...row, bundle_name: null })),
    { ...(VERSION_3.datasets?.[0] ?? {}), id: 'd2', name: 'bundle s2', bundle_name: 'Elsewhere' },
  ],
  studies: [
    ...(VERSION_3.studies ?? []).map((row) => ({ ...row, bundle: null, answers: '{"design":"retrospective"}' })),
    {
      ...(VERSION_3.studies?.[0] ?? {}),
      id: 's2',
      dataset_id: 'd2',
      answers: '{}',
      bundle: JSON.stringify({
        sha256: hash('b'),
        exportedAt: '2026-01-04T00:00:00.000Z',
        openedAt: '2026-01-05T00:00:00.000Z',
        appVersion: '0.1.0',
        recomputed: { numbers: 30, different: 0 },
        weights: [],
      }),
    },
  ],
};

/** Version 5: whether an import looked for pictures that were saved anew. */
const VERSION_5: Rows = {
  ...VERSION_4,
  datasets: (VERSION_4.datasets ?? []).map((row) => ({ ...row, pictures_compared: 1 })),
};

/** Version 6: pictures that an import found twice, and what readers say of them. */
const VERSION_6: Rows = {
  ...VERSION_5,
  picture_pairs: [
    {
      ...{ dataset_id: 'd1', position: 0, first_id: 'a0', first_file: 'a.png', second_id: 'a1', second_file: 'b.png' },
      ...{ likeness: 'looks', distance: 1.25, turn: 1, outcome: 'joined' },
    },
  ],
  different_pictures: [{ first_id: 'a0', second_id: 'a1', reason: 'two eyes', decided_at: '2026-01-06T00:00:00.000Z' }],
};

/** Version 7: what deserves a look about an image, and marks that leave images out. */
const VERSION_7: Rows = {
  ...VERSION_6,
  datasets: (VERSION_6.datasets ?? []).map((row) => ({ ...row, quality_checked: 1 })),
  image_flags: [{ dataset_id: 'd1', flag: 'dark', position: 2 }],
  image_marks: [
    ...(VERSION_6.image_marks ?? []).map((row) => ({ ...row, kind: 'label' })),
    { dataset_id: 'd1', image_id: 'a1', reason: 'black', marked_at: '2026-01-03T00:00:00.000Z', kind: 'exclude' },
  ],
};

/** Version 8: whose DICOM files they are, as salted hashes. */
const VERSION_8: Rows = {
  ...VERSION_7,
  patient_hashes: [{ dataset_id: 'd1', hash: 'ab'.repeat(32), patient: 0 }],
};

/** By version, from 1 on. A new migration adds what its schema is written with. */
export const WRITTEN: readonly Rows[] = [
  VERSION_1,
  VERSION_2,
  VERSION_3,
  VERSION_4,
  VERSION_5,
  VERSION_6,
  VERSION_7,
  VERSION_8,
];

export function writeRows(db: Database, rows: Rows): void {
  for (const [table, list] of Object.entries(rows)) {
    for (const row of list) {
      const columns = Object.keys(row);
      const places = columns.map((column) => `:${column}`);
      db.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places.join(', ')})`).run(row);
    }
  }
}

/** The columns of `rows` as the database holds them now, in the same order. */
export function readRows(db: Database, rows: Rows): Rows {
  return Object.fromEntries(
    Object.entries(rows).map(([table, list]) => {
      const found = list.map((row) => {
        const columns = Object.keys(row);
        const key = columns.filter((column) => /(^|_)id$|position/.test(column) && row[column] !== null);
        const where = key.map((column) => `${column} = :${column}`).join(' AND ');
        const picked = Object.fromEntries(key.map((column) => [column, row[column]]));
        return db.prepare(`SELECT ${columns.join(', ')} FROM ${table} WHERE ${where}`).get(picked);
      });
      return [table, found as Rows[string]];
    }),
  );
}
