/** Words for 'nothing found' in six languages, columns whose 1 means healthy, and words beside grades. */
import { describe, expect, it } from 'vitest';
import {
  countsTheHealthy,
  meansNegative,
  meansNoFinding,
  orderClasses,
} from '../../../../main/datasets/labels/class-names.ts';
import { labelReader, type LabelOptions, type LabelReader } from '../../../../main/datasets/labels/label-reader.ts';

function reader(column: string, cells: readonly string[], options: LabelOptions = {}): LabelReader {
  const counts = new Map([...Map.groupBy(cells, (cell) => cell)].map(([cell, rows]) => [cell, rows.length]));
  const result = labelReader({ columns: [column], counts: [counts], oneHot: false }, options);
  if ('problem' in result) throw new Error(result.problem);
  return result;
}

const questions = (label: LabelReader): string[] => label.questions.map(({ question }) => question);

describe('nothing found', () => {
  it.each([
    ...['No Finding', 'no acute abnormality', 'unremarkable', 'within normal limits'],
    ...['unauffällig', 'o.B.', 'ohne pathologischen Befund', 'keine Auffälligkeiten'],
    ...['RAS', 'sans anomalie', 'aucune lésion', 'négatif', 'rien à signaler'],
    ...['sin hallazgos', 'ningún hallazgo', 'sin alteraciones', 'dentro de límites normales'],
    ...['negativo', 'nessun reperto', 'senza alterazioni', 'nella norma'],
    ...['sem alterações', 'sem achados', 'nenhuma lesão', 'saudável'],
  ])('%s', (words) => {
    expect(meansNoFinding(words)).toBe(true);
    expect(meansNegative(words)).toBe(true);
    const found = reader('report', ['mass|effusion', 'mass', 'effusion', words]);
    expect(found.target.outputs).toEqual(['effusion', 'mass']);
    expect(found.read([words])).toMatchObject({ ok: true, labels: [0, 0] });
    expect(found.questions).toEqual([]);
  });

  it.each(['no DR', 'sin retinopatía', 'benign', 'control', 'pneumonia absent'])('%s is negative only', (name) => {
    expect(meansNoFinding(name)).toBe(false);
    expect(meansNegative(name)).toBe(true);
  });

  it.each(['not normal', 'normal tension glaucoma', 'non-proliferative DR', 'triple negative', 'lesion'])(
    '%s is a finding',
    (name) => expect(meansNegative(name)).toBe(false),
  );

  it('asks about the one value that never stands beside another', () => {
    const cells = ['mass|effusion', 'mass', 'effusion', 'bez zmian'];
    const [question] = reader('report', cells).questions;
    expect(question).toMatchObject({
      question: 'Does "bez zmian" of "report" mean that nothing was found, or is it a finding?',
      answers: [{ option: '--outputs effusion,mass' }, { option: '--outputs "bez zmian",effusion,mass' }],
    });
    const answered = reader('report', cells, question?.answers[0]?.change);
    expect(answered.questions).toEqual([]);
    expect(answered.read(['bez zmian'])).toMatchObject({ ok: true, labels: [0, 0] });
    expect(questions(reader('report', ['a|b', 'a', 'c', 'd']))).toEqual([]);
  });
});

describe('columns whose 1 means healthy', () => {
  it.each([
    'healthy',
    'Normal',
    'is_normal',
    'negative',
    'no_dr',
    'No Finding',
    'pneumonia_absent',
    'tb_neg',
    'gesund',
  ])('%s', (column) => {
    const label = reader(column, ['0', '1', '1']);
    expect(label.target.outputs).toEqual([`${column} = 1`, `${column} = 0`]);
    expect(label.read(['0'])).toMatchObject({ labels: [0, 1] });
    expect(label.notes).toMatchObject([
      { kind: 'assumed', message: expect.stringContaining('--positive 1') as string },
    ]);
    expect(reader(column, ['0', '1'], { positive: ['0'] }).target.outputs.at(-1)).toBe(`${column} = 0`);
    const turned = reader(column, ['0', '1'], { positive: ['1'] });
    expect(turned.target.outputs.at(-1)).toBe(`${column} = 1`);
    expect(turned.notes).toEqual([]);
  });

  it.each(['abnormal', 'not_normal', 'pneumonia', 'dx', 'n', 'nonproliferative'])('not %s', (column) =>
    expect(countsTheHealthy(column)).toBe(false),
  );

  it('are said beside other findings', () => {
    const counts = ['0', '1'].map(
      () =>
        new Map([
          ['0', 1],
          ['1', 1],
        ]),
    );
    const found = labelReader({ columns: ['normal', 'dr'], counts, oneHot: false }, {}) as LabelReader;
    expect(found.notes).toMatchObject([{ kind: 'assumed', message: expect.stringContaining('"normal"') as string }]);
  });
});

describe('a word for normal among grades', () => {
  const cells = ['0', '1', '2', 'Normal', 'Normal', 'normal'];

  it.each([[cells], [['1', '2', '3', 'keine']], [['0', '1', 'Normal', 'Normal']]])('%j asks', (values) => {
    const label = reader('dr_grade', values);
    expect(label.questions[0]?.question).toMatch(/^Is ".+" grade 0 of "dr_grade"\?$/);
    expect(label.questions[0]?.answers.map(({ option }) => option.split(' ')[0])).toEqual([
      '--labels-as',
      '--missing',
      '--labels-as',
    ]);
  });

  it('does what is answered', () => {
    const [question] = reader('dr_grade', cells).questions;
    const [grade, unknown, own] = (question?.answers ?? []).map(({ change }) =>
      reader('dr_grade', cells, change as LabelOptions),
    ) as [LabelReader, LabelReader, LabelReader];
    expect([grade, unknown, own].flatMap(questions)).toEqual([]);
    expect(grade.read(['Normal'])).toEqual(grade.read(['0']));
    expect(unknown.read(['normal'])).toMatchObject({ ok: false, meant: true });
    expect(own.target.outputs).toEqual(['0', 'Normal', '1', '2']);
    expect(orderClasses(['2', '1', 'Normal', '0'])).toEqual(['0', 'Normal', '1', '2']);
  });
});

it('says which signs split findings, and counts one', () => {
  expect(reader('dx', ['DR', 'DR+AMD', 'AMD']).target.mapping).toContain('2 findings of "dx", split at plus signs,');
  expect(reader('dx', ['DR', 'DR/AMD', 'AMD']).target.mapping).toContain('split at slashes,');
  expect(reader('dx', ['DR', 'DR and AMD', 'AMD']).target.mapping).toContain('split at the word between them,');
  expect(reader('dx', ['mass|normal', 'mass']).target.mapping).toContain('1 finding of "dx"');
});

it.each(['indéterminé', 'dudoso', 'incerto', 'fraglich'])('%s is uncertain', (word) => {
  const label = reader('dx', ['sain', 'malade', word, 'malade']);
  expect(label.target.outputs).toEqual(['sain', 'malade']);
  expect(label.read([word]).ok).toBe(false);
});
