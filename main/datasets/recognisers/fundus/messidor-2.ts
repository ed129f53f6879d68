/**
 * Messidor-2 with the adjudicated grades of Krause et al. (`messidor_data.csv`), whose columns come in two spellings, one of them that of
 * APTOS; `messidor-2.csv` of the images' own publisher names the two eyes of each examination.
 */
import type { Layout } from '../layout.ts';
import { icdrGrades, isIcdrGrade } from './icdr.ts';

export const messidor2: Layout = {
  id: 'messidor-2',
  name: 'Messidor-2 (adjudicated diabetic retinopathy grades)',
  modality: 'fundus',
  signature: {
    columns: [
      ['image_id', 'id_code'],
      ['adjudicated_dr_grade', 'diagnosis'],
      'adjudicated_dme',
      'adjudicated_gradable',
    ],
    values: [isIcdrGrade(['adjudicated_dr_grade', 'diagnosis'])],
    files: /^messidor/i,
  },
  row: {
    image: ['image_id', 'id_code'],
    excluded: (cell) =>
      /^0(\.0)?$/.test(cell('adjudicated_gradable')) ? 'the readers could not grade the image' : null,
  },
  pairs: { left: 'left', right: 'right' },
  patientRule: 'The pairs of messidor-2.csv: both eyes of an examination stay together.',
  labels: [
    { ...icdrGrades('adjudicated_dr_grade'), columns: [['adjudicated_dr_grade', 'diagnosis']] },
    { kind: 'findings', columns: ['adjudicated_dme'] },
  ],
  remarks: ['Studies usually keep Messidor-2 as an external test set.'],
};
