/** Every column that says the same must be read the same, in whichever spelling, order and proportion: many made-up columns. */
import { describe, expect, it } from 'vitest';
import { labelReader, type LabelOptions, type LabelReader } from '../../../../main/datasets/labels/label-reader.ts';
import { RandomStream } from '../../../../shared/system/random.ts';

const TRIALS = 60;

function countCells(cells: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  return counts;
}

function read(cells: readonly string[], options: LabelOptions = {}, column = 'dx'): LabelReader {
  const reader = labelReader({ columns: [column], counts: [countCells(cells)], oneHot: false }, options);
  if ('problem' in reader) throw new Error(reader.problem);
  return reader;
}

/** The position of the one label that is 1, null for what is left out. */
function classOf(reader: LabelReader, cell: string): number | null {
  const labels = reader.read([cell]);
  return labels.ok ? labels.labels.indexOf(1) : null;
}

const pick = <T>(stream: RandomStream, list: readonly T[]): T => list[stream.integer(list.length)] as T;

/** Case, spaces at the ends, a non-breaking space, `_` for a space. */
function respell(stream: RandomStream, text: string): string {
  const cased = pick(stream, [
    text,
    text.toUpperCase(),
    text.toLowerCase(),
    text.charAt(0).toUpperCase() + text.slice(1),
  ]);
  const joined = stream.integer(2) === 0 ? cased : cased.replaceAll(' ', '_');
  return pick(stream, [joined, `${joined} `, ` ${joined}`, `${joined}\u00a0`]);
}

function renumber(stream: RandomStream, value: number): string {
  return pick(stream, [String(value), `${value}.0`, `${value},0`, `${value}.00`, ` ${value}`]);
}

describe('two classes', () => {
  const PAIRS: [negative: string, positive: string][] = [
    ['0', '1'],
    ['no', 'yes'],
    ['n', 'y'],
    ['false', 'true'],
    ['neg', 'pos'],
    ['negative', 'positive'],
    ['absent', 'present'],
    ['-', '+'],
    ['nein', 'ja'],
    ['non', 'oui'],
    ['falsch', 'wahr'],
    ['faux', 'vrai'],
    ['benign', 'malignant'],
    ['normal', 'abnormal'],
    ['healthy', 'glaucoma'],
    ['unaffected', 'affected'],
    ['control', 'case'],
    ['no finding', 'pneumonia'],
    ['No DR', 'DR'],
    ['non-referable', 'referable'],
    ['not glaucoma', 'glaucoma'],
    ['without tb', 'tb'],
  ];

  it.each(PAIRS)(
    '%s is negative and %s is positive, in any spelling and order, and nothing is asked',
    (negative, positive) => {
      const stream = new RandomStream(7, `${negative}/${positive}`);
      for (let trial = 0; trial < TRIALS; trial++) {
        const spell = (word: string): string =>
          /^\d$/.test(word) ? renumber(stream, Number(word)) : respell(stream, word);
        const cells = Array.from({ length: 30 }, (_, i) => spell(i % 3 === 0 ? positive : negative));
        const reader = read(stream.integer(2) === 0 ? cells : cells.toReversed());
        expect(reader.questions).toEqual([]);
        expect(reader.target.outputs).toHaveLength(2);
        cells.forEach((cell, i) => expect(classOf(reader, cell)).toBe(i % 3 === 0 ? 1 : 0));
      }
    },
  );

  it.each(['-1', '-1.0', '-1,0', 'u', 'U', 'uncertain', 'Equivocal', 'indeterminate'])(
    '%s is uncertain beside them, by the policy',
    (word) => {
      for (const [negative, positive] of [
        ['0', '1'],
        ['no', 'yes'],
        ['neg', 'pos'],
      ] as const) {
        const cells = [...Array<string>(10).fill(negative), ...Array<string>(10).fill(positive), word, word];
        expect(classOf(read(cells), word)).toBeNull();
        expect(classOf(read(cells, { unknown: { uncertain: 'ones' } }), word)).toBe(1);
        expect(classOf(read(cells, { unknown: { uncertain: 'zeros' } }), word)).toBe(0);
        expect(read(cells).target.outputs).toHaveLength(2);
      }
    },
  );
});

