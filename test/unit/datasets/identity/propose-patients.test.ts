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

  const P = (i: number): string => `P${String(i >> 1).padStart(3, '0')}`;
  const second = (i: number): number => (i % 2) + 1;
  const VARIANTS: [string, (i: number) => string][] = [
    ['a visit', (i) => `${P(i)}-V${second(i)}`],
    ['a visit in words', (i) => `${P(i)} visit ${second(i)}`],
    ['a visit in front', (i) => `V${second(i)}_${P(i)}`],
    ['a word for a visit', (i) => `${P(i).slice(1)}_${['baseline', 'followup'][i % 2]}`],
    ['a word for the second visit only', (i) => `${P(i)}${['', '_post-op'][i % 2]}`],
    ['months', (i) => `${P(i)}_m${12 * second(i)}`],
    ['a date', (i) => `${P(i)}_2021-0${second(i)}-03`],
    ['a date without zeros', (i) => `${P(i)}_2021-${second(i)}-3`],
    ['a German date', (i) => `${P(i)} 0${second(i)}.3.2021`],
    ['a name and a date', (i) => `${'abcdefghij'[i >> 1]}eyer 2021010${second(i)}`],
    ['a visit and an eye', (i) => `${P(i)}_V1_${['OD', 'OS'][i % 2]}`],
    ['an eye in brackets', (i) => `${P(i).slice(1)} (${['left', 'right'][i % 2]})`],
    ['an eye in front', (i) => `${['OD', 'OS'][i % 2]}-${P(i)}`],
    ['an eye without separator', (i) => `${P(i)}${['OD', 'OS'][i % 2]}`],
    ['a German eye', (i) => `${P(i)}-${['re', 'li'][i % 2]}`],
    ['a number behind a slash', (i) => `${P(i).slice(1)}/${second(i)}`],
    ['any word', (i) => `${P(i)}:${['alpha', 'beta'][i % 2]}`],
  ];

  it.each(VARIANTS)('from identifiers with %s, whether images share one or not', (_, make) => {
    for (const images of [1, 2]) {
      const rows = each((i) => make(Math.floor(i / images)), 20 * images).map((patient, i) => ({
        file: `img${i}.png`,
        patient,
      }));
      const found = proposePatients(rows, undefined);
      expect(found?.proposal).toMatchObject({ patients: 10, images: 20 * images, choice: null });
      expect(found?.proposal.examples[0]?.image).toBe(`img0.png: ${rows[0]?.patient}`);
      expect(new Set(found?.patients).size).toBe(10);
    }
  });

  it.each([
    ['an eye', (i: number) => `${P(i).slice(1)}${['OD', 'OS'][i % 2]}.png`],
    ['a date', (i: number) => `${P(i).slice(1)}_2021010${second(i)}.png`],
  ])('from names of images with %s', (_, make) => {
    expect(from(each(make))?.proposal).toMatchObject({ patients: 10, images: 20 });
  });

  it.each([
    ['sites and numbers', (i: number) => `0${(i % 4) + 1}-${100 + i}`],
    ['letters and numbers', (i: number) => `${'ABCD'[i % 4]}-${i}`],
    ['years and numbers', (i: number) => `20${18 + (i % 4)}/${1000 + i}`],
    ['names and days of birth', (i: number) => `N${i}, 1960-01-0${1 + (i % 9)}`],
    ['one word before dates', (i: number) => `visit_2021-01-${10 + i}`],
    ['single signs', (i: number) => `${i >> 1}-${i % 2}`.slice(-3)],
  ])('not from identifiers of %s', (_, make) => {
    const rows = each(make).map((patient, i) => ({ file: `img${i}.png`, patient }));
    expect(proposePatients(rows, undefined)).toBeNull();
  });

  it('not where patients are known', () => {
    const rows = each((i) => `x${i >> 1}${'ab'[i % 2]}.png`).map((file, i) => ({ file, patient: `P${i % 7}` }));
    expect(proposePatients(rows, undefined)).toBeNull();
  });
});
