/** Folders and files that the operating system does not give: nothing of them is lost without a word, and much not without a question. */
import { execFileSync } from 'node:child_process';
import { symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createOutput } from '../../../main/cli/output/output.ts';
import { previewImport } from '../../../main/datasets/preview.ts';
import type { ImportRequest } from '../../../shared/dataset/dataset.ts';
import type { AppError } from '../../../shared/system/errors.ts';
import { readImageSource } from '../../../main/images/source.ts';
import { sha256OfFile } from '../../../main/platform/sha256.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';
import { buildFrom, writeEyepacs, writeImage, writeText } from './folders.ts';

/** Reading these places (absolute) fails with the code, as a disk or a network share does. */
const failing = vi.hoisted(() => new Map<string, string>());

vi.mock(import('node:fs/promises'), async (importOriginal) => {
  const real = await importOriginal();
  const fail = <F>(work: F): F =>
    ((file: string, ...rest: unknown[]): unknown => {
      const code = failing.get(file);
      if (code !== undefined) return Promise.reject(Object.assign(new Error(code), { code }));
      return (work as (...all: unknown[]) => unknown)(file, ...rest);
    }) as F;
  const { readdir, open } = real;
  return { ...real, readdir: fail(readdir), open: fail(open) };
});

let folder: string;
const at = (name: string): string => path.join(folder, name);

function breakPlaces(places: Record<string, string>): void {
  for (const [name, code] of Object.entries(places)) failing.set(name === '' ? folder : at(name), code);
}

/** A PNG of three channels that says how large it is, and holds next to nothing. */
function pngHeader({ side, bitDepth }: { side: number; bitDepth: number }): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, bitDepth, 2, 0, 0, 0]);
  header.writeUInt32BE(side);
  header.writeUInt32BE(side, 4);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.alloc(64)))]);
}

async function writeClasses(counts: Record<string, number>): Promise<void> {
  let seed = 0;
  for (const [name, count] of Object.entries(counts)) {
    for (let i = 0; i < count; i++) await writeImage(at(`${name}/${name}${i}.png`), ++seed);
  }
}

const askedBy = (over: Partial<ImportRequest> = {}): Promise<string> =>
  buildFrom(folder, over).then(
    () => 'nothing',
    (error: unknown) => (error as AppError).message,
  );

beforeEach(() => {
  folder = makeTemporaryFolder('unread');
});

describe('folders that cannot be read', () => {
  it.each([
    ['EACCES', 'this user may not read it'],
    ['EIO', 'the disk or network share reports an error'],
    ['ESTALE', 'the network share was connected anew meanwhile'],
    ['ENOENT', 'nothing is there any more'],
  ])('a class whose folder fails with %s is asked for, and listed where it is accepted', async (code, words) => {
    await writeClasses({ drusen: 6, normal: 6, oedema: 6 });
    breakPlaces({ oedema: code });
    expect(await askedBy()).toContain('Go on without 1 folder, table or link that could not be read?');
    const { questions } = await previewImport({ folder });
    expect(questions).toMatchObject([
      { id: 'lost-files', reasons: [`oedema: The folder could not be read (${code}: ${words}).`] },
    ]);
    const { problems, images } = await buildFrom(folder, { accept: ['lost-files'] });
    expect(images).toHaveLength(12);
    expect(problems[0]).toEqual({
      kind: 'unread-folder',
      leftOut: true,
      file: 'oedema',
      message: `The folder could not be read (${code}: ${words}).`,
    });
  });

  it('is no empty folder: neither the chosen one nor the only one in it', async () => {
    await writeClasses({ all: 2 });
    breakPlaces({ all: 'EIO' });
    await expect(buildFrom(folder)).rejects.toMatchObject({
      code: 'io',
      action:
        '1 place could not be used. The first: all. The folder could not be read (EIO: the disk or network share reports an error).',
    });
    breakPlaces({ '': 'EACCES' });
    await expect(buildFrom(folder)).rejects.toThrow(
      'The folder could not be read (EACCES: this user may not read it).',
    );
  });

  it('says so of a link that leads nowhere, and follows a circle once', async () => {
    await writeClasses({ a: 6, b: 6 });
    symlinkSync('/nowhere/at/all', at('c'));
    symlinkSync('..', at('a/again'));
    symlinkSync('me', at('b/me'));
    const { questions, counts } = await previewImport({ folder });
    expect(counts.imagesFound).toBe(12);
    expect(questions.find(({ id }) => id === 'lost-files')?.reasons).toEqual([
      'b/me: The place that this link leads to could not be read (ELOOP: it leads in a circle).',
      'c: The place that this link leads to could not be read (ENOENT: nothing is there any more).',
    ]);
  });
});

