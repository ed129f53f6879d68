/** Public sets of fundus photographs by their exact headers and paths, with what goes wrong in each. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { previewImport } from '../../../main/datasets/preview.ts';
import type { ImportPreview, PreviewRequest } from '../../../shared/dataset/dataset.ts';
import type { LayoutId } from '../../../shared/dataset/layout-ids.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';
import { workbookBytes } from '../../support/workbook.ts';
import { buildFrom, writeImage, writeText } from './folders.ts';

let folder: string;
let seed = 0;
beforeEach(() => {
  folder = makeTemporaryFolder('fundus');
});

const preview = (over: Partial<PreviewRequest> = {}): Promise<ImportPreview> => previewImport({ folder, ...over });
const table = (name: string, ...lines: string[]): void => writeText(path.join(folder, name), `${lines.join('\n')}\n`);
async function images(...names: string[]): Promise<void> {
  for (const name of names) await writeImage(path.join(folder, name), seed++, name.endsWith('.png') ? 'png' : 'jpeg');
}
const numbers = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const positives = ({ counts }: ImportPreview): number[] => counts.outputs.map(({ positive }) => positive);
const parts = ({ givenSplits }: ImportPreview): string =>
  (givenSplits ?? []).map(({ split, rows }) => `${split} ${rows}`).join(', ');

function expectLayout(found: ImportPreview, layout: LayoutId, ...evidence: string[]): void {
  expect(found).toMatchObject({ layout, modality: 'fundus', questions: [] });
  for (const words of evidence) expect(found.evidence.join('\n')).toContain(words);
}

describe('APTOS 2019', () => {
  const code = (i: number): string => i.toString(16).padStart(12, '0');

  it('is read without its unlabelled test part, and says that patients cannot be told apart', async () => {
    await images(...numbers(10).map((i) => `train_images/${code(i)}.png`), 'test_images/00000000ffff.png');
    table('train.csv', 'id_code,diagnosis', ...numbers(10).map((i) => `${code(i)},${i % 5}`));
    table('test.csv', 'id_code', '00000000ffff');
    table('sample_submission.csv', 'id_code,diagnosis', '00000000ffff,0');
    const found = await preview();
    expectLayout(found, 'aptos', 'it cannot be proved that no patient is in two parts');
    expect(found.counts).toMatchObject({ rows: 10, usable: 10, patients: null });
    expect(found.target.endpoints).toMatchObject([{ id: 'referable', positiveOutputs: [2, 3, 4] }]);
  });

  it('in three parts is read whole', async () => {
    const names = {
      train_1: 'train_images/train_images',
      valid: 'val_images/val_images',
      test: 'test_images/test_images',
    };
    for (const [i, [name, home]] of Object.entries(names).entries()) {
      await images(...numbers(5).map((j) => `${home}/${code(10 * i + j)}.png`));
      table(`${name}.csv`, 'id_code,diagnosis', ...numbers(5).map((j) => `${code(10 * i + j)},${j}`));
    }
    const found = await preview();
    expectLayout(found, 'aptos');
    expect(parts(found)).toBe('train 5, validation 5, test 5');
    expect(found.counts.usable).toBe(15);
  });
});

describe('Messidor-2', () => {
  const name = (i: number): string => `200510${20 + i}_60000_0100_PP`;

  it.each([
    ['image_id', 'adjudicated_dr_grade'],
    ['id_code', 'diagnosis'],
  ])('with the columns %s and %s', async (image, grade) => {
    await images(...numbers(5).map((i) => `IMAGES/${name(i)}.${i % 2 ? 'JPG' : 'png'}`), 'IMAGES/IM0005.JPG');
    table(
      'messidor_data.csv',
      `${image},${grade},adjudicated_dme,adjudicated_gradable`,
      // The ending of the table is not always that of the file.
      ...numbers(5).map((i) => `${name(i)}.png,${i},${i % 2},1`),
      'IM0005.jpg,,,0',
    );
    table('messidor-2.csv', 'left;right', `${name(0)}.png;${name(1)}.JPG`, `${name(2)}.png;${name(3)}.JPG`);
    const found = await preview();
    expectLayout(found, 'messidor-2', '--layout messidor-2 --label-columns adjudicated_dme');
    expect(found.counts).toMatchObject({ rows: 6, usable: 5, patients: 3 });
    expect(positives(found)).toEqual([1, 1, 1, 1, 1]);
    const { images: built } = await buildFrom(folder);
    expect(new Set(built.map(({ patient }) => patient)).size).toBe(3);
    expect(
      built
        .map(({ eye }) => eye)
        .filter(Boolean)
        .sort(),
    ).toEqual(['left', 'left', 'right', 'right']);
    const dme = await preview({ layout: 'messidor-2', columnHints: { labels: ['adjudicated_dme'] } });
    expect(dme.target).toMatchObject({ kind: 'multilabel', outputs: ['adjudicated_dme'] });
  });
});

describe('Messidor', () => {
  it('is read from the workbooks of all bases; its own scale has four grades, the department is the site', async () => {
    for (const base of ['Base11', 'Base12']) {
      await images(...numbers(4).map((i) => `${base}/${base}_${i}_0100_PP.tif`));
      const rows = numbers(4).map((i) => [`${base}_${i}_0100_PP.tif`, `Service ${base}`, i, i % 3]);
      const header = ['Image name', 'Ophthalmologic department', 'Retinopathy grade', 'Risk of macular edema '];
      writeFileSync(
        path.join(folder, base, `Annotation_${base}.xlsx`),
        workbookBytes([{ name: 'Feuil1', rows: [header, ...rows] }]),
      );
    }
    const found = await preview();
    expectLayout(found, 'messidor-1', 'Annotation_Base12.xlsx');
    expect(positives(found)).toEqual([2, 2, 2, 2]);
    expect(found.target.mapping).toContain('must not be mixed');
    const { images: built } = await buildFrom(folder);
    expect(new Set(built.map(({ site }) => site))).toEqual(new Set(['Service Base11', 'Service Base12']));
  });
});

describe('IDRiD', () => {
  const HOME = 'B. Disease Grading';
  it('has names that start again in the test part, a space behind a column and empty columns', async () => {
    const header = 'Image name,Retinopathy grade,Risk of macular edema ,,,,';
    for (const [folderOf, file] of [
      ['a. Training Set', 'a. IDRiD_Disease Grading_Training Labels.csv'],
      ['b. Testing Set', 'b. IDRiD_Disease Grading_Testing Labels.csv'],
    ] as const) {
      await images(...numbers(5).map((i) => `${HOME}/1. Original Images/${folderOf}/IDRiD_00${i + 1}.jpg`));
      table(`${HOME}/2. Groundtruths/${file}`, header, ...numbers(5).map((i) => `IDRiD_00${i + 1},${i},${i % 3},,,,`));
    }
    const found = await preview();
    expectLayout(found, 'idrid', '100 % of the first 5 names read as IDRiD_NNN');
    expect(found.counts.usable).toBe(10);
    expect(parts(found)).toBe('train 5, test 5');
    const edema = await preview({ layout: 'idrid', columnHints: { labels: ['Risk of macular edema'] } });
    expect(edema.target.endpoints).toMatchObject([{ id: 'edema-risk', positiveOutputs: [1, 2] }]);
  });
});

describe('DDR', () => {
  it('lists names and grades in text files; 5 is ungradable', async () => {
    for (const [k, part] of ['train', 'valid', 'test'].entries()) {
      const names = numbers(6).map((i) => `007-000${k}-00${i}.jpg`);
      await images(...names.map((name) => `DR_grading/${part}/${name}`));
      table(`DR_grading/${part}.txt`, ...names.map((name, i) => `${name} ${i}`));
    }
    const found = await preview({ patients: 'images' });
    expectLayout(found, 'ddr', 'DR_grading/train.txt has the columns');
    expect(found.counts).toMatchObject({ rows: 18, usable: 15 });
    expect(positives(found)).toEqual([3, 3, 3, 3, 3]);
    expect(found.target.mapping).toContain('No grade, and left out: "5" (3 rows)');
    expect(parts(found)).toBe('train 6, validation 6, test 6');
  });
});

describe('RFMiD', () => {
  const FINDINGS =
    'DR,ARMD,MH,DN,MYA,BRVO,TSLN,ERM,LS,MS,CSR,ODC,CRVO,TV,AH,ODP,ODE,ST,AION,PT,RT,RS,CRS,EDN,RPEC,MHL,RP,CWS,CB,ODPM,PRH,MNF,HR,CRAO,TD,CME,PTCR,CF,VH,MCA,VS,BRAO,PLQ,HPED,CL'.split(
      ',',
    );
  it('has numbers that start again in each part, and findings of too few images, which are said', async () => {
    for (const [home, file, n] of [
      ['Training_Set/Training_Set/Training', 'RFMiD_Training_Labels.csv', 12],
      ['Evaluation_Set/Evaluation_Set/Validation', 'RFMiD_Validation_Labels.csv', 4],
      ['Test_Set/Test_Set/Test', 'RFMiD_Testing_Labels.csv', 4],
    ] as const) {
      await images(...numbers(n).map((i) => `${home}/${i + 1}.png`));
      const row = (i: number): string =>
        FINDINGS.map((name) => (name === 'DR' ? i % 2 : name === 'TV' && i === 1 ? 1 : 0)).join();
      table(
        `${path.dirname(home)}/${file}`,
        `ID,Disease_Risk,${FINDINGS.join()}`,
        ...numbers(n).map((i) => `${i + 1},${i % 2},${row(i)}`),
      );
    }
    const found = await preview();
    expectLayout(found, 'rfmid');
    expect(found.counts).toMatchObject({ rows: 20, usable: 20 });
    expect(parts(found)).toBe('train 12, validation 4, test 4');
    expect(found.target.outputs).toEqual(['DR']);
    expect(found.problems.find(({ kind }) => kind === 'few-cases')?.message).toContain('TV (3), ');
    expect((await preview({ outputs: ['DR', 'TV'] })).target.outputs).toEqual(['DR', 'TV']);
  });
});

describe('ODIR-5K', () => {
  const HEADER =
    'ID,Patient Age,Patient Sex,Left-Fundus,Right-Fundus,Left-Diagnostic Keywords,Right-Diagnostic Keywords,N,D,G,C,A,H,M,O';
  /** Keywords of the left and right eye, and the labels of the patient. The comma between keywords is a full-width one. */
  const PATIENTS: [string, string, string][] = [
    ['cataract', 'normal fundus', '0,0,0,1,0,0,0,0'],
    ['normal fundus', 'lens dust，normal fundus', '1,0,0,0,0,0,0,0'],
    ['laser spot，moderate non proliferative retinopathy', 'hypertensive retinopathy', '0,1,0,0,0,1,0,1'],
    ['anterior segment image', 'dry age-related macular degeneration', '0,0,0,0,1,0,0,0'],
    ['suspected glaucoma', 'myopia retinopathy', '0,0,1,0,0,0,1,0'],
    ['lens dust', 'drusen', '0,0,0,0,0,0,0,1'],
  ];
  const rowOf = (i: number): string[] => {
    const [left, right, labels] = PATIENTS[i] as [string, string, string];
    return [`${i}`, `${60 + i}`, 'Male', `${i}_left.jpg`, `${i}_right.jpg`, left, right, ...labels.split(',')];
  };
  const eyes: Partial<PreviewRequest> = { layout: 'odir', columnHints: { labels: ['keywords of the eye'] } };
  const patients: Partial<PreviewRequest> = { layout: 'odir', columnHints: { labels: 'N,D,G,C,A,H,M,O'.split(',') } };

  beforeEach(async () => {
    for (const side of ['left', 'right'])
      await images(...numbers(6).map((i) => `ODIR-5K/Training Images/${i}_${side}.jpg`));
  });

  it('asks whether the labels are those of the patient or of the eye; both are read from the workbook', async () => {
    const rows = [HEADER.split(','), ...numbers(6).map(rowOf)];
    writeFileSync(path.join(folder, 'ODIR-5K', 'data.xlsx'), workbookBytes([{ name: 'Sheet1', rows }]));
    const found = await preview();
    expect(found).toMatchObject({ layout: 'odir', modality: 'fundus' });
    expect(found.questions).toMatchObject([
      {
        id: 'label-columns',
        answers: [
          { option: '--layout odir --label-columns N,D,G,C,A,H,M,O', change: patients },
          { option: '--layout odir --label-columns "keywords of the eye"', change: eyes },
        ],
      },
    ]);
    const ofPatients = await preview(patients);
    expect(ofPatients.questions).toEqual([]);
    // The image of an anterior segment is left out.
    expect(ofPatients.counts).toMatchObject({ rows: 12, usable: 11, patients: 6 });
    expect(ofPatients.target.outputs).toEqual(['D', 'G', 'C', 'A', 'H', 'M', 'O']);
    expect(positives(ofPatients)).toEqual([2, 2, 2, 1, 2, 2, 4]);
    const ofEyes = await preview({ ...eyes, accept: ['lost-rows'] });
    expect(ofEyes.questions).toEqual([]);
    // That a lens is dusty says nothing of the eye.
    expect(ofEyes.counts.usable).toBe(10);
    expect(positives(ofEyes)).toEqual([1, 1, 1, 1, 1, 1, 2]);
  });

  it('has a row for each eye in full_df.csv', async () => {
    const rows = numbers(6).flatMap((i) =>
      ['left', 'right'].map(
        (side) => `${rowOf(i).join()},../input/odir/${i}_${side}.jpg,['N'],"[1, 0]",${i}_${side}.jpg`,
      ),
    );
    table('full_df.csv', `${HEADER},filepath,labels,target,filename`, ...rows);
    const found = await preview(patients);
    expect(found.counts).toMatchObject({ rows: 12, usable: 11, patients: 6 });
    expect(positives(await preview({ ...eyes, accept: ['lost-rows'] }))).toEqual([1, 1, 1, 1, 1, 1, 2]);
  });
});
