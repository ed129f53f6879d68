import { describe, expect, it } from 'vitest';
import { proposePatients } from '../../../../main/datasets/identity/propose-patients.ts';

const from = (names: readonly string[]) =>
  proposePatients(
    names.map((name) => ({ file: `images/${name}`, patient: null })),
    undefined,
  );
const each = (make: (i: number) => string, count = 20): string[] => Array.from({ length: count }, (_, i) => make(i));

describe('patients that names suggest', () => {
  it.each([
    ['a letter behind', each((i) => `x-000${10 + (i >> 1)}${'ab'[i % 2]}.jpg`), 10],
    ['a number behind', each((i) => `person${1 + (i >> 2)}_${i % 4}.jpeg`), 5],
    ['a word and a number behind', each((i) => `person${1 + (i >> 2)}_bacteria_${i}.jpeg`), 5],
    ['two numbers', each((i) => `IM-0${100 + (i >> 1)}-000${i % 2}.png`), 10],
    ['a number in brackets', each((i) => `17${i >> 1} (${i % 2}).png`), 10],
    ['a word for a person', each((i) => `Subject ${i % 5} lung ${'xyz'[i % 3]}q.png`), 5],
    ['zeros that differ', each((i) => `case ${i % 2 ? `00${i >> 1}` : i >> 1}${'ab'[i % 2]}.png`), 10],
  ])('%s', (_, names, patients) => {
    expect(from(names)?.proposal).toMatchObject({ patients, images: 20, choice: null });
  });

  it.each([
    ['numbers', each((i) => `img${i}.png`)],
    ['numbers behind one word', each((i) => `scan_${i}.png`)],
    ['one series', each((i) => `ct_2020_${i}.png`)],
    ['dates', each((i) => `2019-0${1 + (i % 3)}-1${i % 9}.png`)],
    ['codes', each((i) => `${(i * 7919 + 4096).toString(16)}f.png`)],
    ['stems that never repeat', each((i) => `p${i}_1.png`)],
    ['label and number', each((i) => `${i % 2}_${i}.png`)],
  ])('not from %s', (_, names) => {
    expect(from(names)).toBeNull();
  });

  it('from identifiers, where every image has its own', () => {
    const rows = each((i) => `P${i >> 1}${'ab'[i % 2]}`).map((patient, i) => ({ file: `img${i}.png`, patient }));
    expect(proposePatients(rows, 'names')?.proposal).toMatchObject({ patients: 10, choice: 'names' });
    expect(new Set(proposePatients(rows, undefined)?.patients).size).toBe(10);
  });

  it('not where patients are known', () => {
    const rows = each((i) => `x${i >> 1}${'ab'[i % 2]}.png`).map((file, i) => ({ file, patient: `P${i % 7}` }));
    expect(proposePatients(rows, undefined)).toBeNull();
  });
});
