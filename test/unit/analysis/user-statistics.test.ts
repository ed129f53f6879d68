import { describe, expect, it } from 'vitest';
import { compareScores } from '../../../main/cli/stats/compare.ts';
import { describeScores } from '../../../main/cli/stats/roc.ts';
import { parseStatsCsv } from '../../../main/cli/stats/scores-table.ts';

const GOLDEN = [
  'y,model_a,model_b,comment',
  ...[
    [1, 0.9, 0.8],
    [1, 0.8, 0.4],
    [1, 0.7, 0.9],
    [1, 0.6, 0.3],
    [1, 0.3, 0.6],
    [0, 0.7, 0.5],
    [0, 0.5, 0.6],
    [0, 0.4, 0.2],
    [0, 0.3, 0.4],
    [0, 0.2, 0.1],
    [0, 0.1, 0.3],
  ].map((row) => `${row.join(',')},fine`),
].join('\n');

describe('stats roc and compare', () => {
  const data = parseStatsCsv(GOLDEN, {});

  it('finds the label and the columns of numbers by themselves', () => {
    expect(data.labelColumn).toBe('y');
    expect(data.scores.map((score) => score.name)).toEqual(['model_a', 'model_b']);
    expect(data.patients).toBeNull();
  });

  it('gives the golden numbers of statistics.md', () => {
    const [a, b] = describeScores(data, false).scores;
    expect(a?.auc).toBeCloseTo(0.833333, 6);
    expect(a?.low).toBeCloseTo(0.4136, 4);
    expect(b?.se).toBeCloseTo(0.148043, 6);
    const [pair] = compareScores(data).comparisons;
    expect(pair?.z).toBeCloseTo(0.265684, 6);
    expect(pair?.p).toBeCloseTo(0.790482, 6);
  });

  it('adds the curves on request only', () => {
    expect(describeScores(data, true).scores[0]?.roc?.threshold[0]).toBeNull();
    expect(describeScores(data, false).scores[0]).not.toHaveProperty('roc');
  });

  it('clusters where a patient has several rows', () => {
    const text = ['label;patient;s', '1;p1;0,9', '1;p1;0,8', '0;p2;0,1', '0;p3;0,95', '1;p4;0,2', '0;p4;0,1'].join(
      '\n',
    );
    const clustered = parseStatsCsv(text, {});
    expect(clustered.patients).toEqual(['p1', 'p1', 'p2', 'p3', 'p4', 'p4']);
    expect([...(clustered.scores[0]?.values ?? [])]).toEqual([0.9, 0.8, 0.1, 0.95, 0.2, 0.1]);
    expect(describeScores(clustered, false)).toMatchObject({ intervalKind: 'delong-clustered', patients: 4 });
    expect(describeScores(parseStatsCsv(text, { patient: false }), false).intervalKind).toBe('delong');
  });

  it('leaves rows without a label out and counts them', () => {
    const partial = parseStatsCsv('\uFEFFlabel\ts\n1\t0.5\n\t0.4\n0\t0.1\n', {});
    expect(partial.labels).toEqual([1, 0]);
    expect(partial.leftOut).toEqual({ noLabel: 1, noScore: 0 });
    const skipped = parseStatsCsv('label,s\n1,0.5\n0,\n0,0.1\n', { skipMissing: true });
    expect(skipped.leftOut.noScore).toBe(1);
  });

  it('reads labels in words', () => {
    expect(parseStatsCsv('label,s\nyes,1\nno,0\n', { positive: 'yes' }).labels).toEqual([1, 0]);
    expect(parseStatsCsv('label,s\ntrue,1\nFalse,0\n1.0,2\n', {}).labels).toEqual([1, 0, 1]);
  });

  it.each([
    ['', {}, 'Expected a header line and at least one row'],
    ['label,s\n', {}, 'Expected a header line and at least one row'],
    [
      'a,b\n1,2\n',
      {},
      'Expected a column of labels ("label", "y", "y_true", "truth", "target", "outcome"), found "a", "b"',
    ],
    ['label,s\n1,0.5\n', { label: 'truth' }, 'Expected a column "truth", found "label", "s"'],
    ['label,s\n2,0.5\n', {}, 'Expected a label 0 or 1, found "2" in row 2, column "label"'],
    ['label,s\n1,0.5\n0,\n', {}, 'Expected a score, found an empty cell in row 3, column "s"'],
    ['label,s\n1,high\n', {}, 'Expected numbers in every column of scores, found "high" in row 2, column "s"'],
    ['label,patient\n1,a\n', {}, 'Expected at least one column of scores (numbers), found none'],
    ['label,s\n1,high\n', { score: ['s'] }, 'Expected a number, found "high" in row 2, column "s"'],
    ['label,s,s\n1,2,3\n', {}, 'Expected every column to have its own name, found "s" twice'],
    ['label,s\n1,0.5,7\n', {}, 'Expected a CSV table in which every row has the columns of the header; line 2 has not'],
    ['label,patient,s\n1,,0.5\n', {}, 'Expected a patient, found an empty cell in row 2, column "patient"'],
  ])('says what is wrong with %j', (text, columns, message) => {
    expect(() => parseStatsCsv(text, columns)).toThrow(message);
  });

  it('does not compare what cannot be compared', () => {
    expect(() => compareScores(parseStatsCsv('label,s\n1,1\n0,0\n', {}))).toThrow('at least two columns of scores');
    expect(() => compareScores(parseStatsCsv('label,s,t\n1,1,1\n1,0,0\n', {}))).toThrow('no negative item');
  });
});
