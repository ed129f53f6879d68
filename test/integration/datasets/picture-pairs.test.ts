/** From a folder with pictures saved anew to the list of pairs, a reader's word on one of them, and the next import. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Sharp } from 'sharp';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { libraryPaths, type LibraryPaths } from '../../../main/platform/library-paths.ts';
import { createDatasetsService, type DatasetsService } from '../../../main/services/datasets/datasets-service.ts';
import { proveLeakage, verifyProof, writeProof } from '../../../main/services/datasets/leakage-proof.ts';
import { createPicturePairsService, type PicturePairsService } from '../../../main/services/datasets/picture-pairs.ts';
import { createJobsService, type JobsService } from '../../../main/services/system/jobs.ts';
import { openStore, type Store } from '../../../main/store/open.ts';
import { picturePairsTable } from '../../../shared/dataset/picture-pairs-table.ts';
import type { ListedPair } from '../../../shared/dataset/picture-pairs.ts';
import { picture } from '../../support/made-up-picture.ts';
import { tableText } from '../../../shared/tables/text-face.ts';
import { aStudy } from '../../unit/store/factories.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let folder: string;
let store: Store;
let jobs: JobsService;
let datasets: DatasetsService;
let pairs: PicturePairsService;
let paths: LibraryPaths;

beforeEach(async () => {
  folder = makeTemporaryFolder();
  paths = libraryPaths(makeTemporaryFolder());
  store = openStore(paths.database);
  jobs = createJobsService();
  datasets = createDatasetsService({ store, paths, jobs });
  pairs = createPicturePairsService({ store });
  const lines = ['image,patient,pneumonia'];
  const write = async (name: string, image: Sharp, patient: string, label: number): Promise<void> => {
    writeFileSync(path.join(folder, name), await image.toBuffer());
    lines.push(`${name},${patient},${label}`);
  };
  for (let i = 0; i < 20; i++) await write(`p${i}.png`, picture(i).png(), `P${i}`, i % 2);
  await write('copy.png', picture(0).png(), 'P0', 0);
  await write('packed.png', picture(1).png({ compressionLevel: 0 }), 'P1', 1);
  await write('contradiction.png', picture(2).png(), 'P2', 1);
  await write('smaller.png', picture(3).resize(32, 32).png(), 'P3', 1);
  await write('mirrored.jpg', picture(4).flop().jpeg({ quality: 80 }), 'Q', 0);
  writeFileSync(path.join(folder, 'labels.csv'), `${lines.join('\n')}\n`);
});
afterEach(async () => {
  await jobs.close();
  store.close();
});

async function importAs(name: string): Promise<{ id: string; pairs: ListedPair[] }> {
  const job = await jobs.ended(datasets.import({ folder, name }).id);
  const { datasetId: id } = job.result as { datasetId: string };
  return { id, pairs: pairs.list({ id }).pairs };
}

it('pairs are listed with why and what was done; declared different, they join nobody from the next import on', async () => {
  const first = await importAs('First');
  expect(first.pairs.map((p) => [p.first.file, p.second.file, p.likeness, p.turn, p.outcome])).toEqual([
    ['p3.png', 'smaller.png', 'looks', 0, 'same-patient'],
    ['p4.png', 'mirrored.jpg', 'looks', 1, 'joined'],
    ['p0.png', 'copy.png', 'bytes', 0, 'copy-left-out'],
    ['p1.png', 'packed.png', 'pixels', 0, 'copy-left-out'],
    ['p2.png', 'contradiction.png', 'bytes', 0, 'both-left-out'],
  ]);
  expect(first.pairs.map(({ splits }) => splits.filter((split) => split !== null).length)).toEqual([2, 2, 1, 1, 0]);
  const printed = tableText(picturePairsTable(first.pairs));
  expect(printed).toMatch(
    /p4\.png +\w{20} +mirrored\.jpg +\w{20} +Looks the same, mirrored +\d\.\d +Patients brought into one part/,
  );

  const [, mirrored, copy] = first.pairs as [ListedPair, ListedPair, ListedPair];
  const ids = { datasetId: first.id, firstId: mirrored.second.id, secondId: mirrored.first.id };
  expect(() => pairs.declareDifferent({ ...ids, reason: ' ' })).toThrow(/reason/);
  expect(() => pairs.declareDifferent({ ...ids, firstId: copy.first.id, reason: 'x' })).toThrow(/looking the same/);
  pairs.declareDifferent({ ...ids, reason: 'the other eye' });
  const again = pairs.list({ id: first.id }).pairs[1];
  expect(again).toMatchObject({ outcome: 'joined', reason: 'the other eye' });
  expect(datasets.get(first.id).patients).toBe(19);

  const second = await importAs('Second');
  expect(second.pairs[1]).toMatchObject({ outcome: 'different', reason: 'the other eye' });
  const detail = datasets.get(second.id);
  expect(detail.patients).toBe(20);
  expect(detail.flow.at(-1)?.note).toBe('1 pair of pictures declared different');
  expect(detail.problemCounts['different-pictures']).toBe(1);

  expect(pairs.withdrawDifferent(ids)).toBe('the other eye');
  expect((await importAs('Third')).pairs[1]).toMatchObject({ outcome: 'joined', reason: null });
});

it('the leakage proof says what was found, and a second look tells what was changed', async () => {
  const { id, pairs: listed } = await importAs('Proved');
  store.studies.insert(aStudy({ datasetId: id }), []);
  const proof = proveLeakage({ store }, id);
  expect(proof).toMatchObject({
    patientsInSeveralParts: 0,
    conclusion: { state: 'none', notProved: [] },
    pictures: {
      copies: { pairs: 3, acrossParts: 0 },
      joined: { pairs: 2, acrossParts: 0 },
      declaredDifferent: { pairs: 0, list: [] },
    },
  });
  const failing = (): string[] =>
    verifyProof({ store, paths }, 's1').flatMap(({ check, holds }) => (holds ? [] : [check]));
  expect(failing()).toEqual(['The study has a readable leakage-proof.json']);
  writeProof({ paths }, 's1', proof);
  expect(failing()).toEqual([]);
  // The rows as the rule of the file says, from the manifest.
  const manifest = JSON.parse(readFileSync(paths.manifest(id), 'utf8')) as {
    images: { sha256: string; split: string }[];
  };
  const rows = manifest.images.map(({ sha256, split }) => `${sha256} ${split}`).sort();
  expect(createHash('sha256').update(rows.join('\n')).digest('hex')).toBe(proof.rows.sha256);

  writeProof({ paths }, 's1', { ...proof, pictures: { ...proof.pictures, joined: { pairs: 0, acrossParts: 0 } } });
  expect(failing()).toEqual(['Its numbers of pairs of pictures are right']);
  writeProof({ paths }, 's1', proof);
  const moved = listed[1]?.second.id;
  store.db
    .prepare("UPDATE images SET split = CASE split WHEN 'test' THEN 'train' ELSE 'test' END WHERE id = ?")
    .run(moved);
  const found = failing();
  expect(found).toContain('No patient is in two parts (counted from the rows)');
  expect(found).toContain('The checksum of the (image, part) rows is right');
  expect(found).toContain('The manifest has the same images in the same parts');
  expect(found).toContain('Its numbers of pairs of pictures are right');
  expect(proveLeakage({ store }, id).pictures.joined.acrossParts).toBe(1);
});
