import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type Store } from '../../../main/store/open.ts';
import { aDataset, anImage, aPrediction, aResult, aRun, aStudy, someImages } from './factories.ts';

let store: Store;
beforeEach(() => {
  store = openStore(':memory:');
});
afterEach(() => store.close());

function withStudy(): void {
  store.datasets.insert(aDataset(), someImages(), []);
  store.studies.insert(aStudy(), []);
}

describe('datasets', () => {
  it('reads back what was stored, with counts recomputed from the image rows', () => {
    const problem = { kind: 'missing-image', leftOut: true, file: 'train/9_left.jpeg', message: 'No file.' } as const;
    store.datasets.insert(aDataset(), someImages(), [problem]);
    const detail = store.datasets.get('d1');
    expect(detail).toMatchObject({ images: 4, patients: 3, patientDisjoint: true, problems: [problem] });
    expect(detail?.splits).toEqual([
      {
        split: 'train',
        images: 2,
        patients: 1,
        outputs: [
          { output: '0', positive: 1, negative: 1, unknown: 0 },
          { output: '1', positive: 1, negative: 1, unknown: 0 },
          { output: '2', positive: 0, negative: 2, unknown: 0 },
        ],
      },
      {
        split: 'validation',
        images: 1,
        patients: 1,
        outputs: [
          { output: '0', positive: 0, negative: 1, unknown: 0 },
          { output: '1', positive: 0, negative: 0, unknown: 1 },
          { output: '2', positive: 1, negative: 0, unknown: 0 },
        ],
      },
      expect.objectContaining({ split: 'test', images: 1, patients: 1 }),
    ]);
    expect(store.datasets.images('d1')).toEqual(someImages());
    expect(store.datasets.request('d1')).toEqual({ folder: '/data/clinic', name: 'Clinic' });
    expect(store.datasets.find('CLINIC')?.id).toBe('d1');
    expect(store.datasets.find('nothing')).toBeNull();
  });

  it('tells when a patient stands in two splits', () => {
    store.datasets.insert(aDataset(), [...someImages(), anImage({ id: 'a9', patient: 1, split: 'test' })], []);
    expect(store.datasets.get('d1')?.patientDisjoint).toBe(false);
    expect(store.datasets.sharedPatients('d1')).toBe(1);
  });

  it('pages and filters images without paths', () => {
    store.datasets.insert(aDataset(), someImages(), []);
    expect(store.datasets.page('d1', { positiveOutput: 2, offset: 0, limit: 1 })).toEqual({
      total: 2,
      images: [{ id: 'a2', split: 'validation', labels: [0, null, 1], eye: 'left', view: null, flags: [] }],
    });
    expect(store.datasets.page('d1', { split: 'train', offset: 1, limit: 10 }).images.map((i) => i.id)).toEqual(['a1']);
  });

  it('finds images by flag, and counts them', () => {
    const flagged = someImages().map((image, i) => ({ ...image, flags: i > 1 ? (['dark', 'small'] as const) : [] }));
    store.datasets.insert(aDataset({ qualityChecked: true }), flagged, []);
    expect(store.datasets.get('d1')?.flagCounts).toEqual({ dark: 2, small: 2 });
    const { total, images } = store.datasets.page('d1', { flag: 'dark', split: 'test', offset: 0, limit: 10 });
    expect([total, images.map(({ id, flags }) => [id, flags])]).toEqual([1, [['a3', ['dark', 'small']]]]);
    expect(store.datasets.page('d1', { flag: 'blurred', offset: 0, limit: 10 }).total).toBe(0);
    store.datasets.insert(aDataset({ id: 'd2', name: 'Older' }), someImages(), []);
    expect(store.datasets.get('d2')?.flagCounts).toBeNull();
  });

  it('refuses a second dataset of the same name, whatever its case', () => {
    store.datasets.insert(aDataset(), [], []);
    expect(() => store.datasets.insert(aDataset({ id: 'd2', name: 'CLINIC' }), [], [])).toThrow(/UNIQUE/);
    expect(store.datasets.list()).toHaveLength(1);
  });

  it('cannot be removed while a study uses it', () => {
    withStudy();
    expect(store.datasets.usedBy('d1')).toEqual(['Does it help?']);
    expect(() => store.datasets.remove('d1')).toThrow(/FOREIGN KEY/);
    store.studies.remove('s1');
    expect(store.datasets.remove('d1')).toBe(true);
    expect(store.db.prepare('SELECT count(*) AS n FROM images').get()).toEqual({ n: 0 });
  });

  it('refuses a row that it cannot read, without repeating its values', () => {
    store.datasets.insert(aDataset(), someImages(), []);
    store.db.prepare('UPDATE datasets SET target = \'{"secret": 1}\'').run();
    expect(() => store.datasets.list()).toThrow('The library holds a row in "datasets" that this version cannot read.');
    expect(() => store.db.prepare("UPDATE images SET labels = '12'").run()).toThrow(/CHECK/);
  });
});

