import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { commitFile, toFileError, writeFileAtomic } from '../../../main/platform/atomic-file.ts';
import { isThere, namesIn } from '../../../main/platform/file-errors.ts';
import { resolveHome } from '../../../main/platform/home.ts';
import { appendJsonLine, endTornLine, readJsonLines, truncateJsonLines } from '../../../main/platform/json-lines.ts';
import { libraryPaths } from '../../../main/platform/library-paths.ts';
import { AppError } from '../../../shared/system/errors.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let folder: string;
beforeEach(() => {
  folder = makeTemporaryFolder('platform');
});

describe('looking for files', () => {
  it('takes a failure for no absence', async () => {
    expect(isThere(folder)).toBe(true);
    expect(isThere(path.join(folder, 'no', 'file'))).toBe(false);
    expect(await namesIn(path.join(folder, 'no'))).toEqual([]);
    const circle = path.join(folder, 'circle');
    fs.symlinkSync('circle', circle);
    expect(() => isThere(circle)).toThrow('Could not look for circle (ELOOP: it leads in a circle).');
    await expect(namesIn(circle)).rejects.toThrow('Could not read the folder circle (ELOOP: it leads in a circle).');
  });
});

describe('writeFileAtomic', () => {
  it('makes folders, replaces content and leaves no temporary file', () => {
    const file = path.join(folder, 'a', 'b.json');
    writeFileAtomic(file, 'one');
    writeFileAtomic(file, new Uint8Array([116, 119, 111]));
    expect(fs.readFileSync(file, 'utf8')).toBe('two');
    expect(fs.readdirSync(path.dirname(file))).toEqual(['b.json']);
  });

  it('keeps the old content when the producer fails', () => {
    const file = path.join(folder, 'kept');
    writeFileAtomic(file, 'old');
    expect(() =>
      commitFile(file, (temporary) => {
        fs.writeFileSync(temporary, 'half');
        throw new Error('stopped');
      }),
    ).toThrow('stopped');
    expect(fs.readFileSync(file, 'utf8')).toBe('old');
    expect(fs.readdirSync(folder)).toEqual(['kept']);
  });

  it('says when the disk is full, without naming a path', () => {
    const error = toFileError(
      Object.assign(new Error('no space, /patients/x'), { code: 'ENOSPC' }),
      'Could not write m.',
    );
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).code).toBe('out-of-space');
    expect((error as AppError).message).toContain('disk is full');
    expect(JSON.stringify(error)).not.toContain('/patients');
  });
});

describe('JSON lines', () => {
  const schema = z.object({ step: z.int() });

  it('ignores a torn last line, and truncation removes it', () => {
    const file = path.join(folder, 'm.jsonl');
    for (const step of [1, 2, 3]) appendJsonLine(file, { step });
    fs.appendFileSync(file, '{"step": 4');
    expect(readJsonLines(file, schema)).toEqual([{ step: 1 }, { step: 2 }, { step: 3 }]);
    expect(truncateJsonLines(file, schema, ({ step }) => step <= 2)).toBe(2);
    expect(fs.readFileSync(file, 'utf8')).toBe('{"step":1}\n{"step":2}\n');
    appendJsonLine(file, { step: 3 });
    expect(readJsonLines(file, schema)).toHaveLength(3);
  });

  it('counts bytes, not characters, when it truncates', () => {
    const file = path.join(folder, 'text.jsonl');
    const text = z.object({ text: z.string() });
    for (const each of ['µé–', 'b']) appendJsonLine(file, { text: each });
    fs.appendFileSync(file, '{"text":"torn é');
    truncateJsonLines(file, text, () => true);
    expect(readJsonLines(file, text)).toEqual([{ text: 'µé–' }, { text: 'b' }]);
    expect(fs.readFileSync(file, 'utf8').endsWith('"b"}\n')).toBe(true);
  });

  it('treats a missing file as empty and ends a torn line', () => {
    const file = path.join(folder, 'log.jsonl');
    expect(readJsonLines(file, schema)).toEqual([]);
    expect(truncateJsonLines(file, schema, () => true)).toBe(0);
    fs.writeFileSync(file, '{"st');
    endTornLine(file);
    appendJsonLine(file, { step: 1 });
    expect(readJsonLines(file, schema)).toEqual([{ step: 1 }]);
  });
});

describe('resolveHome', () => {
  const around = { env: {}, platform: 'linux' as const, homeFolder: '/home/u' };
  it('prefers the flag, then the environment, then the platform', () => {
    expect(resolveHome('/x', around)).toBe('/x');
    expect(resolveHome('~/lib', around)).toBe('/home/u/lib');
    expect(resolveHome(undefined, { ...around, env: { TRANSFUSION_HOME: '/y' } })).toBe('/y');
    expect(resolveHome(undefined, around)).toBe('/home/u/.local/share/transfusion-lab');
    expect(resolveHome(undefined, { ...around, env: { XDG_DATA_HOME: '/d' } })).toBe('/d/transfusion-lab');
    expect(resolveHome(undefined, { ...around, platform: 'darwin' })).toContain('Application Support');
  });
});

describe('libraryPaths', () => {
  it('keeps everything under the library folder', () => {
    const paths = libraryPaths('/lib');
    expect(paths.run('s', 'r')).toBe(path.join('/lib', 'studies', 's', 'runs', 'r'));
    expect(paths.cache('d', 224)).toBe(path.join('/lib', 'cache', 'd-224'));
    expect(paths.thumbnail('d', 'i')).toBe(path.join('/lib', 'datasets', 'd', 'thumbnails', 'i.webp'));
  });
});
