/** Small inputs that public reports describe and that were once read wrongly: the folders of the issue's cases, by their numbers. */
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { writeFileSync } from 'node:fs';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';
import { buildFrom, writeImage, writeText } from './folders.ts';
import { askedBy, countsOf, preview, writeImages, writeLabelled } from './label-folders.ts';

let folder: string;
beforeEach(() => {
  folder = makeTemporaryFolder();
});

const at = (name: string): string => path.join(folder, name);
const pad = (i: number): string => String(i).padStart(3, '0');

describe('dialects of tables', () => {
  it("01: Excel's sep= line is no header", async () => {
    await writeLabelled(folder, {
      images: 12,
      header: 'patient;pneumonia',
      row: (i) => `P${i >> 1};${i % 2}`,
      separator: ';',
      before: 'sep=;\r\n',
    });
    const found = await preview(folder);
    expect(found.columns).toEqual(['image', 'patient', 'pneumonia']);
    expect(countsOf(found)).toEqual(['pneumonia = 0: 6/6', 'pneumonia = 1: 6/6']);
    expect(found.questions).toEqual([]);
  });

  it('02: decimal commas are numbers; an age is no label', async () => {
    const row = (i: number): string => `P${i >> 1};${40 + i},5;${i % 2},0;${(i >> 1) % 2},0`;
    await writeLabelled(folder, { images: 16, header: 'patient;age;pneumonia;effusion', row, separator: ';' });
    const found = await preview(folder);
    expect(found.suggestedColumns).toMatchObject({ age: 'age', labels: ['pneumonia', 'effusion'] });
    expect(countsOf(found)).toEqual(['pneumonia: 8/8', 'effusion: 8/8']);
    const built = await buildFrom(folder);
    expect(built.images.map(({ age }) => age).sort()[0]).toBe(40.5);
  });

  it('15: names of composed and decomposed letters are the same', async () => {
    const names = Array.from({ length: 8 }, (_, i) => `Müller_Łódź_é${i}.png`);
    await writeImages(
      folder,
      names.map((name) => name.normalize('NFD')),
    );
    writeText(
      at('labels.csv'),
      `image,pneumonia\n${names.map((name, i) => `${name.normalize('NFC')},${i % 2}`).join('\n')}\n`,
    );
    expect((await preview(folder)).counts.usable).toBe(8);
  });

  it('23: 15.0 names 15.png, and 0 and 1 are no images', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => `${i}.0,P${i >> 1},${i % 2}`);
    writeText(at('labels.csv'), `image,patient,pneumonia\n${rows.join('\n')}\n`);
    await writeImages(
      folder,
      rows.map((_, i) => `${i}.png`),
    );
    const found = await preview(folder);
    expect(found.suggestedColumns).toEqual({ image: 'image', labels: ['pneumonia'], patient: 'patient' });
    expect(found.counts.usable).toBe(20);
    expect(found.problems.map(({ message }) => message)).toContain(
      '20 rows name their images by number alone, as a spreadsheet leaves it: "0.0" is 0.png.',
    );
  });

  it('42: the header of NIH with commas inside brackets', async () => {
    const header =
      'Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position,OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y],';
    const findings = ['No Finding', 'Hernia', 'Mass|Nodule', 'Effusion|Mass|Edema'];
    const rows = Array.from({ length: 40 }, (_, i) => {
      const name = `${String(i >> 1).padStart(8, '0')}_${pad(i % 2)}.png`;
      return {
        name,
        row: `${name},${findings[i % 4]},${i % 2},${i >> 1},${30 + i},${i % 2 ? 'F' : 'M'},PA,${2000 + i},2500,0.1${39 + (i % 3)},0.168,`,
      };
    });
    writeText(at('Data_Entry_2017.csv'), `${header}\n${rows.map(({ row }) => row).join('\n')}\n`);
    await writeImages(
      folder,
      rows.map(({ name }) => `images/${name}`),
    );
    expect((await preview(folder)).layout).toBe('nih');
    const found = await preview(folder, { layout: 'csv' });
    expect(found.columns.slice(-4)).toEqual([
      'OriginalImage[Width]',
      'OriginalImage[Height]',
      'OriginalImagePixelSpacing[x]',
      'OriginalImagePixelSpacing[y]',
    ]);
    expect(found.suggestedColumns).toMatchObject({
      labels: ['Finding Labels'],
      patient: 'Patient ID',
      view: 'View Position',
    });
    expect(countsOf(found)).toEqual([
      'Edema: 10/30',
      'Effusion: 10/30',
      'Hernia: 10/30',
      'Mass: 20/20',
      'Nodule: 10/30',
    ]);
  });
});