describe('studies and weights', () => {
  it('keeps the specification and the weight sets it stands on', () => {
    store.datasets.insert(aDataset(), [], []);
    const weights = {
      id: 'w1',
      name: 'natural',
      model: 'cbr-tiny',
      source: 'run',
      origin: 'run of study "natural", seed 0',
      runId: 'r0',
      sha256: 'f'.repeat(64),
      normalisation: 'imagenet',
      outputs: ['a', 'b'],
      synthetic: true,
      licenceNote: '',
      createdAt: '2026-01-01T00:00:00.000Z',
    } as const;
    store.weights.insert({ ...weights, outputs: [...weights.outputs] });
    store.studies.insert(aStudy(), ['w1', 'w1']);
    expect(store.studies.find('does IT help?')).toEqual([aStudy()]);
    expect(store.studies.weights('s1')).toEqual(['w1']);
    expect(store.weights.find('Natural')).toEqual(weights);
    expect(store.weights.usedBy('w1')).toEqual(['Does it help?']);
    expect(() => store.weights.remove('w1')).toThrow(/FOREIGN KEY/);
  });
});

describe('runs', () => {
  beforeEach(() => {
    withStudy();
    store.runs.insert([aRun(), aRun({ id: 'r2', seed: 1, trainSize: 500 })]);
  });

  it('queues in the order given and moves only between expected states', () => {
    const queued = (): (string | number)[][] =>
      store.runs.listByState(['queued']).map((run) => [run.id, run.trainSize]);
    expect(queued()).toEqual([
      ['r1', 'all'],
      ['r2', 500],
    ]);
    expect(store.runs.beginAttempt('r1', 't')).toMatchObject({ state: 'running', attempts: 1 });
    expect(store.runs.beginAttempt('r1', 't')).toBeNull();
    expect(store.runs.transition('r1', ['paused'], 'queued')).toBe(false);
    expect(queued()).toEqual([['r2', 500]]);
  });

  it('refuses the same arm and seed twice', () => {
    expect(() => store.runs.insert([aRun({ id: 'r3' })])).toThrow(/UNIQUE/);
  });

  it('finishes once: state, result and predictions together, never doubled', () => {
    const finish = (): boolean =>
      store.runs.finish({
        id: 'r1',
        result: aResult(),
        predictions: [aPrediction(), aPrediction({ imageId: 'a2', split: 'validation' })],
      });
    expect(finish()).toBe(true);
    expect(finish()).toBe(false);
    expect(store.runs.get('r1')).toMatchObject({ state: 'succeeded', result: aResult() });
    expect(store.predictions.list('r1')).toHaveLength(2);
    expect(store.predictions.list('r1', 'test')).toEqual([aPrediction()]);
  });

  it('keeps nothing of a finish that fails', () => {
    const twice = [aPrediction(), aPrediction()];
    expect(() => store.runs.finish({ id: 'r1', result: aResult(), predictions: twice })).toThrow(/UNIQUE/);
    expect(store.runs.get('r1')).toMatchObject({ state: 'queued', result: null });
    expect(store.predictions.list('r1')).toHaveLength(0);
  });

  it('never turns a finished run into a failed one', () => {
    store.runs.finish({ id: 'r1', result: aResult(), predictions: [] });
    store.runs.stop('r1', 'failed', { code: 'internal', message: 'late' }, 't');
    expect(store.runs.get('r1')?.state).toBe('succeeded');
    store.runs.stop('r2', 'failed', { code: 'run-failed', message: 'no memory', action: 'use less' }, 't');
    expect(store.runs.get('r2')).toMatchObject({ state: 'failed', error: { code: 'run-failed', action: 'use less' } });
  });
});

describe('query plans', () => {
  const hot: [string, RegExp][] = [
    ["SELECT * FROM runs WHERE state = 'queued' ORDER BY queue_position", /USING INDEX runs_by_state/],
    [
      "SELECT * FROM predictions WHERE run_id = 'x' AND split = 'test' ORDER BY image_id",
      /USING PRIMARY KEY \(run_id=\?\)/,
    ],
    ["SELECT count(*) FROM images WHERE dataset_id = 'd' AND split = 'test'", /COVERING INDEX images_by_split/],
    ["SELECT id FROM images WHERE dataset_id = 'd' ORDER BY position LIMIT 50", /USING PRIMARY KEY \(dataset_id=\?\)/],
    [
      "SELECT patient FROM images WHERE dataset_id = 'd' GROUP BY patient HAVING min(split) <> max(split)",
      /COVERING INDEX images_by_patient/,
    ],
    ["SELECT * FROM images WHERE dataset_id = 'd' AND id = 'x'", /USING INDEX images_by_id/],
    ["SELECT * FROM runs WHERE study_id = 's' ORDER BY queue_position", /USING INDEX runs_by_study/],
  ];
  it.each(hot)('%s', (sql, index) => {
    const plan = (store.db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[])
      .map((row) => row.detail)
      .join('; ');
    expect(plan).toMatch(index);
    expect(plan).not.toMatch(/TEMP B-TREE|SCAN/);
  });
});
