/** Chest x-rays with boxes, several readers, lists of labels and collections from several sources. */
import { beforeEach, describe, expect, it } from 'vitest';
import { previewImport } from '../../../../main/datasets/preview.ts';
import { makeTemporaryFolder } from '../../../support/temporary-folder.ts';
import { buildFrom } from '../folders.ts';
import { countsOf, labelsOf, messagesOf, writeTree } from './tree.ts';

let folder: string;
beforeEach(() => {
  folder = makeTemporaryFolder();
});

describe('PadChest', () => {
  const HEADER =
    ',ImageID,ImageDir,StudyDate_DICOM,StudyID,PatientID,PatientBirth,PatientSex_DICOM,ViewPosition_DICOM,Projection,MethodProjection,Pediatric,Modality_DICOM,ReportID,Report,MethodLabel,Labels,Localizations,LabelsLocalizationsBySentence,LabelCUIS,LocalizationsCUIS';
  const row = (i: number, projection: string, labels: string, dir = '0'): string =>
    `${i},img${i}.png,${dir},20140915,study${i},patient${i >> 1},1930.0,F,POSTEROANTERIOR,${projection},Manual review of DICOM fields,No,DX,4765777,sin hallazgos,Physician,${labels},"['loc right']","[]","['C0']",[]`;
  const table = [
    HEADER,
    row(0, 'PA', `"['pacemaker', 'pleural effusion']"`),
    row(1, 'L', `"['pleural effusion']"`),
    row(2, 'AP_horizontal', `"['normal']"`, '1.0'),
    row(3, 'PA', `"['cardiomegaly', 'unchanged', ' pleural effusion']"`),
    row(4, 'PA', `"['exclude']"`),
    row(5, 'PA', ''),
    row(6, 'PA', `"['unchanged']"`),
    row(7, 'COSTAL', `"['rib fracture']"`),
  ];
  const name = 'PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv';

  it('reads lists of labels, and says of every row that is no use why', async () => {
    const images = Array.from({ length: 8 }, (_, i) => `${i === 2 ? 1 : 0}/img${i}.png`);
    await writeTree(folder, { tables: { [name]: table }, images });
    const preview = await previewImport({ folder });
    expect(preview).toMatchObject({ layout: 'padchest', modality: 'cxr', counts: { rows: 8, usable: 3, patients: 2 } });
    expect(preview.questions).toEqual([]);
    expect(countsOf(preview)).toEqual(['cardiomegaly 1/2/0', 'pleural effusion 2/1/0']);
    expect(preview.availableOutputs).toEqual(['cardiomegaly', 'pacemaker', 'pleural effusion']);
    expect(messagesOf(preview, 'unknown-label').map((message) => message.replace(/^In row \d+ of \S+, /, ''))).toEqual([
      'the data set says "exclude".',
      'the report has no labels.',
      '"unchanged" says nothing about findings.',
      'the projection is "COSTAL".',
    ]);
    const [first] = (await buildFrom(folder)).images;
    expect(first).toMatchObject({ sex: 'female', age: 84, view: 'PA' });
  });

  it('finds images that lie flat', async () => {
    await writeTree(folder, {
      tables: { [name]: table },
      images: Array.from({ length: 8 }, (_, i) => `images-224/img${i}.png`),
    });
    expect((await previewImport({ folder })).counts).toMatchObject({ usable: 3 });
  });
});

/** The 22 local and 6 global labels in the order of the tables. */
const VINDR =
  'Aortic enlargement,Atelectasis,Calcification,Cardiomegaly,Clavicle fracture,Consolidation,Edema,Emphysema,Enlarged PA,ILD,Infiltration,Lung Opacity,Lung cavity,Lung cyst,Mediastinal shift,Nodule/Mass,Pleural effusion,Pleural thickening,Pneumothorax,Pulmonary fibrosis,Rib fracture,Other lesion,COPD,Lung tumor,Pneumonia,Tuberculosis';
const cells = (present: readonly string[]): string =>
  [...VINDR.split(','), 'Other diseases', 'No finding'].map((name) => (present.includes(name) ? 1 : 0)).join(',');

