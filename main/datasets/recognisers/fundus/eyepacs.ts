/** EyePACS (Kaggle diabetic retinopathy, 2015): `trainLabels.csv` with `image,level`, images `<patient>_<eye>.jpeg`. */
import { eyeNameOf } from '../../rows/read-rows.ts';
import type { Layout } from '../layout.ts';
import { icdrGrades, isIcdrGrade } from './icdr.ts';

const NAME = /^\d+$/;

export const eyepacs: Layout = {
  id: 'eyepacs',
  name: 'EyePACS (diabetic retinopathy grades)',
  modality: 'fundus',
  signature: {
    columns: ['image', 'level'],
    others: ['Usage'],
    values: [
      {
        of: 'image',
        fits: (image) => NAME.test(eyeNameOf(image)?.patient ?? ''),
        words: 'names read as <patient number>_left or _right',
      },
      isIcdrGrade('level'),
    ],
    files: /^(trainlabels|testlabels|retinopathy_solution)(15)?\./i,
  },
  // Labels of the public test part were published later, in a file of their own.
  part: (file) => (/test|solution/i.test(file) ? 'test' : 'train'),
  row: {
    image: 'image',
    patient: (cell) => eyeNameOf(cell('image'))?.patient ?? null,
    eye: (cell) => eyeNameOf(cell('image'))?.eye ?? null,
  },
  patientRule: 'The number before _left or _right in the image name; both eyes of a patient stay together.',
  labels: [icdrGrades('level')],
};
