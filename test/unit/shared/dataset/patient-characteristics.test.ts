import { describe, expect, it } from 'vitest';
import {
  ageText,
  characteristicsText,
  describeParts,
  missingCharacteristics,
  sexCounts,
} from '../../../../shared/dataset/patient-characteristics.ts';
import { dataSection } from '../../../../main/report/sections/data-section.ts';
import { datasetDetail } from '../../report/fixtures.ts';
import { htmlOf } from '../../report/html-of.ts';

type Person = Parameters<typeof describeParts>[0][number];
/** Two images a patient: `count` patients of one sex, ages 40, 41, 42, ... */
const people = (split: Person['split'], sex: string | null, count: number, from: number): Person[] =>
  Array.from({ length: 2 * count }, (_, index) => {
    const patient = from + Math.floor(index / 2);
    return { patient, split, sex: index % 2 === 0 ? sex : null, age: 40 + Math.floor(index / 2) + (index % 2) };
  });
const parts = describeParts([
  ...people('train', 'Female', 11, 0),
  ...people('train', 'Male', 9, 100),
  ...people('validation', 'Female', 3, 200),
  ...people('validation', 'Male', 8, 300),
  ...people('test', 'Male', 6, 400),
]);

describe('age and sex of patients by part', () => {
  it('counts patients, not images, and takes the lowest age of each', () => {
    expect(parts.map(({ patients }) => patients)).toEqual([20, 11, 6]);
    expect(parts[0]?.sex).toEqual([
      { name: 'Female', patients: 11 },
      { name: 'Male', patients: 9 },
    ]);
    expect(parts[2]?.age).toEqual({ median: 42.5, lower: 41.25, upper: 43.75 });
    expect(ageText(parts[2] as (typeof parts)[number])).toBe('43 (41–44)');
  });

  it('shows no group of one to four, nor what would give it away', () => {
    const names = ['Female', 'Male'];
    expect(sexCounts(parts[0] as (typeof parts)[number], names)).toEqual(['11 (55.0 %)', '9 (45.0 %)', '0 (0.0 %)']);
    expect(sexCounts(parts[1] as (typeof parts)[number], names)).toEqual(['<5', 'not shown', '0 (0.0 %)']);
    expect(characteristicsText(parts)).toContain('validation median age 42 (41–45), Female <5, Male not shown;');
    const few = describeParts(people('test', 'Male', 3, 0));
    expect(few[2]?.age).toBeNull();
    expect(ageText(few[2] as (typeof few)[number])).toBe('fewer than 5 known');
  });

  it('says what the dataset lacks', () => {
    const none = describeParts(people('test', null, 6, 0).map((one) => ({ ...one, age: null })));
    expect(missingCharacteristics(none)).toBe('The dataset holds neither age nor sex of patients.');
    expect(missingCharacteristics(parts)).toBeNull();
    expect(htmlOf(dataSection({ dataset: datasetDetail(), characteristics: none }))).toContain('neither age nor sex');
    expect(htmlOf(dataSection({ dataset: datasetDetail(), characteristics: none }))).not.toContain('Sex:');
    const shown = htmlOf(dataSection({ dataset: datasetDetail(), characteristics: parts }));
    expect(shown).toContain('Age in years: median (quartiles)');
    expect(shown).toContain('&lt;5');
  });
});
