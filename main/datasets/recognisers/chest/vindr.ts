/** VinDr-CXR: three readers for each training image, their consensus for the test; and VinBigData, the boxes of the same readers. */
import type { Layout } from '../layout.ts';

/** In a place of the image, with boxes. */
const LOCAL = [
  'Aortic enlargement',
  'Atelectasis',
  'Calcification',
  'Cardiomegaly',
  'Consolidation',
  'ILD',
  'Infiltration',
  'Lung Opacity',
  'Nodule/Mass',
  'Other lesion',
  'Pleural effusion',
  'Pleural thickening',
  'Pneumothorax',
  'Pulmonary fibrosis',
];

const RARE = [
  'Clavicle fracture',
  'Edema',
  'Emphysema',
  'Enlarged PA',
  'Lung cavity',
  'Lung cyst',
  'Mediastinal shift',
  'Rib fracture',
];

const GLOBAL = ['COPD', 'Lung tumor', 'Pneumonia', 'Tuberculosis', 'Other diseases'];

const SHARED = {
  modality: 'cxr',
  patientRule: 'The tables do not say whose an image is: every image counts as a patient of its own.',
  row: { image: 'image_id', reader: 'rad_id' },
} as const;

export const vindr: Layout = {
  ...SHARED,
  id: 'vindr',
  name: 'VinDr-CXR (chest x-rays, three readers)',
  signature: {
    columns: ['image_id', 'Aortic enlargement', 'Pleural effusion', 'No finding'],
    files: /^image_labels_(train|test)/i,
  },
  join: 'majority',
  labels: [
    {
      kind: 'findings',
      // The table of the test part writes `Other disease`.
      columns: [...LOCAL, ...RARE, ...GLOBAL.slice(0, -1), ['Other diseases', 'Other disease'], 'No finding'],
      outputs: [...LOCAL, ...RARE, ...GLOBAL],
      noFinding: { column: 'No finding', besides: [] },
    },
  ],
};

export const vinbigdata: Layout = {
  ...SHARED,
  id: 'vinbigdata',
  name: 'VinBigData (chest x-rays, boxes of three readers)',
  signature: { columns: ['image_id', 'class_name', 'rad_id', 'x_min', 'y_min', 'x_max', 'y_max'] },
  join: 'any',
  labels: [{ kind: 'joined', columns: ['class_name'], separator: null, outputs: LOCAL }],
  remarks: [
    'Boxes are read as findings of the whole image: what any reader has drawn; --join majority takes what most readers have.',
  ],
};
