/** DDR, grading: `train.txt`, `valid.txt` and `test.txt` without a header, a name and a grade in each line; 5 is ungradable. */
import type { Layout } from '../layout.ts';
import { NO_PATIENTS } from '../recogniser.ts';
import { icdrGrades } from './icdr.ts';

const [NAME, GRADE] = ['(column 1)', '(column 2)'];

export const ddr: Layout = {
  id: 'ddr',
  name: 'DDR (diabetic retinopathy grades)',
  modality: 'fundus',
  signature: {
    columns: [NAME, GRADE],
    others: [],
    values: [
      {
        of: NAME,
        fits: (name) => /(^|\/)\d{3}-\d{4}-\d{3}\.jpe?g$/i.test(name),
        words: 'names read as 007-0004-000.jpg',
      },
      { of: GRADE, fits: (grade) => /^[0-5]$/.test(grade), words: 'grades are 0 to 5' },
    ],
    files: /^(train|valid|test)\.txt$/i,
  },
  row: { image: NAME },
  patientRule: NO_PATIENTS,
  labels: [icdrGrades(GRADE, { 5: 'ungradable' })],
};
