/** The datasets procedures as a client calls them. */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datasetsRouter } from '../../../main/api/datasets.ts';
import type { ApiContext } from '../../../main/api/trpc.ts';
import { libraryPaths } from '../../../main/platform/library-paths.ts';
import { createDatasetsService } from '../../../main/services/datasets/datasets-service.ts';
import { createJobsService } from '../../../main/services/system/jobs.ts';
import { openStore } from '../../../main/store/open.ts';
import { writeEyepacs } from './folders.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const home = makeTemporaryFolder();
const folder = makeTemporaryFolder();
const jobs = createJobsService();
const paths = libraryPaths(home);
const store = openStore(paths.database);
const datasets = createDatasetsService({ store, paths, jobs });
const api = datasetsRouter.createCaller({ datasets, jobs } as unknown as ApiContext);

beforeAll(() => writeEyepacs(folder, 5));
afterAll(async () => {
  await jobs.close();
  store.close();
});

describe('datasets over the API', () => {
  it('previews, imports, lists, pages, verifies and removes', async () => {
    const preview = await jobs.ended((await api.preview({ folder })).jobId);
    expect(preview).toMatchObject({ kind: 'preview', result: { counts: { rows: 10, usable: 10, patients: 5 } } });
    const refused = await jobs.ended((await api.preview({ folder: path.join(folder, 'nope') })).jobId);
    expect(refused).toMatchObject({ state: 'failed', error: { code: 'not-found' } });
    const { jobId } = await api.import({ folder, name: 'Eyes' });
    const { datasetId: id } = (await jobs.ended(jobId)).result as { datasetId: string };
    expect(await api.list()).toMatchObject([{ id, name: 'Eyes', images: 10 }]);
    expect(await api.get({ id })).toMatchObject({ id, patientDisjoint: true, splitConfig: { train: 0.7, seed: 0 } });
    expect(await api.images({ id, limit: 3 })).toMatchObject({ total: 10, images: [{}, {}, {}] });
    const problems = await api.problems({ id });
    expect(problems.map(({ kind }) => kind)).toEqual([
      'few-cases',
      'few-cases',
      'few-cases',
      'image-quality',
      'image-quality',
    ]);
    const verify = await api.verify({ id });
    expect((await jobs.ended(verify.jobId)).result).toMatchObject({ unchanged: 10, recordsIntact: true });
    await api.remove({ id });
    expect(await api.list()).toEqual([]);
  });

  it.each([
    [{ folder: '' }, 'folder'],
    [{ folder: '/x', name: '' }, 'name'],
    [{ folder: '/x', name: 'a', layout: 'dicom' }, 'layout'],
    [{ folder: '/x', name: 'a', split: { train: 0.7, validation: 0.2, test: 0.2 } }, 'add up to 1'],
  ])('refuses %j', async (input, named) => {
    await expect(api.import(input as never)).rejects.toThrow(named);
  });

  it('keeps the meaning of an error', async () => {
    await expect(api.get({ id: 'none' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'Expected a dataset of this library, found none with this id.',
    });
  });
});
