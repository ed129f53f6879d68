/**
 * ODIR-5K: a row for each patient with a photograph and keywords of both eyes and labels of the patient (`data.xlsx`, the annotations'
 * workbook), or a row for each eye with the same columns (Kaggle's `full_df.csv`).
 */
import { readEye } from '../../labels/cell-values.ts';
import { eyeNameOf } from '../../rows/read-rows.ts';
import type { Cell, Layout } from '../layout.ts';

const CLASSES = ['N', 'D', 'G', 'C', 'A', 'H', 'M', 'O'];

/** What keywords of one eye mean; those that fit none are other diseases. */
const KEYWORDS: readonly [RegExp, string][] = [
  [/^normal fundus$/, 'normal'],
  [/diabetic|non ?proliferative retinopathy/, 'D'],
  [/glaucoma/, 'G'],
  [/cataract/, 'C'],
  [/age-related macular degeneration/, 'A'],
  [/hypertensive/, 'H'],
  [/myopi/, 'M'],
];
/** They tell of the photograph, not of the eye. */
const UNDECIDED = /^(lens dust|image offset|optic disk photographically invisible)$/;
const UNUSABLE = /^(anterior segment image|no fundus image|low image quality)$/;

const keywordsOf = (cell: Cell): string[] =>
  cell('{Side}-Diagnostic Keywords')
    .split(/[,，]/)
    .map((keyword) => keyword.trim().toLowerCase())
    .filter((keyword) => keyword !== '');

function classesOfKeywords(cell: Cell): string {
  const told = keywordsOf(cell).filter((keyword) => !UNDECIDED.test(keyword));
  const classes = told.map((keyword) => KEYWORDS.find(([words]) => words.test(keyword))?.[1] ?? 'O');
  return [...new Set(classes)].join('|');
}

export const odir: Layout = {
  id: 'odir',
  name: 'ODIR-5K (eight classes of ocular disease)',
  modality: 'fundus',
  signature: {
    columns: ['ID', 'Left-Fundus', 'Right-Fundus', 'Left-Diagnostic Keywords', 'Right-Diagnostic Keywords', ...CLASSES],
  },
  row: {
    sides(cell) {
      const eye = readEye(eyeNameOf(cell('filename'))?.eye ?? '');
      return eye === 'left' || eye === 'right' ? [eye] : ['left', 'right'];
    },
    image: '{Side}-Fundus',
    patient: 'ID',
    sex: 'Patient Sex',
    age: 'Patient Age',
    excluded: (cell) => keywordsOf(cell).find((keyword) => UNUSABLE.test(keyword)) ?? null,
  },
  patientRule: 'The column "ID"; both eyes of a patient stay together.',
  labels: [
    {
      kind: 'findings',
      columns: CLASSES,
      outputs: CLASSES.slice(1),
      noFinding: { column: 'N', besides: [] },
    },
    {
      kind: 'joined',
      columns: ['keywords of the eye'],
      cells: (cell) => [classesOfKeywords(cell)],
      separator: '|',
      findings: CLASSES.slice(1),
    },
  ],
  choice: {
    question: 'Are the labels those of the patient, or those that the keywords of each eye tell?',
    reasons: [
      'The columns N to O are labels of the patient: an eye without the disease has them too.',
      'Keywords are read as classes by this app: names of diabetic retinopathy as D, of glaucoma as G, cataract C, age-related macular degeneration A, hypertensive retinopathy H, myopia M, normal fundus as none of them, all others as O.',
    ],
    answers: ['Those of the patient, for both eyes', 'Those of the keywords, for each eye'],
  },
  remarks: [
    'N normal, D diabetes, G glaucoma, C cataract, A age-related macular degeneration, H hypertension, M myopia, O other.',
    'Images whose keywords say "anterior segment image", "no fundus image" or "low image quality" are left out.',
  ],
};
