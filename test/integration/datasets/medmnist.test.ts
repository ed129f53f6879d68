import fs from 'node:fs';
import path from 'node:path';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { unpackMedmnist } from '../../../main/datasets/medmnist/unpack.ts';
import { previewImport } from '../../../main/datasets/preview.ts';
import { libraryPaths } from '../../../main/platform/library-paths.ts';
import { createDatasetsService } from '../../../main/services/datasets/datasets-service.ts';
import { createJobsService } from '../../../main/services/system/jobs.ts';
import { openStore } from '../../../main/store/open.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let home: string;
beforeEach(() => {
  home = makeTemporaryFolder('medmnist');
});

/** As numpy.save writes bytes. */
function npy(shape: number[], bytes: Uint8Array, dtype = '|u1'): Uint8Array {
  const dict = `{'descr': '${dtype}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const text = `${dict}${' '.repeat(63 - ((10 + dict.length) % 64))}\n`;
  const head = Buffer.from(`\u0093NUMPY\u0001\0\0\0${text}`, 'latin1');
  head.writeUInt16LE(text.length, 8);
  return Buffer.concat([head, bytes]);
}

const COUNTS = { train: 6, val: 2, test: 2 };
/** A picture of its own for every image. */
const pixel = (part: number, image: number, at: number): number =>
  (Math.imul(1 + at + 1000 * image + 77_777 * part, 2_654_435_761) >>> 13) & 255;

function write(name: string, inner: number[], label: (i: number) => number[], level: 0 | 6 = 6): string {
  const size = inner.reduce((a, b) => a * b, 1);
  const arrays: Record<string, Uint8Array> = {};
  for (const [k, [part, n]] of Object.entries(COUNTS).entries()) {
    const pixels = Uint8Array.from({ length: n * size }, (_, i) => pixel(k, Math.floor(i / size), i % size));
    arrays[`${part}_images.npy`] = npy([n, ...inner], pixels);
  }
  for (const [part, n] of Object.entries(COUNTS)) {
    const labels = Array.from({ length: n }, (_, i) => label(i));
    arrays[`${part}_labels.npy`] = npy([n, labels[0]?.length ?? 0], Uint8Array.from(labels.flat()));
  }
  const file = path.join(home, name);
  fs.writeFileSync(file, zipSync(arrays, { level }));
  return file;
}
const unpack = (file: string): Promise<string> => unpackMedmnist(file, path.join(home, 'unpacked'));

describe('a MedMNIST file', () => {
  it.each([0, 6] as const)('becomes a folder with its own pixels, once (level %i)', async (level) => {
    const folder = await unpack(write('retinamnist_64.npz', [64, 64, 3], (i) => [i % 5], level));
    expect(path.basename(folder)).toMatch(/^retinamnist_64-[0-9a-f]{12}$/);
    const { data, info } = await sharp(path.join(folder, 'val', '000001.png'))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 64, height: 64, channels: 3 });
    expect([...data.subarray(0, 4)]).toEqual([0, 1, 2, 3].map((at) => pixel(1, 1, at)));
    expect(fs.readFileSync(path.join(folder, 'retinamnist.csv'), 'utf8').split('\n').slice(0, 3)).toEqual([
      'image,split,retinamnist',
      'train/000000.png,train,0',
      'train/000001.png,train,1',
    ]);
    const before = fs.statSync(path.join(folder, 'retinamnist.csv')).mtimeMs;
    expect(await unpack(path.join(home, 'retinamnist_64.npz'))).toBe(folder);
    expect(fs.statSync(path.join(folder, 'retinamnist.csv')).mtimeMs).toBe(before);
  });

  it('is imported as it is, or alone in its folder, and its images go with the last dataset of it', async () => {
    const file = write('retinamnist.npz', [28, 28, 3], (i) => [i % 5]);
    const paths = libraryPaths(makeTemporaryFolder('library'));
    const store = openStore(paths.database);
    const jobs = createJobsService();
    const datasets = createDatasetsService({ store, paths, jobs });
    const ids: string[] = [];
    for (const folder of [file, home]) {
      const split = { train: 0.7, validation: 0.1, test: 0.2, seed: 0, source: 'given' as const };
      const job = await jobs.ended(datasets.import({ folder, name: path.basename(folder), split }).id);
      ids.push((job.result as { datasetId: string }).datasetId);
    }
    expect(datasets.get(ids[0] as string).splits.map(({ images }) => images)).toEqual([6, 2, 2]);
    expect(fs.readdirSync(paths.unpacked)).toHaveLength(1);
    await datasets.remove(ids[0] as string);
    expect(fs.readdirSync(paths.unpacked)).toHaveLength(1);
    await datasets.remove(ids[1] as string);
    expect(fs.readdirSync(paths.unpacked)).toEqual([]);
    await jobs.close();
    store.close();
  });

  it('of the fundus has grades, parts and no patients', async () => {
    const found = await previewImport({ folder: await unpack(write('retinamnist.npz', [28, 28, 3], (i) => [i % 5])) });
    expect(found).toMatchObject({ layout: 'retinamnist', modality: 'fundus', questions: [] });
    expect(found.counts).toMatchObject({ rows: 10, usable: 10, patients: null });
    expect(found.givenSplits?.map(({ rows }) => rows)).toEqual([6, 2, 2]);
    expect(found.target.endpoints).toMatchObject([{ id: 'referable', positiveOutputs: [2, 3, 4] }]);
  });

  it('of the chest has 14 findings, or two classes', async () => {
    const fourteen = (i: number): number[] => Array.from({ length: 14 }, (_, k) => Number(k === i || k === 13));
    const chest = await previewImport({ folder: await unpack(write('chestmnist.npz', [28, 28], fourteen)) });
    expect(chest).toMatchObject({ layout: 'chestmnist', modality: 'cxr', questions: [] });
    expect(chest.target.outputs).toHaveLength(14);
    expect(chest.counts.outputs.at(-1)).toEqual({ output: 'hernia', positive: 10, negative: 0, unknown: 0 });
    const lungs = await previewImport({
      folder: await unpack(write('pneumoniamnist_128.npz', [128, 128], (i) => [i % 2])),
    });
    expect(lungs).toMatchObject({ layout: 'pneumoniamnist', modality: 'cxr', questions: [] });
    expect(lungs.target).toMatchObject({ outputs: ['normal', 'pneumonia'] });
  });

  it('of something else reads as a table of classes', async () => {
    const found = await previewImport({ folder: await unpack(write('bloodmnist.npz', [28, 28, 3], (i) => [i % 3])) });
    expect(found).toMatchObject({ layout: 'csv', modality: 'other', questions: [] });
    expect(found.target.outputs).toEqual(['basophil', 'eosinophil', 'erythroblast']);
  });

  it.each<[string, () => string, string]>([
    [
      'of volumes',
      () => write('organmnist3d.npz', [28, 28, 28], () => [0]),
      'train_images.npy with uint8 values of 6 x 28 x 28 x 28',
    ],
    [
      'without labels',
      () => withArrays({ 'train_images.npy': npy([1, 2, 2], new Uint8Array(4)) }),
      '1 images and 0 labels',
    ],
    ['of other arrays', () => withArrays({ 'x.npy': npy([1], new Uint8Array(1)) }), '0 images and 0 labels'],
    ['that is no zip', () => withBytes(Buffer.from('nothing of the kind')), '0 images and 0 labels'],
    [
      'cut short',
      () => withBytes(fs.readFileSync(write('r.npz', [28, 28, 3], () => [0], 0)).subarray(0, 20_000)),
      'found a damaged one',
    ],
    ['that is not there', () => path.join(home, 'none.npz'), 'found no file of that name'],
  ])('%s is refused and leaves nothing', async (_, make, message) => {
    await expect(unpack(make())).rejects.toThrow(message);
    expect(fs.readdirSync(path.join(home, 'unpacked'))).toEqual([]);
  });
});

const withArrays = (arrays: Record<string, Uint8Array>): string => withBytes(zipSync(arrays));
function withBytes(bytes: Uint8Array): string {
  const file = path.join(home, 'x.npz');
  fs.writeFileSync(file, bytes);
  return file;
}