describe('what a label means', () => {
  it('05: None beside other classes is a class, the first', async () => {
    await writeLabelled(folder, {
      images: 12,
      header: 'patient,retinopathy',
      row: (i) => `P${i},${['None', 'Mild', 'Severe'][i % 3]}`,
    });
    const found = await preview(folder);
    expect(countsOf(found)).toEqual(['None: 4/8', 'Mild: 4/8', 'Severe: 4/8']);
    expect(found.questions).toEqual([]);
  });

  it('06: findings joined by a bar are findings, and No Finding is none', async () => {
    const cells = ['No Finding', 'Effusion', 'Effusion|Mass', 'Mass', 'Hernia|Effusion', 'Nodule|Mass|Edema'];
    await writeLabelled(folder, { images: 12, header: 'Finding Labels', row: (i) => cells[i % 6] as string });
    const found = await preview(folder);
    expect(found.target.kind).toBe('multilabel');
    expect(countsOf(found)).toEqual(['Edema: 2/10', 'Effusion: 6/6', 'Hernia: 2/10', 'Mass: 6/6', 'Nodule: 2/10']);
  });

  it('16: spellings of a class are one class, with a note', async () => {
    const cells = ['Normal', 'Glaucoma', 'normal', 'glaucoma', 'NORMAL', 'Glaucoma ', 'Normal\u00a0', 'GLAUCOMA'];
    await writeLabelled(folder, { images: 16, header: 'diagnosis', row: (i) => `"${cells[i % 8]}"` });
    const found = await preview(folder);
    expect(found.target.outputs.map((name) => name.toLowerCase())).toEqual(['normal', 'glaucoma']);
    expect(found.problems.filter(({ kind }) => kind === 'merged-values')).toHaveLength(2);
  });

  it('18: -1 in one column is uncertain, by the chosen policy', async () => {
    await writeLabelled(folder, { images: 18, header: 'pneumonia', row: (i) => String(i % 9 === 0 ? -1 : i % 2) });
    expect(countsOf(await preview(folder))).toEqual(['pneumonia = 0: 8/8', 'pneumonia = 1: 8/8']);
    const ones = await preview(folder, { unknown: { uncertain: 'ones' } });
    expect(countsOf(ones)).toEqual(['pneumonia = 0: 8/10', 'pneumonia = 1: 10/8']);
    expect(ones.target.mapping).toContain('Uncertain labels (2 rows) count as present.');
  });

  it('21: two classes 1 and 2 are two classes', async () => {
    await writeLabelled(folder, { images: 12, header: 'diagnosis', row: (i) => String(1 + (i % 2)) });
    const found = await preview(folder);
    expect(countsOf(found)).toEqual(['diagnosis = 1: 6/6', 'diagnosis = 2: 6/6']);
    expect(found.target.mapping).toContain('2 is taken as positive because it is the higher number (--positive)');
    expect((await preview(folder, { positive: ['1'] })).target.endpoints[0]?.name).toBe('diagnosis = 1');
  });
});

