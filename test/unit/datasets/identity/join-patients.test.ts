import { describe, expect, it } from 'vitest';
import { joinNamedPatients, joinPatientsOfImage } from '../../../../main/datasets/identity/join-patients.ts';
import { ProblemList } from '../../../../main/datasets/problem-list.ts';

describe('patients in a column and in the name of the image', () => {
  const joined = (rows: { patient: string | null; patientInName: string | null }[]) => {
    const problems = new ProblemList();
    joinNamedPatients(rows, problems);
    return { patients: rows.map(({ patient }) => patient), messages: problems.sorted().map(({ message }) => message) };
  };
  const row = (patient: string | null, patientInName: string | null) => ({ patient, patientInName });

  it('are left as they are where they agree, whatever the zeros in front', () => {
    expect(joined([row('1', '00000001'), row('2', '00000002'), row('3', null)])).toEqual({
      patients: ['1', '2', '3'],
      messages: [],
    });
  });

  it('are one where either says so', () => {
    const { patients, messages } = joined([row('100', '0001'), row('101', '0001'), row('101', '0002'), row('3', '3')]);
    expect(patients).toEqual(['100', '100', '100', '3']);
    expect(messages).toEqual([expect.stringContaining('In 3 rows the column of patients and the name')]);
  });
});

describe('one image under several patients', () => {
  it('joins them, and says so; an image of many is a placeholder', () => {
    const at = (image: number, patient: string | null) => ({ image, patient, excluded: null });
    const rows = [at(0, 'a'), at(1, 'a'), at(0, 'b'), at(2, 'b'), at(3, null), at(3, 'c')];
    const crowd = Array.from({ length: 6 }, (_, i) => at(4, `p${i}`));
    const problems = new ProblemList();
    joinPatientsOfImage([...rows, ...crowd], problems);
    expect(rows.map(({ patient }) => patient)).toEqual(['a', 'a', 'a', 'a', 'c', 'c']);
    expect(new Set(crowd.map(({ patient }) => patient)).size).toBe(6);
    expect(crowd.map(({ excluded }) => excluded)).toEqual(
      crowd.map(() => expect.objectContaining({ message: expect.stringContaining('6 patients') as string }) as object),
    );
    expect(problems.sorted()).toMatchObject([
      { kind: 'shared-image', message: '1 image is filed under 2 patients; their images stay together.' },
    ]);
  });
});
