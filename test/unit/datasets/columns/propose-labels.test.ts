/** Which columns stand together as findings, and where the header is under a title. */
import { describe, expect, it } from 'vitest';
import { judgeColumn } from '../../../../main/datasets/columns/label-candidates.ts';
import { profileColumns } from '../../../../main/datasets/columns/profile.ts';
import { proposeLabels } from '../../../../main/datasets/columns/propose-labels.ts';
import { shapeTable } from '../../../../main/datasets/tables/header.ts';

function propose(header: string[], rows: string[][]): { labels: string[]; codes: string[]; asks: boolean } {
  const sample = Array.from({ length: 5 }, () => rows).flat();
  const candidates = profileColumns({ header, sample }).flatMap((profile) => {
    const judged = judgeColumn(profile);
    return 'profile' in judged ? [judged] : [];
  });
  const found = proposeLabels({ candidates, sample, constant: new Set(), hasSides: false, hasMeasures: false });
  const names = (list: typeof candidates): string[] => list.map(({ profile }) => profile.name);
  return { labels: names(found.labels), codes: names(found.codes), asks: found.question !== null };
}

describe('findings beside the one whose name is known', () => {
  it.each([
    ['WAHR', 'FALSCH'],
    ['oui', 'non'],
    ['1', '0'],
  ])('%s and %s stand together', (yes, no) => {
    const rows = [
      [yes, no],
      [no, yes],
      [yes, yes],
    ];
    expect(propose(['Pneumonie', 'Erguss'], rows).labels).toEqual(['Pneumonie', 'Erguss']);
  });

  it('other codes and flags do not', () => {
    const rows = [
      ['yes', '1'],
      ['no', '0'],
    ];
    expect(propose(['pneumonia', 'Erguss'], rows).labels).toEqual(['pneumonia']);
    expect(
      propose(
        ['pneumonia', 'has_tube'],
        [
          ['1', '0'],
          ['0', '1'],
        ],
      ).labels,
    ).toEqual(['pneumonia']);
  });

  it('0, 1, 99 beside 1, 0, u repeats nothing', () => {
    const rows = [
      ['1', '0'],
      ['0', '1'],
      ['u', '99'],
    ];
    const { labels, codes, asks } = propose(['effusion', 'edema'], rows);
    expect(codes).toEqual([]);
    expect(asks || labels.length === 2).toBe(true);
  });
});

describe('a title with commas', () => {
  const rows = [
    ['a.png', 'P0', '0'],
    ['b.png', 'P1', '1'],
  ];

  it.each([[['Export of 12.03.2024', 'Radiology']], [['Hospital', 'Radiology']]])('%j is no header', (title) => {
    expect(shapeTable([title, [''], ['image', 'patient', 'pneumonia'], ...rows])).toMatchObject({
      header: ['image', 'patient', 'pneumonia'],
      leadingRows: 3,
      namesRows: false,
    });
  });

  it('the header that R writes, a name less than the cells, stays one', () => {
    const numbered = rows.map((row, i) => [String(i + 1), ...row]);
    expect(shapeTable([['image', 'patient', 'pneumonia'], ...numbered])).toMatchObject({
      leadingRows: 1,
      namesRows: true,
    });
  });
});