describe('half a data set', () => {
  it('17: two images a row are both read, and stay together', async () => {
    const rows = Array.from(
      { length: 12 },
      (_, i) => `${i},${50 + i},Male,${i}_left.jpg,${i}_right.jpg,${i % 2},${(i + 1) % 2},${i % 3 === 0 ? 1 : 0}`,
    );
    writeText(at('data.csv'), `ID,Patient Age,Patient Sex,Left-Fundus,Right-Fundus,N,D,G\n${rows.join('\n')}\n`);
    await writeImages(
      folder,
      rows.flatMap((_, i) => [`${i}_left.jpg`, `${i}_right.jpg`]),
    );
    const built = await buildFrom(folder);
    expect(built.images).toHaveLength(24);
    expect(new Set(built.images.map(({ patient }) => patient)).size).toBe(12);
    expect(new Set(built.images.map(({ eye }) => eye))).toEqual(new Set(['left', 'right']));
    expect(built.dataset.evidence.join(' ')).toContain('"Right-Fundus" names further images of the same row');
  });

  it('27: rows of boxes and readers are joined to findings; nothing is left out as a name that is not unique', async () => {
    const rows = ['image_id,class_name,class_id,rad_id,x_min,y_min,x_max,y_max'];
    for (let i = 0; i < 12; i++) {
      for (const reader of ['R1', 'R2', 'R3']) {
        if (i % 2 === 0) rows.push(`im${pad(i)},No finding,14,${reader},,,,`);
        else rows.push(`im${pad(i)},${reader === 'R2' ? 'Cardiomegaly' : 'Nodule/Mass'},3,${reader},1,2,30,40`);
      }
    }
    writeText(at('train.csv'), `${rows.join('\n')}\n`);
    await writeImages(
      folder,
      Array.from({ length: 12 }, (_, i) => `im${pad(i)}.png`),
    );
    const found = await preview(folder);
    expect(countsOf(found)).toEqual(['Cardiomegaly: 6/6', 'Nodule/Mass: 6/6']);
    expect(found.counts).toMatchObject({ rows: 36, usable: 12 });
    expect(found.target.mapping).toContain('a finding is present where any row has it');
    expect((await buildFrom(folder)).images).toHaveLength(12);
    const strict = await preview(folder, { join: 'majority', labelsAs: 'findings' });
    expect(countsOf(strict)).toEqual(['Cardiomegaly: 0/12', 'Nodule/Mass: 6/6']);
    expect(strict.questions.map(({ id }) => id)).toEqual(['lost-classes']);
  });

  it("33: each part's table belongs to the folder of its part", async () => {
    const header = 'Image name,Retinopathy grade,Risk of macular edema ,,,,';
    const table = (n: number, shift: number): string =>
      `${header}\r\n${Array.from({ length: n }, (_, i) => `EYE_${pad(i)},${(i + shift) % 5},${i % 3},,,,`).join('\r\n')}\r\n`;
    writeText(at('2. Groundtruths/a. Training Labels.csv'), table(12, 0));
    writeText(at('2. Groundtruths/b. Testing Labels.csv'), table(6, 2));
    for (let i = 0; i < 12; i++) await writeImage(at(`1. Original Images/a. Training Set/EYE_${pad(i)}.jpg`), i);
    for (let i = 0; i < 6; i++) await writeImage(at(`1. Original Images/b. Testing Set/EYE_${pad(i)}.jpg`), 50 + i);
    const found = await preview(folder);
    expect(found.counts).toMatchObject({ rows: 18, usable: 18 });
    expect(found.givenSplits).toEqual([
      { split: 'train', rows: 12 },
      { split: 'test', rows: 6 },
    ]);
    const built = await buildFrom(folder, { split: { source: 'given' } });
    const test = built.images.filter(({ split }) => split === 'test');
    expect(test.map(({ path: file }) => path.basename(path.dirname(file)))).toEqual(Array(6).fill('b. Testing Set'));
    expect(test.map(({ labels }) => labels.indexOf(1))).toEqual([2, 3, 4, 0, 1, 2]);
  });
});

describe('images', () => {
  it('25: a picture under an alpha channel of 0 is used, with a remark', async () => {
    await writeLabelled(folder, { images: 8, header: 'pneumonia', row: (i) => String(i % 2) });
    const pixels = Buffer.alloc(32 * 32 * 4, 0).map((_, i) => (i % 4 === 3 ? 0 : (i * 7) % 256));
    writeFileSync(
      at('img000.png'),
      await sharp(pixels, { raw: { width: 32, height: 32, channels: 4 } })
        .png()
        .toBuffer(),
    );
    const built = await buildFrom(folder);
    expect(built.images).toHaveLength(8);
    expect(built.problems.find(({ kind }) => kind === 'converted')).toMatchObject({
      file: 'img000.png',
      message: 'Used, with a remark: transparent everywhere, so that its colours are used as they are.',
    });
  });
});

describe('losses', () => {
  it('are asked, and accepted one by one', async () => {
    await writeLabelled(folder, {
      images: 10,
      header: 'dx',
      row: (i) => (i < 5 ? 'normal' : i < 8 ? 'glaucoma' : 'amd'),
    });
    for (const name of ['img008.png', 'img009.png', 'img005.png']) writeFileSync(at(name), 'no image');
    expect(await askedBy(folder)).toEqual(['lost-rows', 'lost-classes']);
    expect(await askedBy(folder, { accept: ['lost-rows'] })).toEqual(['lost-classes']);
    expect(await askedBy(folder, { accept: ['lost-rows', 'lost-classes'] })).toEqual([]);
  });
});