describe('grades', () => {
  it('start where the table starts, end where it ends, and no output is made up', () => {
    const stream = new RandomStream(11, 'grades');
    for (let trial = 0; trial < TRIALS; trial++) {
      const lowest = stream.integer(2);
      const count = 3 + stream.integer(4);
      const prefix = pick(stream, ['', '', 'Grade ', 'grade', 'Stage ', 'DR', 'Level_']);
      const cells = Array.from({ length: 40 }, (_, i) => {
        const grade = lowest + (i % count);
        return prefix === '' ? renumber(stream, grade) : `${prefix}${grade}`;
      });
      const reader = read(cells, {}, 'severity');
      expect(reader.target.kind).toBe('ordinal');
      expect(reader.target.outputs).toEqual(Array.from({ length: count }, (_, i) => String(lowest + i)));
      expect(reader.target.endpoints[0]?.positiveOutputs[0]).toBe(Math.min(2, count - 1));
      cells.forEach((cell, i) => expect(classOf(reader, cell)).toBe(i % count));
      expect(reader.questions).toEqual([]);
    }
  });

  it('the lowest positive grade is meant as the table writes it', () => {
    const cells = ['1', '2', '3', '4', '5'];
    expect(read(cells, { positiveFrom: 4 }, 'grade').target.endpoints[0]).toMatchObject({
      name: 'grade 4 or higher',
      positiveOutputs: [3, 4],
    });
    expect(() => read(cells, { positiveFrom: 1 }, 'grade')).toThrow('between 2 and 5, got 1');
    expect(read(cells, { positive: ['5', '3'] }, 'grade').target.endpoints[0]).toMatchObject({
      positiveOutputs: [2, 4],
    });
    expect(() => read(cells, { positive: ['6'] }, 'grade')).toThrow('Expected "6" among the values');
  });

  it.each(['ungradable', 'Not gradable', '-1', 'poor quality'])('%s is none, and is said', (word) => {
    const reader = read(['0', '1', '2', '3', '0', '1', '2', '3', word, word], {}, 'grade');
    expect(reader.target.outputs).toHaveLength(4);
    expect(classOf(reader, word)).toBeNull();
    expect(reader.target.mapping).toContain(`No grade, and left out: "${word}" (2 rows).`);
    expect(reader.dropped).toEqual([]);
  });
});

describe('findings in a cell', () => {
  const NAMES = ['Effusion', 'Mass', 'Nodule', 'Edema', 'Pleural thickening', 'Hernia'];
  const JOINS: [string, (names: readonly string[]) => string][] = [
    ['bars', (names) => names.join('|')],
    ['bars with spaces', (names) => names.join(' | ')],
    ['semicolons', (names) => names.join('; ')],
    ['commas', (names) => names.join(', ')],
    ['a list of Python', (names) => `[${names.map((name) => `'${name}'`).join(', ')}]`],
    ['a list of JSON', (names) => JSON.stringify(names)],
    ['a list of numpy', (names) => `[${names.map((name) => `'${name}'`).join(' ')}]`],
    ['a set', (names) => `{${names.map((name) => `'${name}'`).join(', ')}}`],
    ['full-width commas', (names) => names.join('，')],
  ];

  it.each(JOINS)('joined by %s are outputs of their own; none of them is lost or added', (_, join) => {
    const stream = new RandomStream(3, 'findings');
    for (let trial = 0; trial < TRIALS; trial++) {
      const none = pick(stream, ['No Finding', 'normal', 'None', 'no findings']);
      const rows = Array.from({ length: 40 }, () => NAMES.filter(() => stream.integer(3) === 0));
      const cells = rows.map((names) => join(names.length === 0 ? [none] : names));
      const reader = read(cells, {}, 'findings');
      const seen = [...new Set(rows.flat())].sort();
      expect(reader.target.kind).toBe('multilabel');
      expect([...reader.target.outputs].sort()).toEqual(seen);
      rows.forEach((names, i) => {
        const labels = reader.read([cells[i] as string]);
        const present = labels.ok ? reader.target.outputs.filter((__, k) => labels.labels[k] === 1) : null;
        expect(present?.toSorted()).toEqual(names.toSorted());
      });
    }
  });

  it('are one finding in any spelling', () => {
    const reader = read(['Mass|Nodule', 'mass', 'MASS | nodule', 'No finding', 'no_finding'], {}, 'findings');
    expect(reader.target.outputs).toHaveLength(2);
    expect(reader.read(['MASS | nodule'])).toMatchObject({ labels: [1, 1] });
    expect(reader.read(['no_finding'])).toMatchObject({ labels: [0, 0] });
  });

  it('a slash belongs to a name where its parts do not come alone', () => {
    const reader = read(['Nodule/Mass', 'No finding', 'Cardiomegaly'], { labelsAs: 'findings' });
    expect(reader.target.outputs).toEqual(['Cardiomegaly', 'Nodule/Mass']);
    const combined = read(['AMD', 'DR', 'AMD+DR', 'normal'], { labelsAs: 'findings' });
    expect(combined.target.outputs).toEqual(['AMD', 'DR']);
    expect(combined.read(['AMD+DR'])).toMatchObject({ labels: [1, 1] });
  });
});

