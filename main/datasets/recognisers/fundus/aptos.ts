/** APTOS 2019 (Kaggle): `train.csv` with `id_code,diagnosis`; also as `train_1.csv`, `valid.csv` and `test.csv`, each with its images. */
import type { Layout } from '../layout.ts';
import { NO_PATIENTS } from '../recogniser.ts';
import { icdrGrades, isIcdrGrade } from './icdr.ts';

export const aptos: Layout = {
  id: 'aptos',
  name: 'APTOS 2019 (diabetic retinopathy grades)',
  modality: 'fundus',
  signature: {
    columns: ['id_code', 'diagnosis'],
    others: [],
    values: [
      { of: 'id_code', fits: (name) => /^[0-9a-f]{12}(\.png)?$/i.test(name), words: 'names are 12 hexadecimal digits' },
      isIcdrGrade('diagnosis'),
    ],
    files: /^(train|valid|test)(_1)?\.csv/i,
  },
  row: { image: 'id_code' },
  patientRule: NO_PATIENTS,
  labels: [icdrGrades('diagnosis')],
  remarks: [
    'This data set does not say whose eyes it shows, so it cannot be proved that no patient is in two parts; copies of pictures are known in it and are looked for.',
    'The test.csv of the contest has no labels: its images are not used.',
  ],
};
