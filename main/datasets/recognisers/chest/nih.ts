/** NIH ChestX-ray14, and the labels that Google's radiologists gave some of its images. */
import type { Cell, Layout } from '../layout.ts';

const FINDINGS = [
  'Atelectasis',
  'Cardiomegaly',
  'Consolidation',
  'Edema',
  'Effusion',
  'Emphysema',
  'Fibrosis',
  'Hernia',
  'Infiltration',
  'Mass',
  'Nodule',
  'Pleural_Thickening',
  'Pneumonia',
  'Pneumothorax',
];

const IMAGE = /^(\d{8})_\d{3}(\.(png|jpe?g|dcm))?$/i;

const image = ['Image Index', 'Image ID'] as const;
const mass = ['Nodule or mass', 'Nodule/mass'] as const;

const SHARED = {
  modality: 'cxr',
  patientRule:
    'The column "Patient ID", or where it says nothing the number in front of the image name; all images of a patient stay together.',
} as const;

const names = {
  of: image,
  fits: (name: string) => IMAGE.test(name),
  words: 'names read as <patient, 8 digits>_<image, 3 digits>',
};

const numberInName = (cell: Cell): string | null => IMAGE.exec(cell(...image))?.[1] ?? null;

const row: Layout['row'] = {
  image,
  patient: (cell) => cell('Patient ID') || numberInName(cell),
  patientInName: numberInName,
  sex: ['Patient Gender', 'Patient Sex'],
  age: 'Patient Age',
  view: 'View Position',
};

export const nih: Layout = {
  ...SHARED,
  id: 'nih',
  name: 'NIH ChestX-ray14 (14 findings)',
  signature: {
    columns: ['Image Index', 'Finding Labels', 'Patient ID', 'View Position'],
    without: ['Airspace opacity'],
    values: [names],
    files: /^data_entry/i,
  },
  lists: { train: /^train_val_list/i, test: /^test_list/i },
  row,
  labels: [
    {
      kind: 'joined',
      columns: ['Finding Labels'],
      // The data set's own table of boxes writes `Infiltrate`.
      cells: (cell) => [cell('Finding Labels').replace(/\bInfiltrate\b/g, 'Infiltration')],
      separator: '|',
      findings: FINDINGS,
      outputs: FINDINGS,
    },
  ],
};

const notRead = (cell: Cell): string | null =>
  ['Fracture', 'Pneumothorax', 'Airspace opacity'].every((name) => cell(name) === '')
    ? 'the radiologists did not agree on labels for this image, or did not read it'
    : null;

export const nihGoogle: Layout = {
  ...SHARED,
  id: 'nih-google',
  name: "NIH ChestX-ray14 with Google's radiologists' labels (4 findings)",
  signature: {
    columns: [image, 'Fracture', 'Pneumothorax', 'Airspace opacity', mass],
    values: [names],
    files: /(validation|test)_labels/i,
  },
  row: { ...row, split: 'Set Id', reader: 'Reader ID', excluded: notRead },
  labels: [{ kind: 'findings', columns: ['Fracture', 'Pneumothorax', 'Airspace opacity', mass] }],
  join: 'majority',
};
