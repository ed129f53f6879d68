/** The service over a real library: import as a job, look, verify, remove. */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { libraryPaths, type LibraryPaths } from '../../../main/platform/library-paths.ts';
import { createDatasetsService, type DatasetsService } from '../../../main/services/datasets/datasets-service.ts';
import { createJobsService, type JobsService } from '../../../main/services/system/jobs.ts';
import { openStore, type Store } from '../../../main/store/open.ts';
import { manifestSchema, type DatasetDetail, type ImportRequest } from '../../../shared/dataset/dataset.ts';
import type { Job } from '../../../shared/system/system.ts';
import { aRun, aStudy } from '../../unit/store/factories.ts';
import { writeEyepacs } from './folders.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let home: string;
let folder: string;
let paths: LibraryPaths;
let store: Store;
let jobs: JobsService;
let datasets: DatasetsService;

beforeEach(async () => {
  home = makeTemporaryFolder();
  folder = makeTemporaryFolder();
  paths = libraryPaths(home);
  store = openStore(paths.database);
  jobs = createJobsService();
  datasets = createDatasetsService({ store, paths, jobs });
  await writeEyepacs(folder, 10);
});
afterEach(async () => {
  await jobs.close();
  store.close();
});

const run = (job: Job): Promise<Job> => jobs.ended(job.id);

async function importFolder(over: Partial<ImportRequest> = {}): Promise<DatasetDetail> {
  const job = await run(datasets.import({ folder, name: 'Eyes', ...over }));
  expect(job).toMatchObject({ state: 'succeeded', done: 20, total: 20 });
  return datasets.get((job.result as { datasetId: string }).datasetId);
}

describe('import', () => {
  it('writes a manifest and rows that agree, and draws a thumbnail when it is asked for', async () => {
    const detail = await importFolder();
    expect(detail).toMatchObject({ name: 'Eyes', images: 20, patients: 10, patientDisjoint: true, layout: 'eyepacs' });
    expect(detail.splits.map((s) => [s.split, s.patients, s.images])).toEqual([
      ['train', 7, 14],
      ['validation', 1, 2],
      ['test', 2, 4],
    ]);
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(paths.manifest(detail.id), 'utf8')));
    expect(manifest.contentHash).toBe(detail.contentHash);
    expect(manifest.images.map((i) => i.id)).toEqual(store.datasets.images(detail.id).map((i) => i.id));
    expect(readdirSync(paths.dataset(detail.id))).toEqual(['manifest.json']);
    const imageId = manifest.images[0]?.id as string;
    const thumbnail = await datasets.thumbnail({ datasetId: detail.id, imageId });
    expect(readdirSync(paths.thumbnails(detail.id))).toEqual([`${imageId}.webp`]);
    expect((await sharp(thumbnail).metadata()).format).toBe('webp');
  });

  it('draws a thumbnail again that was deleted, and knows no other images', async () => {
    const detail = await importFolder();
    const imageId = datasets.images({ id: detail.id }).images[0]?.id as string;
    const drawn = await datasets.thumbnail({ datasetId: detail.id, imageId });
    rmSync(paths.thumbnail(detail.id, imageId));
    expect(await datasets.thumbnail({ datasetId: detail.id, imageId })).toEqual(drawn);
    await expect(datasets.thumbnail({ datasetId: detail.id, imageId: '../manifest' })).rejects.toThrow(
      'Expected an image of this dataset, got another id.',
    );
  });

  it('refuses a taken name at once', async () => {
    await importFolder();
    expect(() => datasets.import({ folder, name: ' EYES ' })).toThrow('there is already a dataset "EYES"');
  });

  it('leaves nothing of an import that fails or is cancelled, nor of one that a crash cut short', async () => {
    mkdirSync(path.join(paths.datasets, 'left-by-a-crash'), { recursive: true });
    const failed = await run(datasets.import({ folder: path.join(folder, 'none'), name: 'A' }));
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'not-found' } });
    const job = datasets.import({ folder, name: 'B' });
    jobs.cancel(job.id);
    expect((await run(job)).state).toBe('cancelled');
    expect(readdirSync(paths.datasets)).toEqual([]);
    expect(datasets.list()).toEqual([]);
  });
});