describe('words for nothing', () => {
  it('None is a class beside words, and a blank beside numbers', () => {
    expect(read(['None', 'Mild', 'Severe', 'None']).target.outputs).toEqual(['None', 'Mild', 'Severe']);
    const numbers = read(['0', '1', '0', '1', '0', '1', 'None', 'NaN']);
    expect(numbers.target.outputs).toHaveLength(2);
    expect(classOf(numbers, 'None')).toBeNull();
  });

  it('few of them are a note, many are asked, and the answer is final', () => {
    const few = [...Array<string>(60).fill('amd'), ...Array<string>(60).fill('normal'), 'unknown', 'NA'];
    expect(read(few).questions).toEqual([]);
    const many = [...few, ...Array<string>(30).fill('NA')];
    expect(read(many).questions.map(({ id }) => id)).toEqual(['missing-values']);
    const asClass = read(many, { missing: [] });
    expect(asClass.target.outputs.toSorted()).toEqual(['NA', 'amd', 'normal', 'unknown']);
    const asMissing = read(many, { missing: ['na', 'unknown'] });
    expect(asMissing.questions).toEqual([]);
    expect(asMissing.read(['NA'])).toMatchObject({ ok: false, meant: true });
  });

  it.each([9, 99, -9, 999])('%i beside 0 and 1 is asked', (code) => {
    const cells = [...Array<string>(20).fill('0'), ...Array<string>(20).fill('1'), String(code), `${code}.0`];
    expect(read(cells).questions.map(({ id }) => id)).toEqual(['missing-values']);
    expect(read(cells, { missing: [String(code)] }).target.outputs).toHaveLength(2);
  });
});

describe('several columns', () => {
  const columns = (names: string[], rows: string[][], options: LabelOptions = {}, oneHot = false): LabelReader => {
    const counts = names.map((_, k) => countCells(rows.map((row) => row[k] as string)));
    return labelReader({ columns: names, counts, oneHot }, options) as LabelReader;
  };

  it('with 1 in exactly one of them are classes; the negative one is first', () => {
    const rows = [
      ['1', '0'],
      ['0', '1'],
    ];
    const reader = columns(['pneumonia', 'normal'], rows, {}, true);
    expect(reader.target).toMatchObject({ kind: 'classes', outputs: ['normal', 'pneumonia'] });
    expect(reader.read(['1', '0'])).toMatchObject({ labels: [0, 1] });
    expect(reader.questions).toEqual([]);
    expect(columns(['tb', 'covid'], rows, {}, true).questions.map(({ id }) => id)).toEqual(['positive']);
    expect(columns(['pneumonia', 'normal'], rows, { labelsAs: 'findings' }, true).target.kind).toBe('multilabel');
  });

  it('with 1 and 2 and no 0 are asked', () => {
    const rows = [
      ['1', '2'],
      ['2', '1'],
      ['1', ''],
    ];
    expect(columns(['edema', 'mass'], rows).questions.map(({ id }) => id)).toEqual(['positive']);
    const answered = columns(['edema', 'mass'], rows, { positive: ['2'] });
    expect(answered.read(['1', '2'])).toMatchObject({ labels: [0, 1] });
    expect(() => columns(['edema', 'mass'], rows, { positive: ['3'] })).toThrow('Expected "3" among the values');
  });

  it('mark with x or words of other languages', () => {
    const reader = columns(
      ['edema', 'mass'],
      [
        ['x', 'ja'],
        ['', 'nein'],
      ],
    );
    expect(reader.read(['x', 'nein'])).toMatchObject({ labels: [1, 0] });
    expect(reader.read(['', 'JA'])).toMatchObject({ labels: [0, 1] });
    expect(reader.dropped).toEqual([]);
  });

  it('values that cannot be read are counted', () => {
    const reader = columns(
      ['edema', 'mass'],
      [
        ['0', '1'],
        ['2', '0'],
        ['2', '1'],
      ],
    );
    expect(reader.dropped).toEqual([{ column: 'edema', value: '2', rows: 2 }]);
  });
});
