/** MIMIC-CXR-JPG: tables of images, of labels for each study, and of the official split. */
import type { Layout } from '../layout.ts';
import { CHEXPERT_LABELS, withoutLabels } from './chexpert-findings.ts';

export const mimicCxr: Layout = {
  id: 'mimic-cxr',
  name: 'MIMIC-CXR-JPG (chest x-rays, 14 findings)',
  modality: 'cxr',
  signature: {
    columns: ['dicom_id', 'subject_id', 'study_id'],
    values: [
      { of: 'subject_id', fits: (id) => /^\d{8}(\.0)?$/.test(id), words: 'rows have an eight-digit subject_id' },
    ],
    // The table of the split has these columns too, but no views.
    files: /metadata/i,
  },
  joined: [
    {
      columns: ['subject_id', 'study_id', 'Pleural Effusion', 'No Finding'],
      files: /chexpert/i,
      on: ['subject_id', 'study_id'],
      holds: 'labels of each study',
      required: true,
    },
    { columns: ['dicom_id', 'split'], files: /split/i, on: ['dicom_id'], holds: 'official split' },
  ],
  row: {
    image(cell) {
      const subject = cell('subject_id').replace(/\.0$/, '');
      const study = cell('study_id').replace(/\.0$/, '');
      return `files/p${subject.slice(0, 2)}/p${subject}/s${study}/${cell('dicom_id')}.jpg`;
    },
    patient: 'subject_id',
    view: 'ViewPosition',
    split: 'split',
    excluded: withoutLabels,
  },
  patientRule: 'The column "subject_id"; all studies and views of a patient stay together.',
  labels: [CHEXPERT_LABELS],
  remarks: ['Labels stand for a whole study, and so for each of its images. The tables hold no sex and no age.'],
};
