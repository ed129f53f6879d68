import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { libraryPaths, type LibraryPaths } from '../../../main/platform/library-paths.ts';
import { createJobsService } from '../../../main/services/system/jobs.ts';
import { createPhantomsService, type PhantomWriter } from '../../../main/services/datasets/phantoms.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let paths: LibraryPaths;
const request = { kind: 'fundus', patients: 2, size: 64, seed: 0 } as const;

beforeEach(() => {
  paths = libraryPaths(makeTemporaryFolder('phantoms'));
});

function run(writePhantoms: PhantomWriter) {
  const jobs = createJobsService();
  const service = createPhantomsService({ paths, jobs, writePhantoms });
  return { jobs, create: () => service.create(request) };
}

describe('phantoms', () => {
  it('puts finished data under a name that says what it is, and never over older data', async () => {
    const { jobs, create } = run(({ out, onProgress }) => {
      fs.writeFileSync(path.join(out, 'trainLabels.csv'), 'image,level\n');
      onProgress(1, 1);
      return Promise.resolve();
    });
    const first = (await jobs.ended(create().id)).result as { folder: string };
    const second = (await jobs.ended(create().id)).result as { folder: string };
    expect(path.basename(first.folder)).toBe('fundus-2-at-64-seed-0');
    expect(path.basename(second.folder)).toBe('fundus-2-at-64-seed-0-2');
    expect(fs.readdirSync(first.folder)).toEqual(['trainLabels.csv']);
  });

  it('leaves nothing behind when it is cancelled', async () => {
    let isWriting = (): void => undefined;
    const writing = new Promise<void>((resolve) => (isWriting = resolve));
    const { jobs, create } = run(async ({ out, signal }) => {
      fs.writeFileSync(path.join(out, 'half.jpeg'), 'x');
      isWriting();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    });
    const { id } = create();
    await writing;
    jobs.cancel(id);
    expect((await jobs.ended(id)).state).toBe('cancelled');
    expect(fs.readdirSync(paths.phantoms)).toEqual([]);
  });

  it('names a full disk', async () => {
    const { jobs, create } = run(() => Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' })));
    expect((await jobs.ended(create().id)).error?.code).toBe('out-of-space');
    expect(fs.readdirSync(paths.phantoms)).toEqual([]);
  });
});
