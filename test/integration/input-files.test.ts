/** Every reader of a file that a user names refuses what is none, at once: a device without end, a pipe without a writer, a folder. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readStudyFile } from '../../main/cli/study/study-file.ts';
import { readTextTable } from '../../main/cli/stats/text-table.ts';
import { openText } from '../../main/datasets/tables/text-table.ts';
import { openSafetensors } from '../../main/engine/weights/safetensors-reader.ts';
import { readSafetensors } from '../../main/engine/weights/safetensors.ts';
import { partsOf, readWeightFile } from '../../main/engine/weights/read-weight-file.ts';
import { readInputFile, readInputPieces } from '../../main/platform/input-file.ts';
import { readNpy } from '../../main/platform/npy.ts';
import { openBundle } from '../../main/services/bundles/bundle-zip.ts';
import { AppError } from '../../shared/system/errors.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

let folder: string;
beforeEach(() => {
  folder = makeTemporaryFolder('input-files');
});

const place = (name: string): string => path.join(folder, name);

function fileOf(name: string, bytes: number): string {
  fs.writeFileSync(place(name), '');
  fs.truncateSync(place(name), bytes);
  return place(name);
}

function pipe(): string {
  execFileSync('mkfifo', [place('pipe')]);
  return place('pipe');
}

function shardOf(file: string): string {
  fs.symlinkSync(file, place('shard.bin'));
  const weights = [{ name: 'a/kernel', shape: [1], dtype: 'float32' }];
  fs.writeFileSync(place('model.json'), JSON.stringify({ weightsManifest: [{ paths: ['shard.bin'], weights }] }));
  return place('model.json');
}

async function tableOf(file: string): Promise<void> {
  const table = await openText(path.dirname(file), path.basename(file));
  if ('message' in table) throw new AppError('bad-input', table.message);
}

const READERS: [string, (file: string) => unknown][] = [
  ['bundle', openBundle],
  ['study file', readStudyFile],
  ['table of scores', readTextTable],
  ['NPY file', readNpy],
  ['table of labels', tableOf],
  ['weights', readWeightFile],
  ['parts of weights', partsOf],
  ['safetensors', readSafetensors],
  ['single tensors', openSafetensors],
  ['shard of TensorFlow.js', (file) => readWeightFile(shardOf(file))],
];

const refusal = async (read: () => unknown): Promise<AppError> => {
  try {
    await read();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('Expected a refusal.');
};

describe.skipIf(process.platform === 'win32')('devices, pipes and sockets', () => {
  it.each(READERS)('%s', async (_, read) => {
    expect((await refusal(() => read('/dev/zero'))).message).toMatch(/^Expected .*, found a device\.$/);
    fs.rmSync(place('shard.bin'), { force: true });
    expect((await refusal(() => read(pipe()))).message).toMatch(/^Expected .*, found a pipe\.$/);
  });
});

it.each(READERS)('no file of that name: %s', async (_, read) => {
  expect((await refusal(() => read(place('none')))).message).toMatch(/^Expected .*, found no file of that name\.$/);
});

it.each(READERS.filter(([name]) => !name.includes('weights')))('a folder: %s', async (_, read) => {
  expect((await refusal(() => read(folder))).message).toMatch(/^Expected .*, found a folder\.$/);
});

it('refuses a file that is larger than its reader can hold, before it is read', async () => {
  const huge = fileOf('huge', 8 * 2 ** 30);
  for (const [, read] of READERS.slice(0, 4)) {
    expect((await refusal(() => read(huge))).message).toMatch(/found a file of 8\.0 GiB; at most .* can be read\.$/);
  }
});

it('refuses a name that no file can have', async () => {
  const kind = { what: 'a file', maxBytes: 10 };
  expect((await refusal(() => readInputFile('a\0b', kind))).code).toBe('not-found');
  expect((await refusal(() => readInputFile('a'.repeat(5000), kind))).code).toBe('not-found');
});

it('reads whole files and pieces', () => {
  const content = Buffer.alloc(9_000_001, 'abc');
  fs.writeFileSync(place('whole'), content);
  const kind = { what: 'a file', maxBytes: content.length };
  expect(readInputFile(place('whole'), kind).equals(content)).toBe(true);
  const pieces: Buffer[] = [];
  readInputPieces(place('whole'), kind, (piece) => pieces.push(Buffer.from(piece)));
  expect(pieces.length).toBeGreaterThan(1);
  expect(Buffer.concat(pieces).equals(content)).toBe(true);
  expect(readInputFile(fileOf('empty', 0), kind)).toHaveLength(0);
});
