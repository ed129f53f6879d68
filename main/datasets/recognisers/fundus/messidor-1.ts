/** Messidor: 12 bases (`Base11` to `Base34`) with a workbook of annotations each. Its grades 0 to 3 are not the international ones. */
import type { Layout } from '../layout.ts';
import { NO_PATIENTS } from '../recogniser.ts';
import { edemaRisk } from './icdr.ts';

export const messidor1: Layout = {
  id: 'messidor-1',
  name: 'Messidor (retinopathy grades 0 to 3 of its own)',
  modality: 'fundus',
  signature: {
    columns: ['Image name', 'Ophthalmologic department', 'Retinopathy grade', 'Risk of macular edema'],
    values: [{ of: 'Retinopathy grade', fits: (grade) => /^[0-3]$/.test(grade), words: 'grades are 0 to 3' }],
  },
  pieces: true,
  row: { image: 'Image name', site: 'Ophthalmologic department' },
  patientRule: NO_PATIENTS,
  labels: [
    {
      kind: 'grades',
      columns: ['Retinopathy grade'],
      lowest: 0,
      highest: 3,
      positiveFrom: 2,
      id: 'messidor-referable',
      name: 'Referable diabetic retinopathy (Messidor scale)',
      mapping: (from) =>
        `Grades 0 to 3 of Messidor's own scale (counts of microaneurysms and haemorrhages, new vessels), one output each; grade ${from} or higher is positive. ` +
        'These are not the grades 0 to 4 of other data sets and must not be mixed with them.',
    },
    edemaRisk,
  ],
  remarks: ['The department counts as the site.'],
};
