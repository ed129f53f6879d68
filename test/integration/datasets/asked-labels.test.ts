/** Tables whose labels cannot be known: nothing is imported, and the answer that is offered leads on. */
import { readFileSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';
import { buildFrom } from './folders.ts';
import { askedBy, countsOf, preview, writeLabelled } from './label-folders.ts';

let folder: string;
beforeEach(() => {
  folder = makeTemporaryFolder();
});

const cycle = (values: readonly (string | number)[]) => (i: number) => String(values[i % values.length]);

/** Asks until nothing is asked any more, always with the answer at `choice`; the ids in order. */
async function answerAll(choice: number): Promise<string[]> {
  let over = {};
  const asked: string[] = [];
  for (let turn = 0; turn < 6; turn++) {
    const { questions } = await preview(folder, over);
    const [question] = questions;
    if (!question) return asked;
    asked.push(question.id);
    over = { ...over, ...question.answers[Math.min(choice, question.answers.length - 1)]?.change };
  }
  throw new Error(`Asked again and again: ${asked.join(', ')}`);
}

describe('columns that are no labels', () => {
  it.each<[string, string, (i: number) => string]>([
    ['an age', 'age', (i) => String(30 + (i % 9))],
    ['pixel spacing', 'pixel_spacing', cycle(['0.139', '0.143', '0.168'])],
    ['days', 'offset_days', cycle([0, 3, 7])],
    ['a count', 'Follow-up #', cycle([0, 1, 2])],
    ['a date', 'taken', (i) => `2020-01-0${1 + (i % 5)}`],
    ['a part', 'is_train', cycle([1, 1, 0])],
    ['a quality flag', 'adjudicated_gradable', cycle([1, 1, 0])],
    ['one value', 'diagnosis', cycle(['glaucoma'])],
    ['an identifier', 'class_uid', (i) => `1.2.840.${i}.7`],
    ['measurements', 'label_score', (i) => (i / 7).toFixed(3)],
    ['a place in the image', 'x_min', cycle([10, 20, 30])],
    ['free text', 'report', (i) => `The heart is ${i} mm larger than it was, and the lungs are clear as before.`],
    ['a department', 'ward', cycle(['A', 'B', 'C'])],
    ['a vector without names', 'target', cycle(['"[1, 0, 0]"', '"[0, 1, 0]"'])],
  ])('%s', async (_, header, row) => {
    await writeLabelled(folder, { images: 14, header, row });
    const found = await preview(folder);
    expect(found.suggestedColumns).toBeNull();
    expect(found.questions.map(({ id }) => id)).toEqual(['label-columns']);
    expect(found.columnRoles.find(({ column }) => column === header)?.role).not.toBe('label');
    expect(await askedBy(folder)).toEqual(['label-columns']);
    // Beside a label they are passed over.
    await writeLabelled(folder, { images: 14, header: `${header},glaucoma`, row: (i) => `${row(i)},${i % 2}` });
    expect((await preview(folder)).suggestedColumns?.labels).toEqual(['glaucoma']);
  });
});

describe('labels that are asked', () => {
  it.each<[string, string, readonly (string | number)[], string[]]>([
    ['which of two names is positive', 'label', ['bacterial', 'viral'], ['positive']],
    ['which of two diseases is positive', 'label', ['COVID-19', 'pneumonia'], ['positive']],
    ['whether NA is a class', 'diagnosis', ['NA', 'glaucoma', 'normal'], ['missing-values']],
    ['whether None is the grade below 1', 'grade', ['None', 1, 2, 3], ['missing-values']],
    ['whether 9 is a class', 'edema', [0, 1, 0, 1, 9], ['missing-values']],
    ['whether numbers are grades', 'class', [0, 1, 2, 3], ['labels-as']],
    [
      'whether a comma belongs to a name',
      'diagnosis',
      ['"Pneumonia, bacterial"', '"Pneumonia, viral"', 'Normal'],
      ['labels-as'],
    ],
    ['whether a sign joins findings', 'diagnosis', ['AMD', 'DR', 'AMD+DR', 'normal'], ['labels-as']],
    ['what an empty cell means beside a mark', 'tumour', ['x', '', ''], ['blank-labels']],
    ['what an empty cell means beside findings', 'findings', ['mass|nodule', 'mass', ''], ['blank-labels']],
    ['which column, where two could be it', 'label,diagnosis', ['0,a', '1,b', '1,c'], ['label-columns']],
    ['which of several readers counts', 'Expert 1,Expert 2,Majority', ['0,0,0', '1,0,1', '1,1,1'], ['label-columns']],
    ['whether 1 or 2 is present', 'edema,effusion', ['1,2', '2,1', '2,2'], ['positive']],
  ])('%s', async (_, header, cells, first) => {
    await writeLabelled(folder, { images: 24, header, row: cycle(cells) });
    expect(await askedBy(folder)).toEqual(first);
    for (const choice of [0, 1]) expect((await answerAll(choice))[0]).toBe(first[0]);
  });

  it('a value that cannot be read in several rows', async () => {
    await writeLabelled(folder, {
      images: 30,
      header: 'edema',
      row: (i) => (i % 10 === 0 ? 'perhaps' : String(i % 2)),
    });
    expect(await askedBy(folder)).toEqual(['lost-classes']);
    expect((await buildFrom(folder, { accept: ['lost-classes'] })).images).toHaveLength(27);
  });

  it('a positive value that is not there is refused with those that are', async () => {
    await writeLabelled(folder, { images: 8, header: 'dx', row: cycle(['amd', 'DR']) });
    await expect(buildFrom(folder, { positive: ['glaucoma'] })).rejects.toThrow(
      'Expected "glaucoma" among the values of the column "dx", found "amd", "DR".',
    );
    await expect(buildFrom(folder, { positive: ['amd', 'dr'] })).rejects.toThrow('all were called positive');
    expect((await buildFrom(folder, { positive: ['dr'] })).dataset.target.endpoints[0]?.name).toBe('DR');
  });

  it('several rows of an image, which are joined as the answer says', async () => {
    const cells = ['mass', 'nodule', 'edema', 'mass'];
    await writeLabelled(folder, { images: 12, header: 'finding', row: cycle(cells) });
    const file = `${folder}/labels.csv`;
    const [header = '', ...rows] = readFileSync(file, 'utf8').trim().split('\n');
    writeFileSync(
      file,
      [header, ...rows, ...rows.map((row, i) => `${row.split(',')[0]},${cells[(i + 1) % 4]}`)].join('\n'),
    );
    expect(await askedBy(folder)).toEqual(['join-rows']);
    expect(countsOf(await preview(folder, { join: 'any' }))).toEqual(['edema: 6/6', 'mass: 9/3', 'nodule: 6/6']);
  });
});

describe('what is assumed', () => {
  it.each<[string, string, (i: number) => string, string]>([
    [
      '1 and 2',
      'glaucoma',
      cycle([1, 2]),
      '"glaucoma" holds 1 and 2 only: 2 counts as positive; --positive 1 turns them round.',
    ],
    [
      'grades from 1',
      'severity',
      cycle([1, 2, 3, 4]),
      '"severity" starts at 1: 3 or higher counts as positive; --positive-from changes it.',
    ],
  ])('of %s is said with the way to change it, until it is said', async (_, header, row, message) => {
    await writeLabelled(folder, { images: 15, header, row });
    const said = (over = {}): Promise<string[]> =>
      preview(folder, over).then(({ problems }) =>
        problems.filter(({ kind }) => kind === 'assumed').map((problem) => problem.message),
      );
    expect(await said()).toEqual([message]);
    expect(await said({ positive: ['2'] })).toEqual([]);
  });

  it.each(['reader1,reader2', 'grader_A,grader_B', 'label,reader2_label', 'Expert 1,Expert 2,Expert 3'])(
    'never that columns of readers are findings: %s',
    async (header) => {
      const columns = header.split(',');
      await writeLabelled(folder, { images: 15, header, row: (i) => columns.map((_, k) => (i + k) % 2).join() });
      const { questions } = await preview(folder);
      expect(questions.map(({ id }) => id)).toEqual(['label-columns']);
      expect(questions[0]?.reasons[0]).toContain('opinions of several readers');
      expect(questions[0]?.answers.map(({ text }) => text)).toEqual(columns.map((name) => `"${name}"`));
    },
  );
});
