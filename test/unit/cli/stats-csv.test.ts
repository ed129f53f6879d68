import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { basisNotes, describeBasis } from '../../../main/cli/stats/basis.ts';
import { parseStatsCsv, readStatsCsv } from '../../../main/cli/stats/scores-table.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const table = (...lines: string[]): string => lines.join('\n');

describe('tables as programs write them', () => {
  it('takes a byte order mark, semicolons and decimal commas', () => {
    const data = parseStatsCsv('\uFEFFlabel;s\r\n1;0,75\r\n0;0,5\r\n', {});
    expect([...(data.scores[0]?.values ?? [])]).toEqual([0.75, 0.5]);
    expect(data.labels).toEqual([1, 0]);
  });

  it.each(['utf-8', 'utf-16 LE with mark', 'utf-16 BE with mark', 'utf-16 LE', 'utf-16 BE', 'windows-1252'])(
    'reads the file that Excel saves, decimal commas included: %s',
    (encoding) => {
      const text = 'sep=\t\r\nlabel\tÄrztin\r\n1\t0,75\r\n0\t0,5\r\n';
      const wide = Buffer.from(`${encoding.endsWith('mark') ? '\uFEFF' : ''}${text}`, 'utf16le');
      const bytes = encoding.startsWith('utf-16')
        ? encoding.includes('BE')
          ? wide.swap16()
          : wide
        : Buffer.from(text, encoding === 'utf-8' ? 'utf8' : 'latin1');
      const file = path.join(makeTemporaryFolder('stats'), 'scores.txt');
      writeFileSync(file, bytes);
      const data = readStatsCsv(file, {});
      expect(data.scores.map(({ name, values }) => [name, ...values])).toEqual([['Ärztin', 0.75, 0.5]]);
      expect(data.labels).toEqual([1, 0]);
    },
  );

  it('takes --positive in any case or decimals, and refuses a value that is not there with those that are', () => {
    const words = table('label,s', 'Case,0.9', 'case,0.8', 'control,0.1', ',0.3');
    expect(parseStatsCsv(words, { positive: 'CASE' }).labels).toEqual([1, 1, 0]);
    expect(parseStatsCsv(words, { positive: 'Case' }).labels).toEqual([1, 0, 0]);
    expect(parseStatsCsv(table('label,s', '2.0,0.9', '1.0,0.1', '2,0.7'), { positive: '2' }).labels).toEqual([1, 0, 1]);
    expect(() => parseStatsCsv(words, { positive: 'yes' })).toThrow(
      'Expected "yes" among the values of the column "label", found "Case", "case", "control".',
    );
    expect(() => parseStatsCsv(words, { positive: '' })).toThrow('Expected "" among the values');
  });

  it('takes NaN and NA for an empty cell', () => {
    const text = table('label,s', '1,0.9', '0,NaN', 'NA,0.3', '0,0.4');
    expect(() => parseStatsCsv(text, {})).toThrow('an empty cell in row 3, column "s"');
    const data = parseStatsCsv(text, { skipMissing: true });
    expect(data.leftOut).toEqual({ noLabel: 1, noScore: 1 });
    expect(data.labels).toEqual([1, 0]);
  });

  it.each([
    ['percent signs', table('label,s', '1,75%', '0,50%'), 'found "75%" in row 2, column "s"'],
    ['decimal commas between commas', table('label,s', '1,"0,75"', '0,"0,5"'), 'found "0,75" in row 2, column "s"'],
    [
      'a cell that is no number in a column of numbers',
      table('label,a,b', '1,0.9,0.3', '0,0.1,0.2', '0,0.3,x'),
      'found "x" in row 4, column "b"',
    ],
  ])('names the cell: %s', (_, text, message) => {
    expect(() => parseStatsCsv(text, {})).toThrow(message);
  });

  it('passes over columns of words, and takes those that are named', () => {
    const text = table('label,note,s', '1,left,0.9', '0,3,0.1', '0,right,0.3');
    expect(parseStatsCsv(text, {}).scores.map(({ name }) => name)).toEqual(['s']);
    expect(() => parseStatsCsv(text, { score: ['note'] })).toThrow('found "left" in row 2, column "note"');
  });

  it('says where images are repeated and patients are few', () => {
    const text = table('image_id,patient,label,s', 'i1,p1,1,0.9', 'i1,p1,0,0.1', 'i2,p2,0,0.3', 'i3,p2,1,0.8');
    const basis = describeBasis(parseStatsCsv(text, {}));
    expect(basis.repeatedImages).toBe(1);
    const notes = basisNotes(basis, false).join('\n');
    expect(notes).toContain('Only 2 patients');
    expect(notes).toContain('1 row names an image that an earlier row has');
  });
});