describe('VinDr-CXR', () => {
  const read = (image: string, findings: string[][]): string[] =>
    findings.map((present, i) => `${image},R${i + 1},${cells(present)}`);

  async function write(reader: string): Promise<void> {
    await writeTree(folder, {
      tables: {
        'annotations/image_labels_train.csv': [
          `image_id,${reader},${VINDR},Other diseases,No finding`,
          ...read('aaa', [['Cardiomegaly'], ['Cardiomegaly', 'Other diseases'], ['No finding']]),
          ...read('bbb', [['No finding'], ['No finding'], ['Other diseases']]),
        ],
        'annotations/image_labels_test.csv': [
          `image_id,${VINDR},Other disease,No finding`,
          `ccc,${cells(['Other diseases'])}`,
        ],
        'annotations/annotations_train.csv': [
          'image_id,rad_id,class_name,x_min,y_min,x_max,y_max',
          'aaa,R1,Cardiomegaly,1,2,3,4',
        ],
      },
      images: ['train/aaa.png', 'train/bbb.png', 'test/ccc.png'],
    });
  }

  it.each(['rad_id', 'rad_ID'])(
    'joins three readers by the majority (%s), and the rule can be changed',
    async (reader) => {
      await write(reader);
      const preview = await previewImport({ folder });
      expect(preview).toMatchObject({ layout: 'vindr', counts: { rows: 7, usable: 3, patients: null } });
      expect(preview).toMatchObject({ join: 'majority', alternatives: [] });
      expect(preview.target.outputs).toHaveLength(27);
      const count = (name: string, from = preview): string | undefined =>
        countsOf(from).find((line) => line.startsWith(name));
      expect(count('Cardiomegaly')).toBe('Cardiomegaly 1/2/0');
      expect(count('Other diseases')).toBe('Other diseases 1/2/0');
      expect(count('Other diseases', await previewImport({ folder, join: 'any' }))).toBe('Other diseases 3/0/0');
      expect(preview.target.mapping).toContain(
        '2 of 3 images have several rows (up to 3); of 2 they differ. They are joined: a finding is present where more than half of the rows that know it have it.',
      );
      expect(preview.givenSplits).toEqual([
        { split: 'train', rows: 6 },
        { split: 'test', rows: 1 },
      ]);
      expect(preview.problemCounts['no-patient']).toBe(3);
    },
  );
});

describe('VinBigData', () => {
  it('makes findings of boxes, each reader once, and joins the readers', async () => {
    const box = (image: string, name: string, reader: string): string =>
      name === 'No finding' ? `${image},No finding,14,${reader},,,,` : `${image},${name},3,${reader},1,2,3,4`;
    await writeTree(folder, {
      tables: {
        'train.csv': [
          'image_id,class_name,class_id,rad_id,x_min,y_min,x_max,y_max',
          // R1 alone draws three masses: one reader of three.
          ...['R1', 'R1', 'R1'].map((reader) => box('aaa', 'Nodule/Mass', reader)),
          ...['R1', 'R2'].map((reader) => box('aaa', 'Cardiomegaly', reader)),
          box('aaa', 'No finding', 'R3'),
          ...['R1', 'R2', 'R3'].map((reader) => box('bbb', 'No finding', reader)),
        ],
        'test.csv': ['image_id,width,height', 'zzz,1,1'],
      },
      images: ['train/aaa.png', 'train/bbb.png', 'test/zzz.png'],
    });
    expect(countsOf(await previewImport({ folder }))).toEqual(['Cardiomegaly 1/1/0', 'Nodule/Mass 1/1/0']);
    const preview = await previewImport({ folder, join: 'majority' });
    expect(preview).toMatchObject({ layout: 'vinbigdata', counts: { rows: 9, usable: 2 } });
    expect(preview.questions.map(({ id, reasons }) => [id, ...reasons])).toEqual([
      ['lost-classes', '2 rows have "Nodule/Mass", but in no image the majority of its rows.'],
    ]);
    expect(countsOf(preview)).toEqual(['Cardiomegaly 1/1/0', 'Nodule/Mass 0/2/0']);
  });
});

describe('RSNA pneumonia', () => {
  const tables = {
    'stage_2_train_labels.csv': [
      'patientId,x,y,width,height,Target',
      '0004cfab,,,,,0',
      '00313ee0,,,,,0',
      '00436515,264.0,152.0,213.0,379.0,1',
      '00436515,562.0,152.0,256.0,453.0,1',
    ],
    'stage_2_detailed_class_info.csv': [
      'patientId,class',
      '0004cfab,No Lung Opacity / Not Normal',
      '00313ee0,Normal',
      '00436515,Lung Opacity',
      '00436515,Lung Opacity',
    ],
    'stage_2_sample_submission.csv': ['patientId,PredictionString', '0000a175,0.5 0 0 100 100'],
  };
  const images = ['0004cfab', '00313ee0', '00436515'].map((id) => `stage_2_train_images/${id}.png`);

  it('collapses boxes, and does not take the name of an image for a patient', async () => {
    await writeTree(folder, { tables, images });
    const preview = await previewImport({ folder });
    expect(preview).toMatchObject({ layout: 'rsna', counts: { rows: 4, usable: 3, patients: null }, questions: [] });
    expect(preview.alternatives.map(({ option }) => option)).toEqual(['--layout rsna --label-columns class']);
    expect(preview.target.outputs).toEqual(['No pneumonia', 'Pneumonia']);
    expect(countsOf(preview)[1]).toBe('Pneumonia 1/2/0');
    expect(preview.problemCounts).toEqual({ 'joined-rows': 1, 'no-patient': 3 });
    expect(preview.patientRule).toContain('"patientId" names the image');
  });

  it('reads the three detailed classes when asked', async () => {
    await writeTree(folder, { tables, images });
    const preview = await previewImport({ folder, layout: 'rsna', columnHints: { labels: ['class'] } });
    expect(countsOf(preview)).toEqual(['Normal 1/2/0', 'No Lung Opacity / Not Normal 1/2/0', 'Lung Opacity 1/2/0']);
    expect(preview.target.endpoints.map(({ name }) => name)).toEqual(['Lung Opacity']);
  });
});

