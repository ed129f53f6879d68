/** PadChest: one table (also in gzip) of 160,000 images, whose labels are lists written as Python does. */
import { splitFindings } from '../../labels/joined-findings.ts';
import type { Cell, Layout } from '../layout.ts';

/** No findings: of the image itself, or in comparison to an earlier one that nobody sees. */
const NO_FINDINGS = /^(unchanged|exclude|suboptimal study)$/i;

/** Those that other chest data sets have too. */
const USUAL = [
  'atelectasis',
  'cardiomegaly',
  'consolidation',
  'emphysema',
  'hiatal hernia',
  'infiltrates',
  'interstitial pattern',
  'mass',
  'nodule',
  'pleural effusion',
  'pleural thickening',
  'pneumonia',
  'pneumothorax',
  'pulmonary edema',
  'pulmonary fibrosis',
];

const labelsOf = (cell: Cell): string[] => splitFindings(cell('Labels'), 'list');

const year = (text: string): number => Number(/^\d{4}/.exec(text)?.[0] ?? NaN);

function whyNot(cell: Cell): string | null {
  const labels = labelsOf(cell);
  if (labels.length === 0) return 'the report has no labels';
  if (labels.some((label) => /^exclude$/i.test(label))) return 'the data set says "exclude"';
  if (labels.every((label) => NO_FINDINGS.test(label))) return `"${labels.join(', ')}" says nothing about findings`;
  return /^(costal|exclude)$/i.test(cell('Projection')) ? `the projection is "${cell('Projection')}"` : null;
}

export const padchest: Layout = {
  id: 'padchest',
  name: 'PadChest (chest x-rays, labels as lists)',
  modality: 'cxr',
  signature: { columns: ['ImageID', 'ImageDir', 'PatientID', 'Labels', 'Projection'] },
  row: {
    image: (cell) => [cell('ImageDir').replace(/\.0$/, ''), cell('ImageID')].filter((part) => part !== '').join('/'),
    patient: 'PatientID',
    sex: 'PatientSex_DICOM',
    age(cell) {
      const age = year(cell('StudyDate_DICOM')) - year(cell('PatientBirth'));
      return Number.isNaN(age) ? null : String(age);
    },
    view: 'Projection',
    excluded: whyNot,
  },
  patientRule: 'The column "PatientID"; all images of a patient stay together.',
  labels: [
    {
      kind: 'joined',
      columns: ['Labels'],
      cells: (cell) => [
        labelsOf(cell)
          .filter((label) => !NO_FINDINGS.test(label))
          .join('|'),
      ],
      separator: '|',
      outputs: USUAL,
    },
  ],
  remarks: [
    'A quarter of its labels were given by physicians, the others by a network that read the reports (column "MethodLabel"). It includes children (column "Pediatric").',
  ],
};
