/** RSNA Pneumonia Detection Challenge: a row for each box; a second table tells normal lungs from other abnormal ones. */
import type { Layout } from '../layout.ts';

const TARGETS: Record<string, string> = { '0': 'No pneumonia', '1': 'Pneumonia' };

export const rsna: Layout = {
  id: 'rsna',
  name: 'RSNA pneumonia (chest x-rays, boxes)',
  modality: 'cxr',
  signature: {
    columns: ['patientId', ['Target', 'class']],
    others: ['x', 'y', 'width', 'height', 'class'],
    files: /train_labels/i,
  },
  joined: [{ columns: ['patientId', 'class'], on: ['patientId'], holds: 'detailed class of each image' }],
  row: { image: 'patientId' },
  patientRule:
    'Not known: "patientId" names the image, and several images may be of one patient of the NIH data set. Every image counts as a patient of its own.',
  labels: [
    {
      kind: 'classes',
      columns: ['Target'],
      cells: (cell) => [TARGETS[cell('Target').replace(/\.0$/, '')] ?? cell('Target')],
      classes: Object.values(TARGETS),
    },
    {
      kind: 'classes',
      columns: ['class'],
      classes: ['Normal', 'No Lung Opacity / Not Normal', 'Lung Opacity'],
      positive: ['Lung Opacity'],
    },
  ],
  join: 'any',
};
