/** A split leaves as CSV and comes back: the same data, or a question, never a patient on two sides. */
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { buildDataset, type BuiltDataset } from '../../../main/datasets/build.ts';
import { previewImport } from '../../../main/datasets/preview.ts';
import type { ImportRequest } from '../../../shared/dataset/dataset.ts';
import { formatCsv } from '../../../shared/tables/csv.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';
import { buildFrom, writeEyepacs, writeText } from './folders.ts';

let folder: string;
beforeEach(async () => {
  folder = makeTemporaryFolder('split');
  await writeEyepacs(folder, 10);
});

const file = (): string => path.join(folder, 'split.csv');
const image = (patient: number, eye: string): string => `train/${patient}_${eye}.jpeg`;
const follow = (over: Partial<ImportRequest> = {}): Promise<BuiltDataset> =>
  buildFrom(folder, { splitFile: 'split.csv', ...over });

/** Patients 1 to 10: 8 of them train, one validation, one test. */
function writeSplit(change: (rows: [string, string][]) => [string, string][] = (rows) => rows): void {
  const rows = Array.from({ length: 10 }, (_, i) => i + 1).flatMap((patient) =>
    ['left', 'right'].map((eye): [string, string] => [
      image(patient, eye),
      patient === 3 ? 'val' : patient === 9 ? 'Test' : 'train',
    ]),
  );
  writeText(file(), formatCsv(['image', 'split'], change(rows)));
}

describe('a split file', () => {
  it('repeats the split of an import to the last image', async () => {
    const first = await buildFrom(folder, { split: { train: 0.5, validation: 0.2, test: 0.3, seed: 7 } });
    const rows = first.images.map(({ path: of, patient, split }) => [path.relative(folder, of), patient, split]);
    writeText(file(), formatCsv(['image', 'patient', 'split'], rows));
    const again = await follow();
    expect(again.dataset.contentHash).toBe(first.dataset.contentHash);
    expect(again.dataset).toMatchObject({ splitConfig: { source: 'file' }, layout: 'eyepacs' });
  });

  it('of any spelling is followed, and counted in the preview', async () => {
    writeSplit();
    expect(await previewImport({ folder, splitFile: file() })).toMatchObject({
      questions: [],
      givenSplits: [
        { split: 'train', rows: 16 },
        { split: 'validation', rows: 2 },
        { split: 'test', rows: 2 },
      ],
    });
  });

  it('that does not name every image is asked about, and one that names others is said', async () => {
    writeSplit((rows) => [...rows.slice(0, 14), ...rows.slice(16), ['train/99_left.jpeg', 'train']]);
    const { questions, problems } = await previewImport({ folder, splitFile: 'split.csv' });
    expect(questions).toMatchObject([
      {
        id: 'unsplit-images',
        question: 'Go on without 2 images of 20 that the split file does not name?',
        reasons: ['It names 18 images of this dataset: train 14, validation 2, test 2.'],
      },
    ]);
    expect(problems.map(({ message }) => message)).toContain(
      '1 image of the split file is not among the usable images of this folder.',
    );
    await expect(follow()).rejects.toMatchObject({ code: 'needs-answer' });
    const { images, dataset } = await follow({ accept: ['unsplit-images'] });
    expect(images).toHaveLength(18);
    expect(dataset.flow).toContainEqual({ step: 'In the split file', images: 18, note: 'Left out: 2 not named' });
  });

  it.each<[string, (rows: [string, string][]) => [string, string][], string]>([
    [
      'a patient in two parts',
      (rows) => rows.map(([name, part]) => [name, name.includes('/4_left') ? 'test' : part]),
      '1 patient, as this import tells patients apart, has images in several parts.',
    ],
    [
      'an image in two parts',
      (rows) => [...rows, [image(1, 'left'), 'test']],
      'row 22 names an image for the second time',
    ],
    ['a word that is no part', (rows) => [...rows.slice(1), [image(1, 'left'), 'maybe']], 'row 21 says "maybe".'],
    ['no training part', (rows) => rows.map(([name]) => [name, 'test']), 'it has no image of this dataset in train.'],
    [
      'no images of the folder',
      (rows) => rows.map(([, part], i) => [`x${i}`, part]),
      'it has no image of this dataset in train.',
    ],
    ['no column of parts', (rows) => rows.map(([name], i) => [name, `${i}`]), 'none of its columns holds train'],
  ])('with %s is refused', async (_name, change, message) => {
    writeSplit(change);
    await expect(follow()).rejects.toThrow(message);
    await expect(previewImport({ folder, splitFile: 'split.csv' })).rejects.toThrow(message);
  });

  it('is needed where the split is said to come from one', async () => {
    const split = { train: 0.7, validation: 0.1, test: 0.2, seed: 0, source: 'file' as const };
    const build = buildDataset({ folder, name: 'T', split }, { datasetId: 'd' });
    await expect(build).rejects.toThrow('Expected a table that says which image is in which part');
  });
});
