/** The COVID-19 image collection (`metadata.csv` beside `images/`), and the two smaller ones with its columns. */
import type { Cell, Layout } from '../layout.ts';

/** `Pneumonia/Viral/COVID-19` is all three; older versions write `COVID-19, ARDS`. */
const findingsOf = (cell: Cell): string[] =>
  cell('finding')
    .split(/[/,]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');

function whyNot(cell: Cell): string | null {
  if (/\bct\b/i.test(cell('modality')) || /^(axial|coronal|sagittal|ct)\b/i.test(cell('view')))
    return 'it is a CT, no radiograph';
  return findingsOf(cell).every((name) => /^(todo|unknown)$/i.test(name)) ? 'its finding is not known' : null;
}

export const covidChestxray: Layout = {
  id: 'covid-chestxray',
  name: 'COVID-19 image collection (metadata.csv)',
  modality: 'cxr',
  signature: { columns: ['patientid', 'offset', 'finding', 'view'], files: /^metadata/i },
  row: {
    image: (cell) => cell('filename', 'imagename') || cell('patientid'),
    patient: 'patientid',
    sex: 'sex',
    age: 'age',
    view: 'view',
    excluded: whyNot,
  },
  patientRule: 'The column "patientid"; all images of a patient stay together.',
  labels: [
    {
      kind: 'joined',
      columns: ['finding'],
      cells: (cell) => [findingsOf(cell).join('|')],
      separator: '|',
      outputs: ['COVID-19'],
    },
  ],
  remarks: ['A finding such as Pneumonia/Viral/COVID-19 counts as each of its parts (--outputs).'],
};