describe('import again', () => {
  it('leaves out what was excluded, with its reason, also the time after', async () => {
    const { id } = await importFolder();
    const [first, second] = datasets.images({ id }).images.map((image) => image.id);
    const at = '2026-01-01T00:00:00.000Z';
    store.imageMarks.set(id, { imageId: first as string, reason: 'blurred', markedAt: at }, 'exclude');
    store.imageMarks.set(id, { imageId: second as string, reason: 'odd label', markedAt: at });
    expect(store.imageMarks.list(id)).toMatchObject([{ imageId: second }]);
    const again = async (from: string, name: string): Promise<DatasetDetail> => {
      const { result } = await run(datasets.importAgain({ id: from, name }));
      return datasets.get((result as { datasetId: string }).datasetId);
    };
    const fewer = await again(id, 'Fewer');
    expect(fewer).toMatchObject({ images: 19, problemCounts: { 'excluded-image': 1 } });
    expect(fewer.flow).toContainEqual({ step: 'Not left out by hand', images: 19, note: 'Left out: 1 by hand' });
    expect(fewer.problems.find(({ kind }) => kind === 'excluded-image')?.message).toBe('Left out by hand: blurred');
    expect((await again(fewer.id, 'Fewer still')).images).toBe(19);
    expect(datasets.get(id).images).toBe(20);
  });
});

describe('looking', () => {
  it('finds by name, pages and filters', async () => {
    const detail = await importFolder();
    expect(datasets.find('eyes').id).toBe(detail.id);
    expect(() => datasets.find('none')).toThrow(
      'Expected the name or id of a dataset of this library, found none that fits.',
    );
    expect(datasets.images({ id: detail.id, split: 'test', limit: 1 })).toMatchObject({
      total: 4,
      images: [{ split: 'test' }],
    });
    expect(datasets.images({ id: detail.id, output: '3' }).total).toBe(4);
    expect(() => datasets.images({ id: detail.id, output: 'x' })).toThrow(
      'Expected an output of this dataset (0, 1, 2, 3, 4), got "x".',
    );
    expect(() => datasets.get('none')).toThrow('Expected a dataset of this library, found none with this id.');
  });
});

describe('verify', () => {
  it('finds changed and missing files, and damaged records', async () => {
    const detail = await importFolder();
    expect((await run(datasets.verify(detail.id))).result).toEqual({
      checked: 20,
      unchanged: 20,
      changed: 0,
      missing: 0,
      recordsIntact: true,
      problems: [],
    });
    rmSync(path.join(folder, 'train/1_left.jpeg'));
    appendFileSync(path.join(folder, 'train/2_left.jpeg'), 'x');
    writeFileSync(
      paths.manifest(detail.id),
      readFileSync(paths.manifest(detail.id), 'utf8').replace('"train"', '"test"'),
    );
    expect((await run(datasets.verify(detail.id))).result).toEqual({
      checked: 20,
      unchanged: 18,
      changed: 1,
      missing: 1,
      recordsIntact: false,
      problems: [
        { file: 'train/1_left.jpeg', state: 'missing' },
        { file: 'train/2_left.jpeg', state: 'changed' },
      ],
    });
  });
});

describe('remove', () => {
  it("forgets the dataset and its caches, and leaves the user's files", async () => {
    const detail = await importFolder();
    mkdirSync(paths.cache(detail.id, 64), { recursive: true });
    await datasets.remove(detail.id);
    expect(datasets.list()).toEqual([]);
    expect([paths.dataset(detail.id), paths.cache(detail.id, 64)].some((p) => existsSync(p))).toBe(false);
    expect(readdirSync(path.join(folder, 'train'))).toHaveLength(20);
  });

  it('is refused while a study uses it', async () => {
    const detail = await importFolder();
    store.studies.insert(aStudy({ datasetId: detail.id }), []);
    store.runs.insert([aRun()]);
    await expect(datasets.remove(detail.id)).rejects.toThrow(
      'The dataset "Eyes" is used by the study "Does it help?".',
    );
    expect(existsSync(paths.manifest(detail.id))).toBe(true);
  });
});
