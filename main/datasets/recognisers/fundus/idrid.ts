/** IDRiD, part B (disease grading): a table for each part; the names of images start again in the test part. */
import type { Layout } from '../layout.ts';
import { NO_PATIENTS } from '../recogniser.ts';
import { edemaRisk, icdrGrades, isIcdrGrade } from './icdr.ts';

export const idrid: Layout = {
  id: 'idrid',
  name: 'IDRiD (diabetic retinopathy grades, risk of macular edema)',
  modality: 'fundus',
  signature: {
    columns: ['Image name', 'Retinopathy grade', 'Risk of macular edema'],
    without: ['Ophthalmologic department'],
    values: [
      { of: 'Image name', fits: (name) => /^IDRiD_\d+/i.test(name), words: 'names read as IDRiD_NNN' },
      isIcdrGrade('Retinopathy grade'),
    ],
  },
  row: { image: 'Image name' },
  patientRule: NO_PATIENTS,
  labels: [icdrGrades('Retinopathy grade'), edemaRisk],
};
