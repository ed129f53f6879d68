/** An import goes on where it was stopped, and decodes again only what has changed. */
import { rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { buildDataset } from '../../../main/datasets/build.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';
import { imageBytes, writeEyepacs } from './folders.ts';

function filesIn(journal: string): string[] {
  const db = new Database(journal, { readonly: true });
  const files = db.prepare('SELECT file FROM images ORDER BY file').pluck().all() as string[];
  db.close();
  return files;
}

it('keeps what it has found when it is cancelled, and goes on', async () => {
  const folder = makeTemporaryFolder();
  await writeEyepacs(folder, 10);
  const journal = path.join(makeTemporaryFolder(), 'inspections', 'journal.sqlite');
  const request = { folder, name: 'Eyes' };
  const stop = new AbortController();
  const onProgress = (done: number): void => void (done === 7 && stop.abort(new Error('stopped')));
  await expect(buildDataset(request, { datasetId: 'd', journal, onProgress, signal: stop.signal })).rejects.toThrow(
    'stopped',
  );
  const before = filesIn(journal);
  expect(before.length).toBeGreaterThanOrEqual(7);
  expect(before.length).toBeLessThan(20);
  const resumed = await buildDataset(request, { datasetId: 'd', journal });
  expect(filesIn(journal)).toEqual(resumed.images.map(({ path: file }) => path.relative(folder, file)).sort());
  const fresh = await buildDataset(request, { datasetId: 'd' });
  expect(resumed.images).toEqual(fresh.images);
  expect(resumed.dataset).toMatchObject({ contentHash: fresh.dataset.contentHash, flow: fresh.dataset.flow });
});

it('sees a file that was changed, also with its old size and time, and one that is gone', async () => {
  const folder = makeTemporaryFolder();
  await writeEyepacs(folder, 5);
  const journal = path.join(makeTemporaryFolder(), 'journal.sqlite');
  const request = { folder, name: 'Eyes', accept: ['lost-rows' as const] };
  const first = await buildDataset(request, { datasetId: 'd', journal });
  const file = path.join(folder, 'train/1_left.jpeg');
  const { size, atime, mtime } = statSync(file);
  const other = Buffer.concat([await imageBytes(77, 'jpeg', 24), Buffer.alloc(size)]).subarray(0, size);
  writeFileSync(file, other);
  utimesSync(file, atime, mtime);
  rmSync(path.join(folder, 'train/2_left.jpeg'));
  const second = await buildDataset(request, { datasetId: 'd', journal });
  expect(filesIn(journal)).toHaveLength(9);
  expect(second.images).toHaveLength(9);
  const before = new Set(first.images.map(({ sha256 }) => sha256));
  expect(second.images.filter(({ sha256 }) => !before.has(sha256)).map((image) => image.path)).toEqual([file]);
});

it.each([
  ['a file that is no database', 'nothing that SQLite could read'.repeat(100)],
  ['an empty file', ''],
])('starts anew with %s in place of the journal', async (_, text) => {
  const folder = makeTemporaryFolder();
  await writeEyepacs(folder, 3);
  const journal = path.join(makeTemporaryFolder(), 'journal.sqlite');
  writeFileSync(journal, text);
  const { images } = await buildDataset({ folder, name: 'Eyes' }, { datasetId: 'd', journal });
  expect(images).toHaveLength(6);
  expect(filesIn(journal)).toHaveLength(6);
});

it('finds the same in threads, as many images are inspected, and tells the same about those that cannot be read', async () => {
  const folder = makeTemporaryFolder();
  await writeEyepacs(folder, 60);
  writeFileSync(path.join(folder, 'train/7_left.jpeg'), 'no image');
  const journal = path.join(makeTemporaryFolder(), 'journal.sqlite');
  const request = { folder, name: 'Eyes', accept: ['lost-rows' as const] };
  const inThreads = await buildDataset(request, { datasetId: 'd', journal });
  expect(inThreads.images).toHaveLength(119);
  expect(filesIn(journal)).toHaveLength(119);
  const problems = inThreads.problems.filter(({ file }) => file === 'train/7_left.jpeg');
  expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('Expected an image, got text')]);
  const known = await buildDataset(request, { datasetId: 'd', journal });
  expect(known.images).toEqual(inThreads.images);
  const stop = new AbortController();
  const cancelled = buildDataset(request, {
    datasetId: 'd',
    onProgress: () => stop.abort(new Error('stopped')),
    signal: stop.signal,
  });
  await expect(cancelled).rejects.toThrow('stopped');
});
