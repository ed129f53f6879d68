/** What a preview makes of tables that are spelled as public data sets and hospitals do: a safe proposal, a remark, or a question. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ImportPreview } from '../../../shared/dataset/dataset.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';
import { buildFrom, writeText } from './folders.ts';
import { countsOf, preview, writeImages, writeLabelled } from './label-folders.ts';

const pad = (i: number, width = 3): string => String(i).padStart(width, '0');
const each = (make: (i: number) => string, count = 24): string[] => Array.from({ length: count }, (_, i) => make(i));

async function previewTable(header: string, row: (i: number) => string): Promise<ImportPreview> {
  const folder = makeTemporaryFolder();
  await writeLabelled(folder, { images: 24, header, row });
  return preview(folder);
}

async function previewFolders(names: readonly string[]): Promise<ImportPreview> {
  const folder = makeTemporaryFolder();
  await writeImages(folder, names);
  return preview(folder);
}

const asked = ({ questions }: ImportPreview): string[] => questions.map(({ id }) => id);
const said = ({ problems }: ImportPreview, kind: string): string =>
  problems.flatMap((problem) => (problem.kind === kind ? [problem.message] : [])).join(' ');

describe('patients', () => {
  const folders = (inner: (i: number) => string): string[] =>
    each((i) => `${i % 4 < 2 ? 'disease' : 'normal'}/${inner(i)}/a${i}.png`);

  it.each([
    ['a visit', folders((i) => `P${pad(i >> 2, 2)}_visit${(i % 4) + 1}`), 6],
    ['a date', folders((i) => `0${100 + (i >> 2)}-2021010${(i % 4) + 1}`), 6],
    ['an eye', folders((i) => `0${100 + (i >> 1)}_${['OD', 'OS'][i % 2]}`), 12],
    ['a code of the site', folders((i) => `${['BER', 'MUC'][i % 2]}-${pad(i >> 2)}`), 12],
  ])('folders with %s', async (_, names, patients) => {
    const found = await previewFolders(names);
    expect(found.counts.patients).toBe(patients);
    expect(said(found, 'guessed-patients')).toContain('This is a guess');
  });

  const inClasses = (name: (i: number) => string): string[] =>
    each((i) => `${i % 4 < 2 ? 'disease' : 'normal'}/${name(i)}.png`);

  it.each([
    ['a site before the word', inClasses((i) => `${['BER', 'MUC'][i % 2]}_patient${pad(i >> 2)}_${(i >> 1) % 2}`), 12],
    ['a site with a number', inClasses((i) => `site${i % 2}_subject${pad(i >> 2)}_${(i >> 1) % 2}`), 12],
    ['a site of one letter', inClasses((i) => `${'TM'[i % 2]}-${pad(i >> 2)}-${['L', 'R'][(i >> 1) % 2]}`), 12],
    ['an eye before the word', inClasses((i) => `${['left', 'right'][i % 2]}_patient${i >> 1}`), 12],
    ['a view before the word', inClasses((i) => `${['AP', 'lateral'][i % 2]}_patient${i >> 1}`), 12],
    ['a running number before the word', inClasses((i) => `${pad(i)}_patient${i >> 1}`), 12],
  ])('names with %s', async (_, names, patients) => {
    expect((await previewFolders(names)).counts.patients).toBe(patients);
  });

  it('one number at every site is said', async () => {
    const found = await previewTable(
      'hospital,patient,tb',
      (i) => `${['BER', 'MUC'][i % 2]},${i >> 2},${(i >> 2) % 2}`,
    );
    expect(said(found, 'contradictory-patients')).toContain('6 patients have images of several sites or devices.');
  });

  it.each([
    ['sexe', 'FH'],
    ['Geschlecht', 'WM'],
    ['sexo', 'MH'],
  ])('%s in the codes %s', async (column, [woman, man]) => {
    const folder = makeTemporaryFolder();
    await writeLabelled(folder, {
      images: 24,
      header: `${column},tb`,
      row: (i) => `${i < 6 ? woman : man},${i % 2}`,
    });
    const sexes = (await buildFrom(folder)).images.map(({ sex }) => sex);
    expect([sexes.filter((sex) => sex === 'female').length, sexes.filter((sex) => sex === 'male').length]).toEqual([
      6, 18,
    ]);
  });
});

describe('columns', () => {
  it.each([
    [
      'a plane and whether it is one',
      'Plane,Brain_plane',
      (i: number) => `${'abc'[i % 3]}x,${i % 6 ? 'Not A Brain' : 'Thalamic'}`,
    ],
    ['a grade and a disease', 'cancer,BIRADS,density', (i: number) => `${i % 6 ? 0 : 1},${i % 3},${'ABCD'[i % 4]}`],
    ['a measurement and a flag', 'bone_length,left_handed', (i: number) => `${60 + 3 * i},${i % 2 ? 'True' : 'False'}`],
    ['a sex', 'boneage,male', (i: number) => `${60 + 3 * i},${i % 2 ? 'True' : 'False'}`],
    ['what a model said', 'prediction,confidence', (i: number) => `${i % 2 ? 'normal' : 'glaucoma'},0.${50 + i}`],
    ['two readers', 'Rad1,Rad2', (i: number) => `${i % 2},${i % 7 ? i % 2 : 0}`],
  ])('%s: asked', async (_, header, row) => {
    expect(asked(await previewTable(header, row))).toContain('label-columns');
  });

  it.each([
    [
      'ungradable',
      'glaucoma,ungradable',
      (i: number) => `${i % 2},${i % 5 ? 0 : 1}`,
      'The quality of images as "ungradable"',
    ],
    [
      'nicht beurteilbar',
      'glaucoma,nicht_beurteilbar',
      (i: number) => `${i % 2},${i % 5 ? 0 : 1}`,
      'The quality of images',
    ],
    [
      'codes of parts',
      'glaucoma,split',
      (i: number) => `${i % 2},${i % 3}`,
      '"split" says which part of the data a row is in',
    ],
    [
      'shortened identifiers',
      'glaucoma,PatientID',
      (i: number) => `${i % 2},1.23457E+${11 + (i % 2)}`,
      '"PatientID" is not used as the patient',
    ],
  ])('%s: not used, and said', async (_, header, row, words) => {
    const found = await previewTable(header, row);
    expect(found.suggestedColumns?.labels).toEqual(['glaucoma']);
    expect(found.counts.patients).toBeNull();
    expect(said(found, 'assumed')).toContain(words);
  });

  it('studies named by their folders, without a header', async () => {
    const folder = makeTemporaryFolder();
    const study = (i: number): string =>
      `MURA-v1.1/train/XR_WRIST/patient${pad(i >> 1, 5)}/study${(i % 2) + 1}_${i % 4 ? 'negative' : 'positive'}/`;
    await writeImages(
      folder,
      each((i) => `${study(i >> 1)}image${i % 2}.png`),
    );
    writeText(
      path.join(folder, 'MURA-v1.1/train_labeled_studies.csv'),
      each((i) => `${study(i)},${i % 4 ? 0 : 1}`, 12).join('\n'),
    );
    const found = await preview(folder);
    expect(found.counts).toMatchObject({ rows: 24, usable: 24, patients: 6 });
    expect(countsOf(found)[1]).toBe('(column 2) = 1: 6/18');
  });
});

describe('values', () => {
  it.each([
    ['0,1,moderate,severe', '2: 6/18'],
    ['none,mild,2,3', '1: 6/18'],
    ['0,leicht,mittel,3', '1: 6/18'],
  ])('%s: words among grades are asked', async (values, counts) => {
    const found = await previewTable('grade', (i) => values.split(',')[i % 4] as string);
    expect(asked(found)).toEqual(['labels-as']);
    expect(countsOf(found)).toContain(counts);
  });

  it('words that are no grades, among numbers: asked', async () => {
    expect(asked(await previewTable('birads', (i) => ['1', '2', '4A', '4B'][i % 4] as string))).toEqual(['labels-as']);
  });

  it('Roman numbers are grades in order', async () => {
    expect((await previewTable('stage', (i) => ['I', 'II', 'III', 'IV'][i % 4] as string)).target.kind).toBe('ordinal');
  });

  it.each(['k.A.', 'n/a', 'nicht bekannt', 'inconnu', 'not assessed', 'no consta', 'keine Angabe'])(
    '%s is not known in columns of findings, whatever blank cells mean',
    async (word) => {
      const found = await previewTable('effusion,mass', (i) => `${['0', '1', word][i % 3]},${i % 2}`);
      expect(countsOf(found)).toEqual(['effusion: 8/8', 'mass: 12/12']);
      expect(found.counts.outputs[0]?.unknown).toBe(8);
    },
  );

  it.each(['k.A.', 'nicht bekannt', 'ungradable'])('%s is no finding of a list', async (word) => {
    const found = await previewTable(
      'findings',
      (i) =>
        ['Effusion;Mass', 'Mass', 'no finding', 'Effusion', 'Mass', i === 5 ? word : 'Mass;Effusion'][i % 6] as string,
    );
    expect(found.target.outputs).toEqual(['Effusion', 'Mass']);
    expect(found.counts.usable).toBe(23);
  });
});

it('masks beside their images are no images of a class', async () => {
  const found = await previewFolders(
    each((i) => `${i % 4 < 2 ? 'benign' : 'malignant'}/lesion (${i >> 1})${i % 2 ? '_mask' : ''}.png`),
  );
  expect(countsOf(found)).toEqual(['benign: 6/6', 'malignant: 6/6']);
  expect(said(found, 'unlabelled-image')).toBe('12 files are masks, by folder or name, and are not used.');
});
