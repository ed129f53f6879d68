import { describe, expect, it } from 'vitest';
import { patientKey } from '../../../../main/datasets/identity/patient-keys.ts';
import { unifyPatients } from '../../../../main/datasets/identity/unify-patients.ts';
import { ProblemList } from '../../../../main/datasets/problem-list.ts';

const keys = (...cells: string[]): (string | null)[] => [...new Set(cells.map(patientKey))];

function unify(cells: readonly string[]) {
  const rows = cells.map((patient) => ({ patient: patient }));
  const problems = new ProblemList();
  unifyPatients(rows, problems);
  return { patients: rows.map(({ patient }) => patient), notes: problems.sorted().map(({ kind }) => kind) };
}

describe('spellings of one patient', () => {
  it.each([
    [
      'numbers',
      [
        '5',
        '005',
        '5.0',
        '5.',
        '5,0',
        '+5',
        ' 5 ',
        '5.00',
        '5E+00',
        '５',
        '００５',
        '٥',
        '"5"',
        '5\u200b',
        'No.5',
        'Nr. 5',
        '#5',
        'Patient 005',
      ],
    ],
    ['a letter before', ['P5', ' P5 ', 'p5', 'P005', 'P-0005', 'P_5', 'P 5', 'Ｐ５', 'P‐5']],
    ['several parts', ['site1-005', 'SITE1-5', 'Site01-05', 'site1–5']],
    ['a name', ['Müller', 'Mu\u0308ller', 'MÜLLER', ' müller']],
    ['all digits in an exponent', ['12345', '1.2345E+4', '012345.0']],
  ])('%s', (_, cells) => {
    expect(keys(...cells)).toHaveLength(1);
    expect(patientKey(cells[0] as string)).not.toBeNull();
  });

  it.each([
    ['numbers', ['5', '50', '500', '5.5', '55']],
    ['letters', ['5', 'P5', 'Q5', 'case5', 'control5', 'P5a', 'P5b']],
    ['where a number ends', ['1-23', '12-3', '123']],
    ['codes', ['a00b1', 'a0b1', 'a0b01', '0a0b1']],
    ['places of points', ['1.10', '1.1', '1.2.840.0', '1.2.840']],
  ])('tells patients apart by %s', (_, cells) => {
    expect(keys(...cells)).toHaveLength(cells.length);
  });

  it.each([
    '',
    ' ',
    'nan',
    'NaN',
    'None',
    'NULL',
    '#N/A',
    'n/a',
    'N.A.',
    '<NA>',
    '[null]',
    "'nan'",
    '-',
    '--',
    '?',
    '???',
    '…',
    'unknown',
    'UNKNOWN',
    'Not  known',
    'anonymous',
    '-1',
    '-9',
    '-1.0',
    '#REF!',
    'ｎａｎ',
    '1.23457E+11',
    'unbekannt',
  ])('%j names nobody', (cell) => {
    expect(patientKey(cell)).toBeNull();
  });
});

describe('patients of a table', () => {
  it('0 is a patient in a row of numbers, and not known where it stands for many or alone', () => {
    expect(unify(['0', '000', '1', '01', '2', '2']).patients).toEqual(['0', '0', '1', '1', '2', '2']);
    expect(unify(['0', '0', '0', '0', '0', '1', '1', '2']).patients.slice(0, 6)).toEqual([
      null,
      null,
      null,
      null,
      null,
      '1',
    ]);
    expect(unify(['0', '0', 'P1', 'P1']).patients).toEqual([null, null, 'p1', 'p1']);
  });

  it('999 is a patient among its like, and not known where many share it', () => {
    expect(unify(['998', '999', '1000']).patients).toEqual(['998', '999', '1000']);
    expect(unify(['999', '999', '999', '1', '2', '3', '3']).patients.slice(0, 4)).toEqual([null, null, null, '1']);
    expect(unify(['998', ...Array.from({ length: 9 }, () => '999'), '1', '1']).patients[1]).toBeNull();
  });

  it('keeps identifiers out of its notes', () => {
    const problems = new ProblemList();
    unifyPatients(
      ['0471', '471.0', 'P471', '4.71234E+12'].map((patient) => ({ patient })),
      problems,
    );
    const said = problems
      .sorted()
      .map(({ message }) => message)
      .join(' ');
    expect(said).toContain('"9999", "999.9" (9 for a digit)');
    expect(said).not.toMatch(/471/);
  });

  it('tells what it did, and what it left open', () => {
    expect(unify(['5', '5.0', 'nan']).notes).toEqual(['unknown-patient', 'merged-patients']);
    expect(unify(['5', 'P5']).notes).toEqual(['doubtful-patients']);
    expect(unify(['5', '6']).notes).toEqual([]);
  });
});
