/** Labels that stand for a study, a patient or an eye, and tables that belong together. */
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';
import { buildFrom, writeText } from './folders.ts';
import { askedBy, countsOf, preview, writeImages } from './label-folders.ts';

let folder: string;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
const at = (name: string): string => path.join(folder, name);
const table = (name: string, header: string, rows: readonly string[]): void =>
  writeText(at(name), `${header}\n${rows.join('\n')}\n`);
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe('labels by study', () => {
  it('joins the table of images and the table of labels', async () => {
    const images = range(8).flatMap((s) => [0, 1].map((v) => ({ s, v, name: `d${s}-${v}` })));
    table(
      'metadata.csv',
      'dicom_id,subject_id,study_id,Rows',
      images.map(({ s, v, name }) => `${name},${100 + (s >> 1)},${500 + s},${2000 + v}`),
    );
    table(
      'labels.csv',
      'subject_id,study_id,Atelectasis,Edema',
      range(8).map((s) => `${100 + (s >> 1)}.0,${500 + s},${s % 2}.0,${s === 7 ? '-1.0' : s % 3 === 0 ? '1.0' : ''}`),
    );
    await writeImages(
      folder,
      images.map(({ s, name }) => `files/s${500 + s}/${name}.jpg`),
    );
    const found = await preview(folder);
    expect(found.labelsFile).toBe('metadata.csv + labels.csv');
    expect(countsOf(found)).toEqual(['Atelectasis: 8/8', 'Edema: 6/8']);
    expect(found.evidence.join(' ')).toContain('their rows are joined by "subject_id", "study_id"');
    const built = await buildFrom(folder);
    expect([built.images.length, new Set(built.images.map(({ patient }) => patient)).size]).toEqual([16, 4]);
  });

  it('gives the label of a study to all images of its folder, which stay together', async () => {
    table(
      'studies.csv',
      'study,diagnosis',
      range(6).map((s) => `S${s},${s % 2 ? 'tb' : 'normal'}`),
    );
    await writeImages(
      folder,
      range(6).flatMap((s) => range(3).map((v) => `data/S${s}/im${v}.png`)),
    );
    const built = await buildFrom(folder, { layout: 'csv' });
    expect(built.dataset.target.outputs).toEqual(['normal', 'tb']);
    expect([built.images.length, new Set(built.images.map(({ patient }) => patient)).size]).toEqual([18, 6]);
  });

  it('gives the label of a patient to the images whose names begin with it', async () => {
    table(
      'patients.csv',
      'patient,glaucoma',
      range(6).map((p) => `P${p},${p % 2}`),
    );
    await writeImages(
      folder,
      range(6).flatMap((p) => ['OD', 'OS'].map((eye) => `P${p}_${eye}.png`)),
    );
    const built = await buildFrom(folder);
    expect(built.images.map(({ eye }) => eye).sort()).toEqual([
      ...Array<string>(6).fill('left'),
      ...Array<string>(6).fill('right'),
    ]);
    expect(new Set(built.images.map(({ patient }) => patient)).size).toBe(6);
  });

  it('reads a label of its own for each eye of a row', async () => {
    table(
      'eyes.csv',
      'id,left_image,right_image,left_grade,right_grade',
      range(10).map((p) => `${p},${p}_l.png,${p}_r.png,${p % 5},${(p + 1) % 5}`),
    );
    await writeImages(
      folder,
      range(10).flatMap((p) => [`${p}_l.png`, `${p}_r.png`]),
    );
    const built = await buildFrom(folder);
    const grades = new Map(built.images.map(({ path: file, labels }) => [path.basename(file), labels.indexOf(1)]));
    expect([grades.get('3_l.png'), grades.get('3_r.png'), grades.get('4_r.png')]).toEqual([3, 4, 0]);
  });
});

describe('tables that belong together', () => {
  it('reads parts without a folder of their own, and not the same images twice', async () => {
    table(
      'train.csv',
      'image,dx',
      range(8).map((i) => `a${i}.png,${i % 2 ? 'normal' : 'amd'}`),
    );
    table(
      'test.csv',
      'image,dx',
      range(4).map((i) => `b${i}.png,${i % 2 ? 'normal' : 'amd'}`),
    );
    table(
      'second_reader.csv',
      'image,dx',
      range(8).map((i) => `a${i}.png,normal`),
    );
    await writeImages(folder, [...range(8).map((i) => `a${i}.png`), ...range(4).map((i) => `b${i}.png`)]);
    const found = await preview(folder);
    expect(found.counts).toMatchObject({ rows: 12, usable: 12 });
    expect(found.evidence.at(-1)).toContain('Not used, though the columns fit: second_reader.csv');
  });

  it('asks before it leaves out what no table names, except a test part without labels', async () => {
    table(
      'train.csv',
      'image,dx',
      range(8).map((i) => `a${i}.png,${i % 2 ? 'normal' : 'amd'}`),
    );
    await writeImages(
      folder,
      range(8).map((i) => `train_images/a${i}.png`),
    );
    await writeImages(
      folder,
      range(6).map((i) => `test_images/b${i}.png`),
      20,
    );
    expect(await askedBy(folder)).toEqual([]);
    await writeImages(
      folder,
      range(6).map((i) => `second_centre/c${i}.png`),
      40,
    );
    expect(await askedBy(folder)).toEqual(['lost-images']);
  });

  it('takes the parts of a column, and of a flag', async () => {
    const part = ['train', 'train', 'val', 'test'];
    table(
      'labels.csv',
      'image,split,dx',
      range(16).map((i) => `a${i}.png,${part[i % 4]},${(i >> 2) % 2 ? 'normal' : 'amd'}`),
    );
    await writeImages(
      folder,
      range(16).map((i) => `a${i}.png`),
    );
    expect((await preview(folder)).givenSplits).toEqual([
      { split: 'train', rows: 8 },
      { split: 'validation', rows: 4 },
      { split: 'test', rows: 4 },
    ]);
    table(
      'labels.csv',
      'image,is_train,dx',
      range(16).map((i) => `a${i}.png,${i % 4 ? 1 : 0},${(i >> 2) % 2 ? 'normal' : 'amd'}`),
    );
    const flagged = await preview(folder);
    expect(flagged.suggestedColumns).toMatchObject({ labels: ['dx'], split: 'is_train' });
    expect(flagged.givenSplits).toEqual([
      { split: 'train', rows: 12 },
      { split: 'test', rows: 4 },
    ]);
  });
});
