import { describe, expect, it } from 'vitest';
import { suggestColumns } from '../../../../main/datasets/columns/suggest-columns.ts';
import { createResolver } from '../../../../main/datasets/image-resolver.ts';

const ROWS = 20;
const resolver = createResolver({
  folder: '/data/set',
  images: Array.from({ length: ROWS }, (_, i) => `img${i}.png`),
  tableFiles: [],
  textFiles: [],
  otherFiles: 0,
  archives: 0,
  problems: [],
  synthetic: false,
});

/** What a table with images, these columns and a label is taken for. */
function columnsOf(columns: Record<string, (i: number) => string>) {
  const header = ['image', ...Object.keys(columns), 'pneumonia'];
  const sample = Array.from({ length: ROWS }, (_, i) => [
    `img${i}.png`,
    ...Object.values(columns).map((cell) => cell(i)),
    String(i % 2),
  ]);
  return suggestColumns({ file: 'labels.csv', header, sample }, resolver).columns;
}

const unique = (i: number): string => `C${i}`;
const repeated = (i: number): string => `K${i >> 2}`;

describe('the column of patients', () => {
  it.each([
    ['case_id', 'patient_name'],
    ['Fallnummer', 'Patientennummer'],
    ['patient_id', 'patient_name'],
  ])('is not %s, unique per image, where %s repeats', (first, second) => {
    expect(columnsOf({ [first]: unique, [second]: repeated }).patient).toBe(second);
  });

  it('is not what is said of patients', () => {
    const group = (i: number): string => ['a', 'b', 'c'][i % 3] as string;
    expect(columnsOf({ patient_id: unique, patient_group: group }).patient).toBe('patient_id');
    expect(columnsOf({ patient_id: unique, patient: (i) => String(i % 2) }).patient).toBe('patient_id');
  });

  it.each(['Prontuário', 'paciente', 'Patientennummer', 'numéro de patient', 'cartella', 'ID paziente', 'Patientin'])(
    'may be called %s',
    (name) => {
      expect(columnsOf({ [name]: repeated }).patient).toBe(name);
    },
  );

  it.each(['case_id', 'Fallnummer', 'Fall-Nr', 'numéro de cas'])('is %s only where nothing names patients', (name) => {
    expect(columnsOf({ [name]: repeated }).patient).toBe(name);
    expect(columnsOf({ [name]: repeated, Patient: unique }).patient).toBe('Patient');
  });
});

it.each([
  ['sexe', ['F', 'H']],
  ['sexo', ['H', 'M']],
  ['Geschlecht', ['w', 'm']],
  ['sesso', ['femmina', 'maschio']],
])('%s is the sex', (name, values) => {
  expect(columnsOf({ [name]: (i) => values[i % 2] as string }).sex).toBe(name);
});
