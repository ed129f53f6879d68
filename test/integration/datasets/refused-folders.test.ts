/** Folders and requests from which nothing can be imported: what the user is told. */

import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ImportRequest } from '../../../shared/dataset/dataset.ts';
import { buildFrom, writeEyepacs, writeImage, writeText } from './folders.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let folder: string;
beforeEach(() => {
  folder = makeTemporaryFolder();
});

const at = (name: string): string => path.join(folder, name);

describe('what cannot be imported', () => {
  const eyes = (): Promise<void> => writeEyepacs(folder, 2);
  const table: [string, () => Promise<void> | void, Partial<ImportRequest>, string][] = [
    [
      'no folder',
      () => undefined,
      { folder: '/nowhere/at/all' },
      'Expected a folder of images, found nothing at this place.',
    ],
    ['a file', () => writeText(at('a.txt'), 'x'), { folder: 'a.txt' }, 'Expected a folder of images, got a file.'],
    [
      'an empty folder',
      () => undefined,
      {},
      'Expected a folder of images (JPEG, PNG, TIFF, WebP, DICOM), found none among 0 files.',
    ],
    ['only text', () => writeText(at('a.txt'), 'x'), {}, 'found none among 1 file.'],
    [
      'images without labels',
      () => writeImage(at('a.png'), 1),
      {},
      'Expected a table of labels (CSV or Excel) or one folder per class, found 1 image with neither.',
    ],
    [
      'a wrong layout',
      eyes,
      { layout: 'chexpert' },
      'Expected the layout "CheXpert (chest x-rays, 14 findings)", but the folder does not have it; it reads as: EyePACS (diabetic retinopathy grades), Table of labels (CSV).',
    ],
    [
      'a labels file that is not there',
      eyes,
      { labelsFile: 'no.csv' },
      'The labels file cannot be used: Expected a table of labels, found no file of that name.',
    ],
    [
      'an output that is not there',
      () => Promise.all(['a/1.png', 'b/2.png'].map((f, i) => writeImage(at(f), i))).then(() => undefined),
      { outputs: ['a', 'x'] },
      'Expected outputs out of "a", "b"; got "x".',
    ],
    [
      'a positive grade out of range',
      eyes,
      { positiveFrom: 5 },
      'Expected the lowest positive grade between 1 and 4, got 5.',
    ],
    [
      'no usable image',
      () => (writeText(at('1_left.jpeg'), 'text'), writeText(at('trainLabels.csv'), 'image,level\n1_left,2\n')),
      {},
      'Expected at least one usable image, found none among 1 image file. The first reason: Expected an image, got text.',
    ],
    [
      'given splits where there are none',
      eyes,
      { split: { source: 'given' } },
      'Expected a data set that names its own splits, but this one does not.',
    ],
  ];

  it.each(table)('%s', async (_, prepare, over, message) => {
    await prepare();
    const request = over.folder === 'a.txt' ? { folder: at('a.txt') } : over;
    await expect(buildFrom(folder, request)).rejects.toThrow(message);
  });

  it('a table that ends in .txt is named', async () => {
    await writeImage(at('a.png'), 1);
    writeText(at('labels.txt'), 'image|patient|pneumonia\na.png|P0|1\n');
    await expect(buildFrom(folder)).rejects.toMatchObject({
      action: expect.stringContaining('labels.txt was seen, but a table must end in .csv') as string,
    });
  });
});