describe('COVID-19 collections', () => {
  it('reads metadata.csv: CT and unknown findings are left out, parts of a finding count', async () => {
    const row = (patient: string, finding: string, view: string, modality: string, file: string): string =>
      `${patient},0,M,65,${finding},Y,Y,N,N,N,N,Y,,,,,,,${view},${modality},"January 22, 2020",Hanoi,images,${file},10.1056,url,,notes,`;
    await writeTree(folder, {
      tables: {
        'metadata.csv': [
          'patientid,offset,sex,age,finding,RT_PCR_positive,survival,intubated,intubation_present,went_icu,in_icu,needed_supplemental_O2,extubated,temperature,pO2_saturation,leukocyte_count,neutrophil_count,lymphocyte_count,view,modality,date,location,folder,filename,doi,url,license,clinical_notes,other_notes',
          row('2', 'Pneumonia/Viral/COVID-19', 'PA', 'X-ray', 'a.jpg'),
          row('2', 'Pneumonia/Viral/COVID-19', 'L', 'X-ray', 'b.jpg'),
          row('2', 'Pneumonia/Viral/COVID-19', 'Axial', 'CT', 'c.jpg'),
          row('3', 'Pneumonia/Bacterial', 'AP Supine', 'X-ray', 'd.jpg'),
          row('4', 'No Finding', 'PA', 'X-ray', 'e.jpg'),
          row('5', 'todo', 'PA', 'X-ray', 'f.jpg'),
        ],
      },
      images: ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `images/${name}.jpg`),
    });
    const preview = await previewImport({ folder });
    expect(preview).toMatchObject({ layout: 'covid-chestxray', counts: { rows: 6, usable: 3, patients: 3 } });
    expect(countsOf(preview)).toEqual(['COVID-19 1/2/0']);
    expect(preview.availableOutputs).toEqual(['Bacterial', 'COVID-19', 'Pneumonia', 'Viral']);
    expect(messagesOf(preview, 'unknown-label')).toEqual([
      'In row 4 of metadata.csv, it is a CT, no radiograph.',
      'In row 7 of metadata.csv, its finding is not known.',
    ]);
    expect(countsOf(await previewImport({ folder, outputs: ['Pneumonia'] }))).toEqual(['Pneumonia 2/1/0']);
  });

  it('reads the radiography database: masks are no images, and `images` is no patient', async () => {
    const root = 'COVID-19_Radiography_Dataset';
    const of = (name: string, kind: string): string[] => [1, 2].map((i) => `${root}/${name}/${kind}/${name}-${i}.png`);
    const classes = ['COVID', 'Lung_Opacity', 'Normal', 'Viral Pneumonia'];
    await writeTree(folder, {
      tables: {},
      images: classes.flatMap((name) => [...of(name, 'images'), ...of(name, 'masks')]),
    });
    const preview = await previewImport({ folder });
    expect(preview).toMatchObject({
      layout: 'covid-radiography',
      modality: 'cxr',
      counts: { usable: 8 },
      questions: [],
    });
    expect(preview.target.outputs).toEqual(['Normal', 'COVID', 'Lung_Opacity', 'Viral Pneumonia']);
    expect(preview.evidence.join(' ')).toContain('8 files in folders of masks are no radiographs, and are not used.');
    const built = await buildFrom(folder);
    expect(new Set(built.images.map((image) => image.patient)).size).toBe(8);
    expect(labelsOf(folder, built)[0]).toBe(`${root}/COVID/images/COVID-1.png: 0100`);
    expect((await previewImport({ folder, layout: 'folder-per-class' })).counts.usable).toBe(8);
  });
});
