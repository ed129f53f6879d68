/** Every layout from a real folder to a manifest: labels, patients, views, splits. */
import { copyFileSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { BuiltDataset } from '../../../main/datasets/build.ts';
import { previewImport } from '../../../main/datasets/preview.ts';
import type { ImportRequest } from '../../../shared/dataset/dataset.ts';
import { buildFrom, writeEyepacs, writeImage, writeText } from './folders.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let folder: string;
beforeEach(() => {
  folder = makeTemporaryFolder();
});

const build = (over: Partial<ImportRequest> = {}): Promise<BuiltDataset> => buildFrom(folder, over);

const at = (name: string): string => path.join(folder, name);

/** Labels and split by file name. */
function byName(built: BuiltDataset): Record<string, string> {
  return Object.fromEntries(
    built.images.map((i) => [path.relative(folder, i.path), i.labels.map((label) => label ?? '?').join('')]),
  );
}

function splitsOfPatients(built: BuiltDataset): Set<string>[] {
  return [...Map.groupBy(built.images, (image) => image.patient).values()].map(
    (images) => new Set(images.map((image) => image.split)),
  );
}

describe('EyePACS', () => {
  it('reads grades, patients and eyes, and keeps both eyes together', async () => {
    await writeEyepacs(folder, 20);
    writeText(at('SYNTHETIC.txt'), 'phantoms');
    const built = await build();
    expect(built.dataset).toMatchObject({
      layout: 'eyepacs',
      modality: 'fundus',
      synthetic: true,
      patientIdKnown: true,
    });
    expect(built.dataset.target.endpoints).toEqual([
      {
        id: 'referable',
        name: 'Referable diabetic retinopathy',
        positiveOutputs: [2, 3, 4],
        score: 'share',
        headline: true,
      },
    ]);
    expect(byName(built)['train/7_left.jpeg']).toBe('00100');
    expect(built.images).toHaveLength(40);
    expect(splitsOfPatients(built).map((splits) => splits.size)).toEqual(Array(20).fill(1));
    const patients = (split: string): number =>
      new Set(built.images.filter((i) => i.split === split).map((i) => i.patient)).size;
    expect([patients('train'), patients('validation'), patients('test')]).toEqual([14, 2, 4]);
    expect(new Set(built.images.map((image) => image.eye))).toEqual(new Set(['left', 'right']));
  });

  it('gives the same dataset wherever the folder lies, and another split for another seed', async () => {
    await writeEyepacs(folder, 10);
    const first = await build();
    const again = await build();
    const other = await build({ split: { seed: 1 } });
    expect(again.images).toEqual(first.images);
    expect(other.dataset.contentHash).not.toBe(first.dataset.contentHash);
    const moved = `${folder}-moved`;
    renameSync(folder, moved);
    folder = moved;
    expect((await build()).dataset.contentHash).toBe(first.dataset.contentHash);
  });

  it('lists levels that are none and uses the rest; the lowest positive level can be chosen', async () => {
    await writeEyepacs(folder, 6, (patient, eye) =>
      patient === 2 && eye === 'left' ? 'x' : patient === 3 ? '' : patient % 5,
    );
    const preview = await previewImport({ folder, positiveFrom: 1 });
    expect(preview.counts).toMatchObject({ rows: 12, usable: 9, patients: 5 });
    expect(preview.problems.filter((p) => p.kind === 'unknown-label').map((p) => p.message)).toEqual([
      'In row 4 of trainLabels.csv, expected a whole number from 0 to 4 in "level", got "x".',
      'In row 6 of trainLabels.csv, "level" is blank (expected a whole number from 0 to 4).',
      'In row 7 of trainLabels.csv, "level" is blank (expected a whole number from 0 to 4).',
    ]);
    expect(preview.target.endpoints[0]?.positiveOutputs).toEqual([1, 2, 3, 4]);
  });

  it('can keep the published test part as the test split', async () => {
    await writeEyepacs(folder, 10);
    for (const eye of ['left', 'right']) await writeImage(at(`test/50_${eye}.jpeg`), eye === 'left' ? 900 : 901);
    writeText(at('retinopathy_solution.csv'), 'image,level,Usage\n50_left,0,Private\n50_right,3,Public\n');
    expect((await previewImport({ folder })).givenSplits).toEqual([
      { split: 'train', rows: 20 },
      { split: 'test', rows: 2 },
    ]);
    const built = await build({ split: { source: 'given' } });
    expect(built.images.filter((i) => i.split === 'test').map((i) => path.basename(i.path))).toEqual([
      '50_left.jpeg',
      '50_right.jpeg',
    ]);
    expect(built.images.filter((i) => i.split === 'validation')).toHaveLength(2);
  });

  it('does not take a sample submission or a second set of labels for labels', async () => {
    await writeEyepacs(folder, 3);
    await writeImage(at('test/50_left.jpeg'), 900);
    writeText(at('sampleSubmission.csv'), 'image,level\n50_left,0\n');
    writeText(at('regraded.csv'), 'image,level\n1_left,4\n');
    const preview = await previewImport({ folder });
    expect(preview.counts).toMatchObject({ rows: 6, usable: 6 });
    // None of the levels is 0 or 4.
    expect(preview.problemCounts).toEqual({ 'unlabelled-image': 1, 'few-cases': 2 });
    expect(preview.evidence.at(-1)).toBe(
      'Not used, though the columns fit: regraded.csv. Choose it as the labels file if it is meant.',
    );
    expect((await previewImport({ folder, labelsFile: 'regraded.csv' })).counts.rows).toBe(1);
  });

  it('leaves patients out of training who are also in the given test part', async () => {
    await writeEyepacs(folder, 10);
    await writeImage(at('test/3_left.jpeg'), 950);
    writeText(at('testLabels.csv'), 'image,level\n3_left,1\n');
    const built = await build({ split: { source: 'given' } });
    expect(splitsOfPatients(built).every((splits) => splits.size === 1)).toBe(true);
    expect(built.problems.filter((p) => p.kind === 'shared-patient').map((p) => `${p.file}: ${p.message}`)).toEqual([
      'train/3_left.jpeg: The data set has this patient in train and in test; the image is left out of train.',
      'train/3_right.jpeg: The data set has this patient in train and in test; the image is left out of train.',
    ]);
  });
});

describe('CheXpert', () => {
  const HEADER =
    'Path,Sex,Age,Frontal/Lateral,AP/PA,No Finding,Enlarged Cardiomediastinum,Cardiomegaly,Lung Opacity,Lung Lesion,Edema,' +
    'Consolidation,Pneumonia,Atelectasis,Pneumothorax,Pleural Effusion,Pleural Other,Fracture,Support Devices';
  const R = 'CheXpert-v1.0-small';

  async function write(): Promise<void> {
    const rows = [
      //                                                        sex   age view AP  NF EC C   LO LL Ed  Co Pn At   Px PE
      `${R}/train/patient00001/study1/view1_frontal.jpg,Female,68,Frontal,AP,1.0,,,,,,,,,0.0,,,,1.0`,
      `${R}/train/patient00001/study1/view2_lateral.jpg,Female,68,Lateral,,1.0,,,,,,,,,0.0,,,,1.0`,
      `${R}/train/patient00002/study1/view1_frontal.jpg,Unknown,0,Frontal,PA,,,1.0,,,-1.0,-1.0,,-1.0,,1.0,,,`,
      `${R}/train/patient00002/study2/view1_frontal.jpg,Male,80,Frontal,AP,,,0.0,,,1.0,,,,,0.0,,,`,
      `${R}/train/patient00003/study1/view1_frontal.jpg,Male,41,Frontal,AP,,,-1.0,,,-1.0,-1.0,,-1.0,,-1.0,,,`,
    ];
    writeText(at(`${R}/train.csv`), `${HEADER}\n${rows.join('\n')}\n`);
    writeText(
      at(`${R}/valid.csv`),
      `${HEADER}\n${R}/valid/patient64541/study1/view1_frontal.jpg,Male,73,Frontal,AP,0.0,1.0,1.0,1.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0\n`,
    );
    const files = [
      ...rows.map((row) => row.split(',')[0] as string),
      `${R}/valid/patient64541/study1/view1_frontal.jpg`,
    ];
    for (const [i, file] of files.entries()) await writeImage(at(file), 100 + i);
  }

  it.each([
    ['the folder itself', R],
    ['the folder above', ''],
  ])("reads the paper's task from %s", async (_, inner) => {
    await write();
    folder = path.join(folder, inner);
    const preview = await previewImport({ folder });
    expect(preview).toMatchObject({ layout: 'chexpert', modality: 'cxr', counts: { rows: 6, usable: 4, patients: 3 } });
    expect(preview.availableOutputs).toHaveLength(14);
    expect(preview.problemCounts).toEqual({ 'other-view': 1, 'unknown-label': 1 });
    expect(preview.problems.map((p) => p.message)).toEqual([
      `In row 6 of ${inner === '' ? `${R}/` : ''}train.csv, none of the findings is known.`,
      `In row 3 of ${inner === '' ? `${R}/` : ''}train.csv, lateral view (the task uses frontal views only).`,
    ]);
    const built = await build();
    expect(built.dataset.target.outputs).toEqual([
      'Atelectasis',
      'Cardiomegaly',
      'Consolidation',
      'Edema',
      'Pleural Effusion',
    ]);
    expect(built.dataset.target.endpoints.every((e) => e.headline && e.score === 'probability')).toBe(true);
    const rows = built.images.map((i) => [i.labels.map((l) => l ?? '?').join(''), i.sex, i.age, i.view, i.split]);
    expect(rows.map((row) => row.slice(0, 4))).toEqual([
      ['00000', 'female', 68, 'AP'],
      ['?1??1', null, null, 'PA'],
      ['00010', 'male', 80, 'AP'],
      ['01000', 'male', 73, 'AP'],
    ]);
    expect(built.dataset.flow.map((step) => `${step.step} ${step.images} ${step.note}`)).toContain(
      'Frontal view 5 Left out: 1 lateral view',
    );
    folder = inner === '' ? folder : path.dirname(folder);
  });

  it('does not mix in the other label sets that come with it', async () => {
    await write();
    const lines = readFileSync(at(`${R}/train.csv`), 'utf8').replaceAll('1.0', '0.0');
    writeText(at(`${R}/train_cheXbert.csv`), lines);
    const preview = await previewImport({ folder });
    expect(preview.counts.rows).toBe(6);
    expect(preview.evidence.at(-1)).toContain(
      'Not used, though the columns fit: CheXpert-v1.0-small/train_cheXbert.csv.',
    );
    const chosen = await previewImport({ folder, labelsFile: `${R}/train_cheXbert.csv` });
    expect(chosen).toMatchObject({ layout: 'chexpert', counts: { rows: 5 }, labelsFile: `${R}/train_cheXbert.csv` });
  });

  it('follows the chosen policies, findings and views', async () => {
    await write();
    const built = await build({
      outputs: ['Edema', 'Support Devices'],
      views: 'all',
      unknown: { uncertain: 'ones', blank: 'ignore' },
    });
    // "No Finding" makes the blank Edema of the first two rows an absence, but says nothing about devices.
    expect(built.images.map((i) => i.labels.map((l) => l ?? '?').join(''))).toEqual([
      '01',
      '01',
      '1?',
      '1?',
      '1?',
      '00',
    ]);
    expect(built.dataset.target.mapping).toBe(
      '2 independent findings, one output each. Blank cells are masked; uncertain (-1) cells count as present. Where "No Finding" is present, both count as absent, but for "Support Devices".',
    );
  });

  it("keeps the radiologists' part for the test when asked", async () => {
    await write();
    // Its own validation part stays validation; a test part is drawn from the training patients.
    const built = await build({ split: { train: 0.5, validation: 0.25, test: 0.25, source: 'given' } });
    expect(built.images.filter((i) => i.split === 'validation').map((i) => i.path)).toEqual([
      at(`${R}/valid/patient64541/study1/view1_frontal.jpg`),
    ]);
    expect(splitsOfPatients(built).every((splits) => splits.size === 1)).toBe(true);
  });
});

describe('one folder per class', () => {
  it('reads two classes, the second positive, and warns that patients are not known', async () => {
    for (let i = 0; i < 6; i++) await writeImage(at(`${i % 2 ? 'normal' : 'glaucoma'}/${i}.png`), i);
    await writeImage(at('stray.png'), 60);
    const built = await build();
    expect(built.dataset.target).toMatchObject({
      kind: 'classes',
      outputs: ['normal', 'glaucoma'],
      endpoints: [{ name: 'glaucoma', positiveOutputs: [1], score: 'share', headline: true }],
      mapping: 'Two exclusive classes; "glaucoma" is positive and "normal" is negative.',
    });
    expect(built.dataset).toMatchObject({ patientIdKnown: false, modality: 'fundus' });
    expect(built.problems.map((p) => `${p.kind}: ${p.message}`)).toEqual(
      expect.arrayContaining([
        'no-patient: No image says whose it is, so each of them counts as a patient of its own. If a person has several images, they may stand in both training and test, and the AUC would be too good.',
        'unlabelled-image: The image lies in no class folder.',
      ]),
    );
    const turned = await build({ outputs: ['glaucoma', 'normal'] });
    expect(turned.dataset.target.endpoints.map((e) => e.name)).toEqual(['normal']);
  });

  it("keeps the folder's own splits when asked, or draws new ones", async () => {
    let seed = 0;
    for (const split of ['train', 'val', 'test']) {
      for (const name of ['a', 'b', 'c'])
        for (let i = 0; i < 4; i++) await writeImage(at(`${split}/${name}/${i}.png`), seed++);
    }
    const given = await build({ split: { source: 'given' } });
    expect(given.images.every((i) => i.path.includes(i.split === 'validation' ? '/val/' : `/${i.split}/`))).toBe(true);
    expect(given.dataset.target.endpoints.map((e) => [e.name, e.headline])).toEqual([
      ['a', true],
      ['b', true],
      ['c', true],
    ]);
    const own = await build();
    expect(own.images.filter((i) => i.split === 'train')).toHaveLength(25);
  });

  it('takes folders inside a class for patients, and both eyes of a name together', async () => {
    for (let i = 0; i < 8; i++) await writeImage(at(`${i % 2 ? 'a' : 'b'}/p${i >> 1}/${i}.png`), i);
    expect(new Set((await build({ positive: ['b'] })).images.map((i) => i.patient)).size).toBe(4);
    rmSync(folder, { recursive: true });
    for (let i = 0; i < 8; i++) await writeImage(at(`${i % 2 ? 'a' : 'b'}/${i >> 1}_${i % 2 ? 'OD' : 'OS'}.png`), i);
    expect(new Set((await build({ positive: ['b'] })).images.map((i) => i.patient)).size).toBe(4);
  });
});

describe('any table', () => {
  it("suggests findings, and takes the user's mapping", async () => {
    const rows = ['name,subject,edema,effusion,age,grade'];
    for (let i = 0; i < 8; i++) {
      rows.push(`x${i},S${i >> 1},${i % 2},${i === 3 ? '-1' : i % 3 === 0 ? 1 : ''},${40 + i},${i % 4}`);
      await writeImage(at(`img/x${i}.png`), i);
    }
    writeText(at('table.csv'), rows.join('\n'));
    const preview = await previewImport({ folder });
    expect(preview.suggestedColumns).toEqual({ image: 'name', labels: ['grade'], patient: 'subject', age: 'age' });
    const columns = { image: 'name', labels: ['edema', 'effusion'], patient: 'subject' };
    const built = await build({ columns, modality: 'cxr' });
    expect(built.images.map((i) => i.labels.map((l) => l ?? '?').join('')).slice(0, 4)).toEqual([
      '01',
      '10',
      '00',
      '1?',
    ]);
    expect(built.dataset).toMatchObject({ layout: 'csv', modality: 'cxr', patientIdKnown: true });
    expect(new Set(built.images.map((i) => i.patient)).size).toBe(4);
  });

  it('says which columns do not exist, and what the table has', async () => {
    await writeEyepacs(folder, 2);
    const preview = await previewImport({ folder, columns: { image: 'image', labels: ['grade'], patient: 'id' } });
    expect(preview.counts.usable).toBe(0);
    expect(preview.problems).toEqual([
      {
        kind: 'unknown-column',
        leftOut: false,
        file: 'trainLabels.csv',
        message: 'Expected the columns "id", "grade", but trainLabels.csv has "image", "level".',
      },
    ]);
  });

  it('reads a table that lies elsewhere', async () => {
    await writeEyepacs(folder, 4);
    const labelsFile = path.join(makeTemporaryFolder(), 'second reader.csv');
    copyFileSync(at('trainLabels.csv'), labelsFile);
    rmSync(at('trainLabels.csv'));
    expect((await build({ labelsFile })).images).toHaveLength(8);
  });
});
