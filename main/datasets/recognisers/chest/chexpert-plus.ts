/** CheXpert Plus: `df_chexpert_plus_240401.csv` names images, patients and parts; the labels are lines of JSON, one for each image. */
import type { Layout } from '../layout.ts';
import { CHEXPERT_LABELS, withoutLabels } from './chexpert-findings.ts';

export const chexpertPlus: Layout = {
  id: 'chexpert-plus',
  name: 'CheXpert Plus (chest x-rays, 14 findings)',
  modality: 'cxr',
  signature: { columns: ['path_to_image', 'deid_patient_id', 'frontal_lateral', 'split'] },
  joined: [
    {
      columns: ['path_to_image', 'Pleural Effusion', 'Atelectasis'],
      // CheXpert's own labels come from the impression; those of the findings or the whole report are chosen by --labels.
      files: /^impression_fixed/i,
      on: ['path_to_image'],
      holds: 'labels of each image',
      required: true,
    },
  ],
  row: {
    image: 'path_to_image',
    patient: 'deid_patient_id',
    patientInName: (cell) => /patient(\d+)/i.exec(cell('path_to_image'))?.[1] ?? null,
    sex: 'sex',
    age: 'age',
    view: (cell) => (/lateral/i.test(cell('frontal_lateral')) ? 'lateral' : cell('ap_pa') || cell('frontal_lateral')),
    split: 'split',
    excluded: withoutLabels,
  },
  patientRule: 'The column "deid_patient_id"; all studies and views of a patient stay together.',
  labels: [CHEXPERT_LABELS],
};
