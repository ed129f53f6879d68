/** CheXpert's relatives and the tables of the NIH: exact headers and paths, and what is odd about each. */
import { gzipSync } from 'node:zlib';
import path from 'node:path';
import { mkdirSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { previewImport } from '../../../../main/datasets/preview.ts';
import { makeTemporaryFolder } from '../../../support/temporary-folder.ts';
import { buildFrom } from '../folders.ts';
import { countsOf, labelsOf, messagesOf, writeTree } from './tree.ts';

let folder: string;
beforeEach(() => {
  folder = makeTemporaryFolder();
});

describe('CheXpert, the later test part', () => {
  it('has no sex, age or view: the view is read from the path', async () => {
    const at = 'CheXpert/test/patient64741/study1';
    await writeTree(folder, {
      tables: {
        'CheXpert/test.csv': [
          'Path,Enlarged Cardiomediastinum,Cardiomegaly,Lung Opacity,Lung Lesion,Edema,Consolidation,Pneumonia,Atelectasis,Pneumothorax,Pleural Effusion,Pleural Other,Fracture,Support Devices,No Finding',
          `test/patient64741/study1/view1_frontal.jpg,0,1,1,0,0,0,0,1,0,0,0,0,0,0`,
          `test/patient64741/study1/view2_lateral.jpg,0,1,1,0,0,0,0,1,0,0,0,0,0,0`,
        ],
      },
      images: [`${at}/view1_frontal.jpg`, `${at}/view2_lateral.jpg`],
    });
    const preview = await previewImport({ folder });
    expect(preview).toMatchObject({ layout: 'chexpert', counts: { rows: 2, usable: 1, patients: 1 } });
    expect(messagesOf(preview, 'other-view')).toEqual([
      'In row 3 of CheXpert/test.csv, lateral view (the task uses frontal views only).',
    ]);
    const [image] = (await buildFrom(folder)).images;
    expect(image).toMatchObject({ labels: [1, 1, 0, 0, 0], sex: null, age: null, view: 'frontal' });
  });
});

describe('CheXpert Plus', () => {
  const HEADER =
    'path_to_image,path_to_dcm,frontal_lateral,ap_pa,deid_patient_id,patient_report_date_order,report,section_findings,section_impression,age,sex,race,ethnicity,interpreter_needed,insurance_type,recent_bmi,deceased,split';
  const row = (patient: number, view: string, side: string, split: string): string =>
    `${split}/patient0000${patient}/study1/${view}.jpg,x.dcm,${side},${side === 'Frontal' ? 'AP' : ''},patient0000${patient},1,"No change, stable.",,,${60 + patient}.0,Male,,,No,,,No,${split}`;
  const label = (file: string, effusion: number | null, edema: number | null): string =>
    JSON.stringify({
      path_to_image: file,
      'No Finding': null,
      Cardiomegaly: 0,
      Edema: edema,
      Consolidation: null,
      Atelectasis: null,
      'Pleural Effusion': effusion,
    });

  async function write(): Promise<void> {
    const labels = [
      label('train/patient00001/study1/view1_frontal.jpg', 1, -1),
      label('train/patient00001/study1/view2_lateral.jpg', 1, -1),
      label('valid/patient00003/study1/view1_frontal.jpg', 0, 1),
    ];
    await writeTree(folder, {
      tables: {
        'df_chexpert_plus_240401.csv': [
          HEADER,
          row(1, 'view1_frontal', 'Frontal', 'train'),
          row(1, 'view2_lateral', 'Lateral', 'train'),
          row(2, 'view1_frontal', 'Frontal', 'train'),
          row(3, 'view1_frontal', 'Frontal', 'valid'),
        ],
        'chexbert_labels/impression_fixed.json': labels,
        'chexbert_labels/findings_fixed.json': labels.map((line) => line.replaceAll(':1', ':0')),
      },
      images: [
        'PNG/train/patient00001/study1/view1_frontal.png',
        'PNG/train/patient00001/study1/view2_lateral.png',
        'PNG/train/patient00002/study1/view1_frontal.png',
        'PNG/valid/patient00003/study1/view1_frontal.png',
      ],
    });
  }

  it('joins images and labels, and leaves out an image that no label names', async () => {
    await write();
    const preview = await previewImport({ folder });
    expect(preview).toMatchObject({ layout: 'chexpert-plus', counts: { rows: 4, usable: 2, patients: 2 } });
    expect(preview.evidence).toContain(
      'chexbert_labels/impression_fixed.json holds the labels of each image, found by "path_to_image".',
    );
    expect(preview.evidence.at(-1)).toContain('chexbert_labels/findings_fixed.json');
    expect(preview.givenSplits).toEqual([
      { split: 'train', rows: 3 },
      { split: 'validation', rows: 1 },
    ]);
    expect(messagesOf(preview, 'unknown-label')).toEqual([
      'In row 4 of df_chexpert_plus_240401.csv, the table of labels has no row for it.',
    ]);
    const built = await buildFrom(folder);
    expect(labelsOf(folder, built)).toEqual([
      'PNG/train/patient00001/study1/view1_frontal.png: 000?1',
      'PNG/valid/patient00003/study1/view1_frontal.png: 00010',
    ]);
    expect(built.images[0]).toMatchObject({ sex: 'male', age: 61, view: 'AP' });
  });

  it('takes another set of labels when asked', async () => {
    await write();
    const preview = await previewImport({ folder, labelsFile: 'chexbert_labels/findings_fixed.json' });
    expect(preview.layout).toBe('chexpert-plus');
    expect(countsOf(preview).at(-1)).toBe('Pleural Effusion 0/2/0');
  });
});

describe('MIMIC-CXR-JPG', () => {
  const METADATA =
    'dicom_id,subject_id,study_id,PerformedProcedureStepDescription,ViewPosition,Rows,Columns,StudyDate,StudyTime,ProcedureCodeSequence_CodeMeaning,ViewCodeSequence_CodeMeaning,PatientOrientationCodeSequence_CodeMeaning';
  const LABELS =
    'subject_id,study_id,Atelectasis,Cardiomegaly,Consolidation,Edema,Enlarged Cardiomediastinum,Fracture,Lung Lesion,Lung Opacity,No Finding,Pleural Effusion,Pleural Other,Pneumonia,Pneumothorax,Support Devices';
  const image = (id: string, subject: number, study: number): string =>
    `files/p${String(subject).slice(0, 2)}/p${subject}/s${study}/${id}.jpg`;
  const meta = (id: string, subject: number, study: number, view: string): string =>
    `${id},${subject},${study},CHEST (PA AND LAT),${view},3056,2544,21800506,213014.531,CHEST (PA AND LAT),postero-anterior,Erect`;
  const files: [string, number, number, string, string][] = [
    ['02aa804e-bde0afdd-112c0b34-7bc16630-4e384014', 10000032, 50414267, 'PA', 'train'],
    ['174413ec-4ec4c1f7-34ea26b7-c5f994f8-79ef1962', 10000032, 50414267, 'LATERAL', 'train'],
    ['2a2277a9-b0ded155-c0de8eb9-c124d10e-82c5caab', 10000032, 53189527, 'AP', 'train'],
    ['e084de3b-be89b11e-20fe3f9f-9c8d8dfe-4cfd202c', 10000764, 57375967, '', 'validate'],
    ['68b5c4b1-227d0485-9cc38c3f-7b84ab51-4b472714', 11000898, 50771383, 'AP', 'test'],
    ['11111111-227d0485-9cc38c3f-7b84ab51-4b472714', 11000898, 50771384, 'AP', 'test'],
  ];
  const chexpert = [
    LABELS,
    '10000032,50414267,,,,,,,,,1.0,,,,,',
    '10000032,53189527,-1.0,1.0,,,,,,,,0.0,,,,1.0',
    '10000764,57375967,,,1.0,,,,,,,1.0,,-1.0,,',
    '11000898,50771383,1.0,,,0.0,,,,,,,,,,',
  ];

  async function write(gzip = false): Promise<void> {
    const tables = {
      'metadata.csv': [METADATA, ...files.map(([id, subject, study, view]) => meta(id, subject, study, view))],
      'chexpert.csv': chexpert,
      'negbio.csv': chexpert.map((line) => line.replace('-1.0', '0.0')),
      'split.csv': [
        'dicom_id,study_id,subject_id,split',
        ...files.map(([id, subject, study, , split]) => `${id},${study},${subject},${split}`),
      ],
    };
    await writeTree(folder, { tables: {}, images: files.map(([id, subject, study]) => image(id, subject, study)) });
    for (const [name, lines] of Object.entries(tables)) {
      const text = `${lines.join('\n')}\n`;
      mkdirSync(folder, { recursive: true });
      const file = path.join(folder, `mimic-cxr-2.0.0-${name}${gzip ? '.gz' : ''}`);
      writeFileSync(file, gzip ? gzipSync(text) : text);
    }
  }

  it.each([false, true])('joins labels of studies and the official split to images (gzip: %s)', async (gzip) => {
    await write(gzip);
    const preview = await previewImport({ folder });
    expect(preview).toMatchObject({ layout: 'mimic-cxr', counts: { rows: 6, usable: 4, patients: 3 } });
    expect(preview.givenSplits).toEqual([
      { split: 'train', rows: 3 },
      { split: 'validation', rows: 1 },
      { split: 'test', rows: 2 },
    ]);
    expect(preview.problemCounts).toMatchObject({ 'other-view': 1, 'unknown-label': 1 });
    const built = await buildFrom(folder, { split: { source: 'given' } });
    expect(built.images.map(({ labels, split, view }) => [labels.map((l) => l ?? '?').join(''), split, view])).toEqual([
      ['00000', 'train', 'PA'],
      ['?1000', 'train', 'AP'],
      ['00101', 'validation', null],
      ['10000', 'test', 'AP'],
    ]);
  });

  it('takes the other labels when asked, and never both', async () => {
    await write();
    const labelsFile = 'mimic-cxr-2.0.0-negbio.csv';
    const preview = await previewImport({ folder, labelsFile });
    expect(preview).toMatchObject({ layout: 'mimic-cxr', counts: { usable: 4 } });
    expect(countsOf(preview)[0]).toBe('Atelectasis 1/3/0');
    expect((await previewImport({ folder })).evidence.at(-1)).toContain(labelsFile);
  });
});

describe('NIH ChestX-ray14', () => {
  const rows = [
    '00000001_000.png,Cardiomegaly,0,1,058Y,M,PA,2682,2749,0.143,0.143',
    '00000001_001.png,Cardiomegaly|Pleural_Thickening,1,1,058Y,M,PA,2894,2729,0.143,0.143',
    '00000002_000.png,No Finding,0,2,81,M,AP,2500,2048,0.171,0.171',
    '00000003_000.png,Mass|Nodule,0,3,411,F,PA,2582,2991,0.143,0.143',
    '00000004_000.png,Effusion|Infiltrate,0,4,44,F,PA,2582,2991,0.143,0.143',
  ];
  const images = rows.map((row, i) => `images_00${1 + (i % 2)}/images/${row.slice(0, 16)}`);
  const header = (sex: string): string =>
    `Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,${sex},View Position,OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y]`;

  it.each([
    ['Data_Entry_2017.csv', `${header('Patient Gender')},`, rows.map((row) => `${row},`)],
    ['Data_Entry_2017_v2020.csv', header('Patient Gender'), rows],
    ['Data_Entry_2017_v2020.csv', header('Patient Sex'), rows],
  ])('reads %s: %s', async (table, head, lines) => {
    await writeTree(folder, {
      tables: {
        [table]: [head, ...lines],
        'train_val_list.txt': rows.slice(0, 3).map((row) => row.slice(0, 16)),
        'test_list.txt': rows.slice(3).map((row) => row.slice(0, 16)),
      },
      images,
    });
    const preview = await previewImport({ folder });
    expect(preview).toMatchObject({ layout: 'nih', modality: 'cxr', counts: { rows: 5, usable: 5, patients: 4 } });
    expect(preview.availableOutputs).toHaveLength(14);
    expect(countsOf(preview)).toEqual([
      'Cardiomegaly 2/3/0',
      'Effusion 1/4/0',
      'Infiltration 1/4/0',
      'Mass 1/4/0',
      'Nodule 1/4/0',
      'Pleural_Thickening 1/4/0',
    ]);
    expect(preview.givenSplits).toEqual([
      { split: 'train', rows: 3 },
      { split: 'test', rows: 2 },
    ]);
    const built = await buildFrom(folder, { split: { source: 'given' } });
    expect(built.images.map(({ age, sex, view }) => [age, sex, view])).toEqual([
      [58, 'male', 'PA'],
      [58, 'male', 'PA'],
      [81, 'male', 'AP'],
      [null, 'female', 'PA'],
      [44, 'female', 'PA'],
    ]);
    expect(built.dataset.patientIdKnown).toBe(true);
  });

  it('does not take the table of boxes for labels, and can be overruled', async () => {
    await writeTree(folder, {
      tables: {
        'Data_Entry_2017.csv': [header('Patient Gender'), ...rows],
        'BBox_List_2017.csv': ['Image Index,Finding Label,Bbox [x,y,w,h],,,', '00000004_000.png,Infiltrate,1,2,3,4,,,'],
      },
      images,
    });
    expect((await previewImport({ folder })).layout).toBe('nih');
    expect((await previewImport({ folder, layout: 'csv' })).layout).toBe('csv');
  });

  it("reads the labels of Google's radiologists, whose parts are told by a column or a file", async () => {
    const head = `${header('Patient Gender').replace('Finding Labels,', '')},Fracture,Pneumothorax,Airspace opacity,Nodule or mass`;
    const line = (row: string, labels: string): string =>
      `${row
        .split(',')
        .filter((_, i) => i !== 1)
        .join(',')},${labels}`;
    const table = [
      `${head},Set Id`,
      `${line(rows[0] as string, 'NO,YES,NO,NO')},val`,
      `${line(rows[2] as string, 'YES,NO,NO,YES')},test`,
      `${line(rows[3] as string, 'NO,NO,NO,YES')},test`,
    ];
    const used = [images[0], images[2], images[3]] as string[];
    await writeTree(folder, { tables: { 'google.csv': table }, images: used });
    const preview = await previewImport({ folder });
    expect(preview).toMatchObject({ layout: 'nih-google', counts: { usable: 3, patients: 3 } });
    expect(countsOf(preview)).toEqual([
      'Fracture 1/2/0',
      'Pneumothorax 1/2/0',
      'Airspace opacity 0/3/0',
      'Nodule or mass 2/1/0',
    ]);
    expect(preview.givenSplits).toEqual([
      { split: 'validation', rows: 1 },
      { split: 'test', rows: 2 },
    ]);
  });

  it('joins its readers by the majority; HEDGE is uncertain', async () => {
    const readers = ['YES', 'HEDGE', 'NO'].map((label, i) => `00000001_000.png,1,${i},NO,${label},NO,YES`);
    await writeTree(folder, {
      tables: {
        'individual_readers.csv': [
          'Image ID,Patient ID,Reader ID,Fracture,Pneumothorax,Airspace opacity,Nodule/mass',
          ...readers,
          '00000002_000.png,2,0,NO,NO,NO,NO',
        ],
      },
      images: ['00000001_000.png', '00000002_000.png'],
    });
    const preview = await previewImport({ folder });
    expect(preview).toMatchObject({ layout: 'nih-google', counts: { rows: 4, usable: 2 } });
    expect(countsOf(preview)).toEqual([
      'Fracture 0/2/0',
      'Pneumothorax 0/1/1',
      'Airspace opacity 0/2/0',
      'Nodule or mass 1/1/0',
    ]);
    expect(preview.target.mapping).toContain('They are joined: a finding is present where more than half');
  });
});
