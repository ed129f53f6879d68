import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { openSafetensors } from '../../../main/engine/weights/safetensors-reader.ts';
import { readSafetensors, writeSafetensors } from '../../../main/engine/weights/safetensors.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let folder: string;
let file: string;
const tensors = [
  { name: 'a/kernel', shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) },
  { name: 'large', shape: [1_000_000], values: new Float32Array(1_000_000).fill(7) },
  { name: 'empty', shape: [0], values: new Float32Array(0) },
  { name: 'b/bias', shape: [1], values: Float32Array.of(-1.5) },
];

beforeAll(() => {
  folder = makeTemporaryFolder('reader');
  file = path.join(folder, 'w.safetensors');
  writeSafetensors(file, tensors, { step: '3' });
});

describe('openSafetensors', () => {
  it('lists the tensors and reads each as readSafetensors does', () => {
    const reader = openSafetensors(file);
    const whole = readSafetensors(file).tensors;
    expect(reader.tensors).toEqual(whole.map(({ name, shape }) => ({ name, shape })));
    for (const tensor of whole.toReversed()) expect(reader.read(tensor.name)).toEqual(tensor);
    reader.close();
  });

  it('reads only the header and the tensors asked for', () => {
    const read = vi.spyOn(fs, 'readSync');
    const reader = openSafetensors(file);
    reader.read('b/bias');
    reader.close();
    const bytes = read.mock.results.reduce((sum, { value }) => sum + (value as number), 0);
    read.mockRestore();
    expect(bytes).toBeLessThan(2000);
  });

  it('names what is missing or damaged', () => {
    const reader = openSafetensors(file);
    expect(() => reader.read('c')).toThrow('has no tensor "c"');
    reader.close();
    const bytes = fs.readFileSync(file);
    const damagedFile = path.join(folder, 'damaged.safetensors');
    const opening = (content: Uint8Array) => () => {
      fs.writeFileSync(damagedFile, content);
      openSafetensors(damagedFile);
    };
    expect(opening(bytes.subarray(0, 5))).toThrow('expected at least 8 bytes, found 5');
    expect(opening(bytes.subarray(0, 40))).toThrow('cut off');
    expect(opening(bytes.subarray(0, bytes.length - 4))).toThrow('cut off');
    expect(opening(Buffer.from('PK not a weight file at all'))).toThrow('announce a header');
    expect(() => openSafetensors(path.join(folder, 'none'))).toThrow('found no file');
  });
});
