import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { previewImport } from '../../../main/datasets/preview.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';
import { workbookBytes, type WorkbookCell, type WorkbookSheet } from '../../support/workbook.ts';
import { buildFrom, writeImage, writeText } from './folders.ts';

let folder: string;
beforeEach(() => {
  folder = makeTemporaryFolder('workbook');
});

const IMAGES = 12;
const rows = (header: string[], row: (i: number) => WorkbookCell[], images = IMAGES): WorkbookCell[][] => [
  header,
  ...Array.from({ length: images }, (_, i) => row(i)),
];
const grades = (name: string, column: string): WorkbookSheet => ({
  name,
  rows: rows(['image', 'patient', column], (i) => [`00${i}`, `P0${i >> 1}`, i % 3]),
});

async function writeFolder(sheets: WorkbookSheet[]): Promise<void> {
  for (let i = 0; i < IMAGES; i++) await writeImage(path.join(folder, 'images', `00${i}.png`), i);
  writeFileSync(path.join(folder, 'labels.xlsx'), workbookBytes(sheets));
}

describe('labels in a workbook', () => {
  it('are imported like those of a text: names and patients keep their zeros', async () => {
    await writeFolder([grades('Tabelle1', 'grade'), { name: 'Notes', rows: [['Graded in 2024 by two readers']] }]);
    const { dataset, images, problems } = await buildFrom(folder);
    expect(dataset.target).toMatchObject({ kind: 'ordinal', outputs: ['0', '1', '2'] });
    expect(images).toHaveLength(IMAGES);
    expect(new Set(images.map(({ patient }) => patient)).size).toBe(IMAGES / 2);
    expect(problems.filter(({ kind }) => kind === 'bad-row' || kind === 'matched-loosely')).toEqual([]);
  });

  it('in several sheets that fit are asked about, and named by one of them', async () => {
    await writeFolder([grades('DR', 'DR grade'), grades('DME', 'DME grade')]);
    const preview = await previewImport({ folder });
    expect(preview.tableFiles).toEqual(['labels.xlsx', 'labels.xlsx [DR]', 'labels.xlsx [DME]']);
    expect(preview.questions).toMatchObject([
      {
        id: 'labels-file',
        question: 'Which sheet holds the labels?',
        answers: [{ option: '--labels "labels.xlsx [DME]"' }, { option: '--labels "labels.xlsx [DR]"' }],
      },
    ]);
    const { dataset, images } = await buildFrom(folder, preview.questions[0]?.answers[1]?.change);
    expect(dataset.evidence[0]).toContain('labels.xlsx [DR] has 3 columns: "image", "patient", "DR grade".');
    expect(images).toHaveLength(IMAGES);
  });

  it('are not in the legend, whose codes are numbers of a few images', async () => {
    const legend = {
      name: 'Legend',
      rows: [
        ['Code', 'Meaning'],
        [0, 'none'],
        [1, 'some'],
      ],
    };
    await writeFolder([grades('DR', 'DR grade'), legend]);
    const { questions, labelsFile } = await previewImport({ folder });
    expect(questions).toEqual([]);
    expect(labelsFile).toBe('labels.xlsx [DR]');
  });

  it('in a sheet for each part are read together', async () => {
    const part = (name: string, from: number): WorkbookSheet => ({
      name,
      rows: rows(['image', 'grade'], (i) => [`00${from + i}`, i % 3], IMAGES / 2),
    });
    await writeFolder([part('train', 0), part('test', IMAGES / 2)]);
    const { evidence, counts, questions } = await previewImport({ folder });
    expect(questions).toEqual([]);
    expect(evidence.join(' ')).toContain('other images: labels.xlsx [test], labels.xlsx [train].');
    expect(counts).toMatchObject({ rows: IMAGES, usable: IMAGES });
  });

  it('beside a table of text take part in its joins: a sheet of patients, a text of images', async () => {
    await writeFolder([
      { name: 'S', rows: rows(['patient_id', 'diagnosis'], (i) => [`P${i}`, ['AMD', 'normal'][i % 2] as string], 6) },
    ]);
    writeText(
      path.join(folder, 'images.csv'),
      `file,patient_id\n${Array.from({ length: IMAGES }, (_, i) => `00${i}.png,P${i >> 1}`).join('\n')}\n`,
    );
    const { counts, labelsFile } = await previewImport({ folder });
    expect(labelsFile).toBe('images.csv + labels.xlsx');
    expect(counts).toMatchObject({ usable: IMAGES, patients: 6 });
  });

  it('that cannot be read are said with the reason, also where another layout fits', async () => {
    await writeImage(path.join(folder, 'a', '1.png'), 1);
    await writeImage(path.join(folder, 'b', '2.png'), 2);
    writeFileSync(path.join(folder, 'labels.xls'), Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0, 0]));
    const { layout, problems } = await previewImport({ folder });
    expect(layout).toBe('folder-per-class');
    expect(problems.find(({ file }) => file === 'labels.xls')?.message).toContain('got the old binary format (.xls)');
  });
});
