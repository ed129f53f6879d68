/** CheXpert v1.0 (and -small): `train.csv`, `valid.csv`, and the later `test.csv`, which lacks sex, age and view. */
import { PAPER_FINDINGS } from '../../../../shared/dataset/chexpert.ts';
import type { Layout } from '../layout.ts';
import { CHEXPERT_LABELS } from './chexpert-findings.ts';

const PATIENT = /patient(\d+)/i;

export const chexpert: Layout = {
  id: 'chexpert',
  name: 'CheXpert (chest x-rays, 14 findings)',
  modality: 'cxr',
  signature: {
    columns: ['Path', ...PAPER_FINDINGS],
    values: [{ of: 'Path', fits: (path) => PATIENT.test(path), words: 'paths hold a patient number (patientNNNNN)' }],
    // Further label sets for the same images (train_cheXbert.csv, train_visualCheXbert.csv) must not be mixed in.
    files: /^(train|valid|val|test)(_labels)?\.csv/i,
  },
  row: {
    image: 'Path',
    patient: (cell) => PATIENT.exec(cell('Path'))?.[1] ?? null,
    sex: 'Sex',
    age: 'Age',
    view(cell) {
      const side = cell('Frontal/Lateral') || (/view\d+_(frontal|lateral)/i.exec(cell('Path'))?.[1] ?? '');
      const isFrontal = !/lateral/i.test(side) && /^(AP|PA)$/.test(cell('AP/PA'));
      return isFrontal ? cell('AP/PA') : side.toLowerCase();
    },
  },
  patientRule: 'The number after "patient" in the path; all studies and views of a patient stay together.',
  labels: [CHEXPERT_LABELS],
};
