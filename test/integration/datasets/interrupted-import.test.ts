/** An import goes on where it was stopped, and decodes again only what has changed. */
import { appendFileSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { buildDataset } from '../../../main/datasets/build.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';
import { imageBytes, writeEyepacs } from './folders.ts';

const filesIn = (journal: string): string[] =>
  readFileSync(journal, 'utf8')
    .split('\n')
    .flatMap((line) => /"file":"([^"]+)"/.exec(line)?.[1] ?? []);

it('keeps what it has found when it is cancelled, and goes on', async () => {
  const folder = makeTemporaryFolder();
  await writeEyepacs(folder, 10);
  const journal = path.join(makeTemporaryFolder(), 'inspections', 'journal.jsonl');
  const request = { folder, name: 'Eyes' };
  const stop = new AbortController();
  const onProgress = (done: number): void => void (done === 7 && stop.abort(new Error('stopped')));
  await expect(buildDataset(request, { datasetId: 'd', journal, onProgress, signal: stop.signal })).rejects.toThrow(
    'stopped',
  );
  const before = filesIn(journal);
  expect(before.length).toBeGreaterThanOrEqual(7);
  expect(before.length).toBeLessThan(20);
  // As a crash in the middle of a line leaves it.
  appendFileSync(journal, '{"version":1,"file":"tor');
  const resumed = await buildDataset(request, { datasetId: 'd', journal });
  expect(
    filesIn(journal)
      .filter((file) => file !== 'tor')
      .sort(),
  ).toEqual(resumed.images.map(({ path: file }) => path.relative(folder, file)).sort());
  const fresh = await buildDataset(request, { datasetId: 'd' });
  expect(resumed.images).toEqual(fresh.images);
  expect(resumed.dataset).toMatchObject({ contentHash: fresh.dataset.contentHash, flow: fresh.dataset.flow });
});

it('sees a file that was changed, also with its old size and time, and one that is gone', async () => {
  const folder = makeTemporaryFolder();
  await writeEyepacs(folder, 5);
  const journal = path.join(makeTemporaryFolder(), 'journal.jsonl');
  const request = { folder, name: 'Eyes', accept: ['lost-rows' as const] };
  const first = await buildDataset(request, { datasetId: 'd', journal });
  const file = path.join(folder, 'train/1_left.jpeg');
  const { size, atime, mtime } = statSync(file);
  const other = Buffer.concat([await imageBytes(77, 'jpeg', 24), Buffer.alloc(size)]).subarray(0, size);
  writeFileSync(file, other);
  utimesSync(file, atime, mtime);
  rmSync(path.join(folder, 'train/2_left.jpeg'));
  const second = await buildDataset(request, { datasetId: 'd', journal });
  expect(filesIn(journal)).toHaveLength(11);
  expect(second.images).toHaveLength(9);
  const before = new Set(first.images.map(({ sha256 }) => sha256));
  expect(second.images.filter(({ sha256 }) => !before.has(sha256)).map((image) => image.path)).toEqual([file]);
});