describe('files that cannot be read', () => {
  it('lists a few images, and asks about more', async () => {
    await writeEyepacs(folder, 20);
    const broken = (n: number): Record<string, string> =>
      Object.fromEntries(Array.from({ length: n }, (_, i) => [`train/${i + 1}_left.jpeg`, 'EIO']));
    breakPlaces(broken(5));
    const { problems, images } = await buildFrom(folder);
    expect(images).toHaveLength(35);
    expect(problems.filter(({ kind }) => kind === 'unread-image')).toHaveLength(5);
    breakPlaces(broken(6));
    expect(await askedBy()).toContain('Go on without 6 image files that could not be read?');
    expect((await previewImport({ folder })).questions.map(({ id }) => id)).toEqual(['lost-files']);
  });

  it('asks when the folder goes away between its listing and its decoding', async () => {
    await writeClasses({ drusen: 6, normal: 6, oedema: 6 });
    const gone = Array.from({ length: 6 }, (_, i) => [`oedema/oedema${i}.png`, 'ENOENT']);
    breakPlaces(Object.fromEntries(gone) as Record<string, string>);
    expect(await askedBy()).toMatch(/Go on without 6 rows of 18\?/);
    expect((await previewImport({ folder })).questions.map(({ id }) => id)).toEqual(['lost-rows', 'lost-classes']);
  });

  it('imports names with line breaks, tabs and quotes, and shows them on one line', async () => {
    const names = ['a\nb', 'c\td', 'e"f', "g'h", 'i,j', '=1+1', '-k', ' l '];
    for (const [i, name] of names.entries()) await writeImage(at(`drusen/${name}.png`), 100 + i);
    await writeClasses({ normal: 8 });
    writeFileSync(at('drusen/m\u001b[2J\nn.png'), 'x');
    const { images, problems } = await buildFrom(folder);
    expect(images).toHaveLength(16);
    const text = { stdout: '' };
    const stream = { write: (part: string) => (text.stdout += part) };
    const [problem] = problems.filter(({ kind }) => kind === 'not-an-image');
    createOutput({ json: false, stdout: stream, stderr: stream }).note(problem?.file ?? '');
    expect(text.stdout).toContain('m\\u001b[2J');
  });

  it('asks about a table that breaks off, since the classes may stand in it', async () => {
    await writeClasses({ a: 6, b: 6 });
    writeText(at('labels.csv.gz'), 'not gzip at all');
    expect(await askedBy()).toContain('Go on without 1 folder, table or link that could not be read?');
  });

  it('decodes no bomb: what would take more memory than a worker may have is refused by its header', async () => {
    await writeClasses({ a: 6, b: 6 });
    writeFileSync(at('a/bomb.png'), pngHeader({ side: 16_000, bitDepth: 16 }));
    writeFileSync(at('b/huge.png'), pngHeader({ side: 60_000, bitDepth: 8 }));
    const { problems } = await buildFrom(folder, { positive: ['b'] });
    expect(problems.filter(({ leftOut }) => leftOut).map(({ file, message }) => `${file}: ${message}`)).toEqual([
      'a/bomb.png: Expected an image of at most 512 MiB once decoded, got one of 1.4 GiB (16000 x 16000 pixels). Convert it to an 8- or 16-bit PNG, TIFF or JPEG.',
      'b/huge.png: Expected at most 268 megapixels, got a larger image. Convert it to an 8- or 16-bit PNG, TIFF or JPEG.',
    ]);
  });

  it('says what is wrong with a path that holds a NUL', async () => {
    await expect(previewImport({ folder: 'a\0b' })).rejects.toThrow(
      'The folder could not be read (ERR_INVALID_ARG_VALUE: a path cannot hold a NUL character).',
    );
  });

  it('finds what a file has become since it was listed: a pipe, a device, a folder, 4 GB of nothing, or nothing', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    writeFileSync(at('sparse'), '');
    truncateSync(at('sparse'), 4 * 2 ** 30);
    writeFileSync(at('empty'), '');
    const found: Record<string, string | null> = {};
    for (const file of [at('pipe'), '/dev/zero', folder, at('sparse'), at('empty'), at('gone')]) {
      const read = await readImageSource(file);
      found[path.basename(file)] = read.ok ? null : read.error.message;
      if (file !== at('sparse') && file !== at('empty')) expect(await sha256OfFile(file)).toBeNull();
    }
    expect(found).toEqual({
      pipe: 'Expected an image file, found a pipe.',
      zero: 'Expected an image file, found a device.',
      [path.basename(folder)]: 'Expected an image file, found a folder.',
      sparse: 'Expected an image file, found a file of 4.0 GiB; at most 512 MiB can be read.',
      empty: 'Expected an image, got a file of zero bytes.',
      gone: 'Expected an image file, got nothing at this place.',
    });
  });

  it('reads no pipe, no device, and no name that is not UTF-8', async () => {
    await writeClasses({ a: 6, b: 6 });
    execFileSync('mkfifo', [at('a/pipe.png')]);
    symlinkSync('/dev/zero', at('b/zero.png'));
    writeFileSync(Buffer.concat([Buffer.from(`${at('b')}/`), Buffer.from([0xff]), Buffer.from('.png')]), 'x');
    const { problems } = await previewImport({ folder });
    const special = 'Expected a file, got a pipe, socket or device under the name of one.';
    expect(problems.filter(({ leftOut }) => leftOut).map(({ file, message }) => `${file}: ${message}`)).toEqual([
      'b/\uFFFD.png: The name of this file is not valid UTF-8. Rename it.',
      `a/pipe.png: ${special}`,
      `b/zero.png: ${special}`,
    ]);
  });
});

describe('archives where folders were expected', () => {
  it.each(['data.zip', 'data.tar', 'data.tar.gz', 'data.7z', 'data.RAR'])(
    '%s has to be unpacked first',
    async (name) => {
      writeText(at(name), 'x');
      await expect(previewImport({ folder: at(name) })).rejects.toMatchObject({
        message: 'Expected a folder of images, got an archive.',
        action: 'Unpack it first, then choose the folder that comes out of it.',
      });
      await expect(previewImport({ folder })).rejects.toMatchObject({
        action: 'The folder holds 1 archive: unpack first, then choose the folder that comes out.',
      });
    },
  );
});
