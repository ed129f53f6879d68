/** The folder of a real clinic: a truncated JPEG, a text file named .png, odd columns, a missing image, a doubled name, 16 bits. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { manifestSchema } from '../../../shared/dataset/dataset.ts';
import { manifestPieces } from '../../../main/datasets/manifest.ts';
import { buildDataset, type BuiltDataset } from '../../../main/datasets/build.ts';
import { previewImport } from '../../../main/datasets/preview.ts';
import { imageBytes, writeImage, writeText } from './folders.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let folder: string;
let built: BuiltDataset;

function snapshot(): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const file = path.join(folder, name);
      const stats = statSync(file);
      return `${name} ${stats.mtimeMs} ${stats.isFile() ? createHash('sha256').update(readFileSync(file)).digest('hex') : ''}`;
    });
}

beforeAll(async () => {
  folder = makeTemporaryFolder();
  const at = (name: string): string => path.join(folder, name);
  for (let i = 1; i <= 8; i++) await writeImage(at(`images/eye${i}.png`), i);
  writeFileSync(at('images/cut.jpg'), (await imageBytes(20, 'jpeg', 200)).subarray(0, 9000));
  writeText(at('images/notes.png'), 'This is not an image, somebody renamed a text file.\n'.repeat(5));
  await writeImage(at('images/deep.png'), 30, 'png16');
  await writeImage(at('first visit/twice.png'), 40);
  await writeImage(at('second visit/twice.png'), 41);
  writeFileSync(at('images/copy.png'), readFileSync(at('images/eye8.png')));
  await writeImage(at('images/extra.png'), 50);
  const rows = [
    'File name;Pat No;Side;DR grade;Hb A1c;Remark;;',
    ...[1, 2, 3, 4, 5, 6, 7].map(
      (i) => `eye${i}.png;P${Math.ceil(i / 2)};${i % 2 ? 'OD' : 'OS'};${i % 5};${5 + i / 10};;;`,
    ),
    'eye8.png;P9;OD;2;7,1;;;',
    'copy.png;P10;OD;2;7,1;"sent twice; see mail";;',
    'cut.jpg;P11;OD;1;6,0;;;',
    'notes.png;P11;OS;0;6,0;;;',
    'deep.png;P12;OD;3;6,6;;;',
    'twice.png;P13;OD;1;6,6;;;',
    'gone.png;P14;OD;1;6,6;;;',
    'eye1.png;P1;OD;4;6,6;second reader;;',
    'eye2.png;P1;OS;2;6,6;;;',
    'eye3.png;P2;OD;ungradable;6,6;;;',
  ];
  writeText(at('Export.csv'), `\uFEFF${rows.join('\r\n')}\r\n`);
  built = await buildDataset({ folder, name: 'Clinic', accept: ['lost-rows'] }, { datasetId: 'd' });
});

describe('a messy folder', () => {
  it('previews the columns and what will be left out', async () => {
    const preview = await previewImport({ folder });
    expect(preview.suggestedColumns).toEqual({
      image: 'File name',
      patient: 'Pat No',
      eye: 'Side',
      labels: ['DR grade'],
    });
    expect(preview.columns).toEqual(['File name', 'Pat No', 'Side', 'DR grade', 'Hb A1c', 'Remark']);
    expect(preview.evidence).toEqual([
      'Export.csv has 6 columns: "File name", "Pat No", "Side", "DR grade", "Hb A1c", "Remark".',
      '"File name" names images: 94 % of the first 17 are in the folder.',
      '"DR grade" reads as the label: its name says that it is a label; its values are whole numbers from 0 to 4.',
      '"Pat No" reads as the patient.',
    ]);
    expect(preview.target).toMatchObject({ kind: 'ordinal', outputs: ['0', '1', '2', '3', '4'] });
    expect(preview.counts).toMatchObject({ rows: 17, imagesFound: 15, usable: 9 });
    expect(preview.problemCounts).toEqual({
      'missing-image': 1,
      'not-an-image': 1,
      'duplicate-name': 6,
      'unlabelled-image': 1,
    });
  });

  it('says precisely what is left out and why', () => {
    expect(
      built.problems.map(
        ({ kind, leftOut, file, message }) => `${leftOut ? 'out ' : 'note'} ${kind} ${file}: ${message}`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "out  duplicate-content images/copy.png: Byte for byte the same picture as images/eye8.png; it counts once. It was filed under 2 patients; their other images now stay together in one split.",
        "out  duplicate-name twice.png: Row 14 of Export.csv could mean 2 files: first visit/twice.png, second visit/twice.png. Write the folder or the ending into the table, or remove one file.",
        "out  duplicate-name images/eye1.png: Row 2 of Export.csv and row 16 of Export.csv give this image different labels; which is right cannot be known, so both rows are left out.",
        "out  duplicate-name images/eye3.png: Row 4 of Export.csv and row 18 of Export.csv give this image different labels; which is right cannot be known, so both rows are left out.",
        "out  duplicate-name images/eye2.png: Row 17 of Export.csv repeats row 3 of Export.csv with the same label; the image counts once.",
        "out  unreadable-image images/cut.jpg: Expected a whole JPEG image, got one that breaks off before its end. Copy the file again from its source: the end is missing.",
        "out  not-an-image images/notes.png: Expected an image, got text. Remove the file, or replace it by the image that it should be.",
        "out  missing-image gone.png: Row 15 of Export.csv names an image that is not in the folder.",
        "note few-cases null: The training split has few images for "DR grade 2 or higher" (3 positive, 2 negative). Little can be learned from so few.",
        "note few-cases null: The validation split has few images for "DR grade 2 or higher" (1 positive, 0 negative). An AUC from so few is uncertain, and undefined where one side is 0.",
        "note few-cases null: The test split has few images for "DR grade 2 or higher" (1 positive, 0 negative). An AUC from so few is uncertain, and undefined where one side is 0.",
        "out  unlabelled-image images/extra.png: No row of the labels names this image.",
        "note image-quality images/eye2.png: 7 images: below 64 pixels on the shorter side.",
        "note image-quality images/eye2.png: 7 images: no dark surround as around a fundus camera's field.",
        "note converted images/deep.png: Used, with a remark: 16-bit, scaled to 8 bits.",
      ]
    `);
  });

  it('counts every image once in the flow', () => {
    expect(built.dataset.flow).toMatchInlineSnapshot(`
      [
        {
          "images": 17,
          "note": "Export.csv",
          "step": "Rows read",
        },
        {
          "images": 15,
          "note": "Left out: 1 missing, 1 whose name several files have",
          "step": "Image found",
        },
        {
          "images": 10,
          "note": "Left out: 5 repeated or contradictory rows",
          "step": "One row per image",
        },
        {
          "images": 10,
          "note": "",
          "step": "Labelled",
        },
        {
          "images": 8,
          "note": "Left out: 2 that cannot be decoded",
          "step": "Readable",
        },
        {
          "images": 7,
          "note": "Left out: 1 copy of another picture",
          "step": "Without copies",
        },
        {
          "images": 7,
          "note": "",
          "step": "Used",
        },
      ]
    `);
  });

  it('uses what is sound, 16 bits included, and changes no file', async () => {
    const used = built.images.map((image) => path.basename(image.path)).sort();
    expect(used).toEqual(['deep.png', 'eye2.png', 'eye4.png', 'eye5.png', 'eye6.png', 'eye7.png', 'eye8.png']);
    const before = snapshot();
    await buildDataset({ folder, name: 'Again', accept: ['lost-rows'] }, { datasetId: 'd' });
    expect(snapshot()).toEqual(before);
  });

  it('keeps names and patients out of the manifest', () => {
    const manifest = manifestSchema.parse(JSON.parse([...manifestPieces(built.dataset, built.images)].join('')));
    const text = JSON.stringify(manifest.images.map(({ path: _, ...image }) => image));
    expect(text).not.toMatch(/P\d|eye\d|Export/);
  });
});
