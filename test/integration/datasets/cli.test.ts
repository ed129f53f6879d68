/** `dataset ...` as a user types it, in this process. */
import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCliContext, type GlobalOptions } from '../../../main/cli/context.ts';
import { parseSplit } from '../../../main/cli/dataset/import-options.ts';
import { register } from '../../../main/cli/dataset/dataset.ts';
import { LAYOUT_IDS } from '../../../shared/dataset/layout-ids.ts';
import { runProgram } from '../../../main/cli/run-program.ts';
import { writeEyepacs, writeText } from './folders.ts';
import { writeLabelled } from './label-folders.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let home: string;
let folder: string;
beforeAll(async () => {
  home = makeTemporaryFolder();
  folder = makeTemporaryFolder();
  await writeEyepacs(folder, 10, (patient, eye) => (patient === 4 && eye === 'left' ? '' : patient % 5));
});

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const program = new Command('transfusion').option('--home <dir>').option('--json').option('--debug');
  const before = process.exitCode;
  process.exitCode = undefined;
  const code = await runProgram({
    program,
    argv: ['--home', home, ...argv],
    createContext: (signal) =>
      createCliContext({
        options: () => program.opts<GlobalOptions>(),
        signal,
        stdout: { write: (text: string) => (said.out += text) },
        stderr: { write: (text: string) => (said.err += text) },
      }),
    register: (target, context) => Promise.resolve(register(target, context)),
  });
  process.exitCode = before;
  return { code, ...said };
}

