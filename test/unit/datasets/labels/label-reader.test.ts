import { describe, expect, it } from 'vitest';
import { labelReader, type LabelOptions, type LabelReader } from '../../../../main/datasets/labels/label-reader.ts';
import { orderClasses } from '../../../../main/datasets/labels/class-names.ts';

function countCells(cells: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  return counts;
}

function reader(cells: string[], options: LabelOptions = {}, column = 'dx'): LabelReader {
  const result = labelReader({ columns: [column], counts: [countCells(cells)], oneHot: false }, options);
  if ('problem' in result) throw new Error(result.problem);
  return result;
}

function columns(names: string[], options: LabelOptions, rows: string[][] = [], oneHot = false): LabelReader {
  const counts = names.map((_, k) => countCells(rows.map((row) => row[k] as string)));
  return labelReader({ columns: names, counts, oneHot }, options) as LabelReader;
}

describe('one label column', () => {
  it('whole numbers from 0 are grades, positive from 2', () => {
    const grades = reader(['0', '1', '2', '3.0', '0', '1']);
    expect(grades.target).toMatchObject({
      kind: 'ordinal',
      outputs: ['0', '1', '2', '3'],
      endpoints: [{ id: 'from-2', name: 'dx 2 or higher', positiveOutputs: [2, 3], score: 'share', headline: true }],
    });
    expect(grades.read(['3.0'])).toEqual({ ok: true, labels: [0, 0, 0, 1], masked: null });
    expect(grades.read(['4'])).toEqual({ ok: false, reason: 'expected a whole number from 0 to 3 in "dx", got "4"' });
    expect(grades.read([''])).toEqual({ ok: false, reason: '"dx" is blank (expected a whole number from 0 to 3)' });
  });

  it('stays grades with a few cells that are none', () => {
    expect(reader(['0', '1', '2', '2', '1', 'ungradable']).target.kind).toBe('ordinal');
  });

  it('takes another lowest positive grade, in range', () => {
    expect(reader(['0', '1', '2'], { positiveFrom: 1 }).target.endpoints[0]?.positiveOutputs).toEqual([1, 2]);
    expect(() => reader(['0', '1', '2'], { positiveFrom: 3 })).toThrow('between 1 and 2, got 3');
  });

  it('two values are classes, the second positive', () => {
    expect(reader(['0', '1', '1']).target).toMatchObject({
      kind: 'classes',
      outputs: ['dx = 0', 'dx = 1'],
      endpoints: [{ name: 'dx = 1', positiveOutputs: [1], headline: true }],
    });
    expect(reader(['tb', 'normal']).target.outputs).toEqual(['normal', 'tb']);
    expect(reader(['tb', 'normal'], { outputs: ['tb', 'normal'] }).target.endpoints[0]?.name).toBe('normal');
  });

  it('more words are classes against the rest', () => {
    const classes = reader(['glaucoma', 'amd', 'healthy']);
    expect(classes.target.endpoints.map((e) => e.name)).toEqual(['healthy', 'amd', 'glaucoma']);
    expect(classes.read(['x'])).toEqual({
      ok: false,
      reason: 'expected "healthy" or "amd" or "glaucoma" in "dx", got "x"',
    });
  });

  it.each([
    [['a', 'a'], 'The column "dx" has only one value; expected at least two classes.'],
    [[], 'The column "dx" has no values; expected at least two classes.'],
    [Array.from({ length: 101 }, (_, i) => `v${i}`), 'The column "dx" has more than 100 different values'],
  ])('refuses what is no label', (cells, message) => expect(() => reader(cells)).toThrow(message));
});

describe('several label columns', () => {
  const findings = columns(['a', 'b', 'c'], { outputs: ['c', 'a'] });

  it('are findings, in the order chosen', () => {
    expect(findings.target).toMatchObject({ kind: 'multilabel', outputs: ['c', 'a'] });
    expect(findings.read(['1', '', '-1.0'])).toMatchObject({ ok: true, labels: [null, 1], masked: null });
    expect(findings.read(['0', '1', 'perhaps'])).toMatchObject({
      ok: true,
      labels: [null, 0],
      masked: 'expected 1, 0, -1 or blank for "c", got "perhaps"; it is masked',
    });
    expect(findings.read(['-1', '1', '-1'])).toMatchObject({ ok: false, reason: 'none of the findings is known' });
  });

  it('must exist', () => {
    expect(() => columns(['a', 'b'], { outputs: ['a', 'z'] })).toThrow('Expected outputs out of "a", "b"; got "z".');
    expect(() => columns(['a', 'b'], { outputs: ['a', 'a'] })).toThrow('Expected each output once');
  });
});

describe('orderClasses', () => {
  it('puts what means "nothing found" first, and counts naturally', () => {
    expect(orderClasses(['grade 10', 'grade 2', 'No DR'])).toEqual(['No DR', 'grade 2', 'grade 10']);
  });
});
