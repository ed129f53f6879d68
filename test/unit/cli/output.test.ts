import { describe, expect, it } from 'vitest';
import { createOutput, progressText } from '../../../main/cli/output/output.ts';
import { plainTable } from '../../../shared/tables/table.ts';
import { tableText } from '../../../shared/tables/text-face.ts';

function capture(options: { json?: boolean; isTTY?: boolean } = {}) {
  const text = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (part: string) => (text[name] += part),
    isTTY: options.isTTY ?? false,
    columns: 40,
  });
  const out = createOutput({ json: options.json ?? false, stdout: stream('stdout'), stderr: stream('stderr') });
  return { out, text };
}

const HOSTILE = 'a\u001b[2J\0\u0085\u202eb\u2066\r';
const SHOWN = 'a\\u001b[2J\\u0000\\u0085\\u202eb\\u2066\\u000d';

describe('control characters', () => {
  it.each<[string, (out: ReturnType<typeof capture>['out']) => void]>([
    ['a result', (out) => out.result(null, HOSTILE)],
    ['a note', (out) => out.note(HOSTILE)],
    ['a warning', (out) => out.warn(HOSTILE)],
    ['an error', (out) => out.error({ code: 'internal', message: HOSTILE, action: HOSTILE, details: HOSTILE })],
    ['a progress line', (out) => out.progress(HOSTILE).update(1, 1)],
    ['a table', (out) => out.result(null, tableText(plainTable([HOSTILE], { x: (cell) => cell })))],
  ])('never reach the terminal from %s', (_, print) => {
    const { out, text } = capture();
    print(out);
    const all = text.stdout + text.stderr;
    expect(all).toContain(SHOWN);
    // eslint-disable-next-line no-control-regex -- what must not be there
    expect(all).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
  });

  it('are escapes of JSON in a document', () => {
    const { out, text } = capture({ json: true });
    out.result({ [HOSTILE]: HOSTILE }, '');
    expect(JSON.parse(text.stdout)).toEqual({ [HOSTILE]: HOSTILE });
    expect(text.stdout).not.toMatch(/[\u007f-\u009f\u202e\u2066]/);
  });

  it('forge no row of a table', () => {
    expect(tableText(plainTable(['a\nb'], { file: (cell) => cell })).split('\n')).toHaveLength(3);
  });
});

describe('output', () => {
  it('prints the text, or one JSON document', () => {
    const plain = capture();
    plain.out.result({ a: 1 }, 'one\n');
    expect(plain.text).toEqual({ stdout: 'one\n', stderr: '' });
    const json = capture({ json: true });
    json.out.result({ a: 1 }, () => expect.fail('not asked for'));
    expect(JSON.parse(json.text.stdout)).toEqual({ a: 1 });
  });

  it('prints one result only', () => {
    const { out } = capture({ json: true });
    out.result(1, '');
    expect(() => out.result(2, '')).toThrow(/one result/);
  });

  it('keeps remarks and progress off standard output', () => {
    const { out, text } = capture({ json: true });
    out.note('a note');
    out.warn('a warning');
    out.progress('Importing').update(1, 2);
    expect(text.stdout).toBe('');
    expect(text.stderr).toBe('a note\nWarning: a warning\nImporting  50% (1 of 2)\n');
  });

  it('tells an error in words, or as the one document', () => {
    const error = { code: 'bad-input', message: 'Expected a folder, got a file.', action: 'Choose a folder.' } as const;
    const plain = capture();
    plain.out.error(error);
    expect(plain.text.stderr).toBe('Error: Expected a folder, got a file.\nChoose a folder.\n');
    const json = capture({ json: true });
    json.out.error(error);
    expect(JSON.parse(json.text.stdout)).toEqual({ error });
  });

  it('prints about ten lines of progress where there is no terminal', () => {
    const { out, text } = capture();
    const progress = out.progress('Importing');
    for (let i = 0; i <= 1000; i++) progress.update(i, 1000);
    expect(text.stderr.trimEnd().split('\n')).toHaveLength(11);
  });

  it('redraws one line on a terminal, within its width, and ends it before the result', () => {
    const { out, text } = capture({ isTTY: true });
    const progress = out.progress('A label that is far too long for a narrow terminal');
    progress.update(1, 2);
    progress.update(1, 2);
    out.result(null, 'done');
    progress.end();
    expect(text.stderr).toBe(`\r${'A label that is far too long for a narrow terminal'.slice(0, 39)}\u001b[K\n`);
  });
});

describe('progressText', () => {
  it.each([
    [{ label: 'Importing', done: 420, total: 1000, etaSeconds: 65 }, 'Importing  42% (420 of 1000), 1 min 05 s left'],
    [{ label: 'Importing', done: 0, total: 0, etaSeconds: null }, 'Importing …'],
    [{ label: 'Reading', done: 7, total: 0, etaSeconds: null, note: '4 files so far' }, 'Reading: 4 files so far'],
    [{ label: 'Importing', done: 10, total: 10, etaSeconds: 0 }, 'Importing 100% (10 of 10)'],
  ])('%o', (params, expected) => {
    expect(progressText(params)).toBe(expected);
  });
});