describe('dataset', () => {
  it('previews, imports, lists, shows, verifies and removes', async () => {
    const preview = await run('dataset', 'import', folder, '--preview');
    expect(preview).toMatchObject({ code: 0, err: '' });
    expect(preview.out).toContain('Reads as: EyePACS (diabetic retinopathy grades)');
    expect(preview.out).toContain('Usable         19 of 20 rows');
    expect(preview.out).toContain(
      'Label that cannot be read (1)\n  left out  train/4_left.jpeg: In row 8 of trainLabels.csv, "level" is blank (expected a whole number from 0 to 4).',
    );
    expect((await run('dataset', 'list')).out).toBe('No dataset yet. Import a folder: dataset import DIR\n');

    const imported = await run(
      'dataset',
      'import',
      folder,
      '--name',
      'Clinic',
      '--split',
      '60/20/20',
      '--split-seed',
      '7',
    );
    expect(imported.code).toBe(0);
    expect(imported.out).toContain('Split          60/20/20 percent of patients, seed 7');
    expect(imported.out).toContain('Leakage        None: every patient is in exactly one part');
    expect(imported.err).toContain('Importing Clinic 100% (19 of 19)');

    const list = await run('--json', 'dataset', 'list');
    expect(JSON.parse(list.out)).toMatchObject([{ name: 'Clinic', images: 19, patients: 10 }]);
    const shown = await run('dataset', 'show', 'clinic');
    expect(shown.out).toBe(imported.out);
    expect((await run('dataset', 'verify', 'Clinic')).out).toBe(
      "Clinic: all 19 files are as they were imported, and so are the library's records.\n",
    );
    appendFileSync(path.join(folder, 'train/1_left.jpeg'), 'x');
    const verified = await run('dataset', 'verify', 'Clinic');
    expect(verified).toMatchObject({ code: 1 });
    expect(verified.out).toContain(
      'of 19 files 18 are unchanged, 1 changed and 0 missing or unreadable.\n  changed  train/1_left.jpeg',
    );

    expect((await run('dataset', 'remove', 'Clinic')).out).toContain('Removed Clinic from the library.');
    const gone = await run('--json', 'dataset', 'show', 'Clinic');
    expect(gone.code).toBe(1);
    expect(JSON.parse(gone.out)).toMatchObject({ error: { code: 'not-found', action: 'Import a folder first.' } });
  });

  it('writes a split that another import follows', async () => {
    const file = path.join(makeTemporaryFolder(), 'split.csv');
    const [first, again] = [
      ['--split-seed', '5'],
      ['--split-file', file],
    ];
    const hashOf = async (name: string, options: string[]): Promise<string> => {
      const { out } = await run('--json', 'dataset', 'import', folder, '--name', name, ...options);
      return (JSON.parse(out) as { contentHash: string }).contentHash;
    };
    const hash = await hashOf('First', first);
    expect((await run('dataset', 'split', 'First', '--csv', file)).out).toBe(`The split of First is in ${file}.\n`);
    expect(readFileSync(file, 'utf8')).toMatch(
      /^image,patient,split\ntrain\/\d+_(left|right)\.jpeg,\d,(train|test|validation)\n/,
    );
    expect(await hashOf('Again', again)).toBe(hash);
    expect((await run('dataset', 'show', 'Again')).out).toContain('from a split file');
    for (const name of ['First', 'Again']) await run('dataset', 'remove', name);
  });

  it('fills what the column options leave open from the table', async () => {
    const preview = await run('--json', 'dataset', 'import', folder, '--preview', '--label-columns', 'level');
    expect(JSON.parse(preview.out)).toMatchObject({
      layout: 'csv',
      target: { kind: 'ordinal', endpoints: [{ name: 'level 2 or higher' }] },
      patientRule: 'The part of the image name before the eye (_left, _right, _OD, _OS); both eyes stay together.',
    });
  });

  it('prints what it cannot know with the options that answer it, and exits with 1', async () => {
    const clinic = makeTemporaryFolder();
    await writeLabelled(clinic, {
      images: 12,
      header: 'patient,type',
      row: (i) => `P${i},${['bacterial', 'viral'][i % 2]}`,
    });
    writeText(path.join(clinic, 'patients.xlsx'), 'PK\x03\x04');
    const preview = await run('dataset', 'import', clinic, '--preview');
    expect(preview.code).toBe(1);
    expect(preview.out).toContain('An import needs an answer first:');
    expect(preview.out).toContain('--label-columns type');
    expect(preview.out).toContain('patients.xlsx: The workbook is damaged or cut short.');
    const refused = await run('--json', 'dataset', 'import', clinic, '--label-columns', 'type');
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.out)).toMatchObject({
      error: {
        code: 'needs-answer',
        questions: [{ id: 'positive', answers: [{ option: '--positive viral' }, { option: '--positive bacterial' }] }],
      },
    });
    const wrong = await run('dataset', 'import', clinic, '--label-columns', 'type', '--positive', 'fungal');
    expect(wrong).toMatchObject({ code: 1 });
    expect(wrong.err).toContain('Expected "fungal" among the values of the column "type", found "bacterial", "viral".');
    const named = ['dataset', 'import', clinic, '--name', 'Lungs', '--label-columns', 'type', '--positive', 'viral'];
    const imported = await run(...named);
    expect(imported.code).toBe(0);
    expect(imported.out).toContain('"viral" is positive and "bacterial" is negative');
    expect((await run('dataset', 'import', clinic, '--accept', 'everything')).err).toContain(
      'Allowed choices are lost-files, lost-rows',
    );
  });

  const bad: [string, string[], number, string][] = [
    ['a split that is none', ['--split', '70/30'], 2, 'add up to 100, such as 70/10/20'],
    ['a split of 90', ['--split', '70/10/10'], 2, 'add up to 100, such as 70/10/20'],
    ['an unknown layout', ['--layout', 'dicom'], 2, `Allowed choices are ${LAYOUT_IDS.join(', ')}`],
    ['a seed that is no number', ['--split-seed', 'x'], 2, 'Expected a whole number'],
    ['an unknown policy', ['--uncertain', 'maybe'], 2, 'Allowed choices are ignore, zeros, ones'],
    [
      'a column that is not there',
      ['--label-columns', 'grade'],
      1,
      'Expected the columns "grade", but trainLabels.csv has "image", "level".',
    ],
    [
      'a labels file that is not there',
      ['--labels', 'no.csv'],
      1,
      'The labels file cannot be used: Expected a table of labels, found no file of that name.',
    ],
  ];
  it.each(bad)('refuses %s', async (_, flags, code, message) => {
    const result = await run('dataset', 'import', folder, ...flags);
    expect(result.err).toContain(message);
    expect(result.code).toBe(code);
  });

  it('says what to do in an empty folder', async () => {
    const empty = makeTemporaryFolder();
    writeText(path.join(empty, 'readme.txt'), 'x');
    expect((await run('dataset', 'import', empty)).err).toContain(
      'Expected a folder of images (JPEG, PNG, TIFF, WebP, DICOM), found none among 1 file.\nChoose the folder that holds the images; folders inside it are searched too.',
    );
  });
});

describe('options', () => {
  it('reads splits in percent', () => {
    expect(parseSplit('70/10/20')).toEqual({ train: 0.7, validation: 0.1, test: 0.2 });
    expect(parseSplit('given')).toBe('given');
  });
});
