/** Readers of weight files on tiny files of h5py (test/peers/weight_fixtures.py) and on models written here. */
import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/system/errors.ts';
import { readWeightFile } from '../../../main/engine/weights/read-weight-file.ts';
import { writeSafetensors } from '../../../main/engine/weights/safetensors.ts';
import type { WeightFile } from '../../../main/engine/weights/source-layers.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../../fixtures/weights');
const ROLES = ['kernel', 'bias', 'gamma', 'beta', 'moving_mean', 'moving_variance'];

let folder: string;
beforeEach(() => {
  folder = makeTemporaryFolder('weights');
});

const tensorsOf = (file: WeightFile) => file.layers.flatMap(({ tensors }) => tensors);
const quarters = (from: number, count: number) => Array.from({ length: count }, (_, i) => (from + i) / 4);
const EXPECTED = [quarters(1, 6), quarters(7, 3), quarters(10, 3), quarters(13, 3), quarters(16, 3), quarters(19, 3)];

async function refusal(file: string): Promise<AppError> {
  try {
    await readWeightFile(file);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('Expected a refusal.');
}

function write(name: string, content: string | Buffer): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, content);
  return file;
}

describe('HDF5', () => {
  it.each([
    ['float16.h5', ['float16 numbers as float32']],
    ['float64.h5', ['float64 numbers rounded to float32']],
    ['big_endian.h5', []],
    ['big_endian_float16_gzip.h5', ['float16 numbers as float32']],
    ['keras1_names.h5', []],
    ['nested_model.h5', []],
    ['keras3_float16.weights.h5', ['float16 numbers as float32']],
  ])('%s', async (name, conversions) => {
    const file = await readWeightFile(path.join(FIXTURES, name));
    const kinds = file.kind === 'keras-3' ? ['batch-norm', 'conv'] : ['conv', 'batch-norm'];
    expect(file.layers.map(({ kind }) => kind)).toEqual(kinds);
    const tensors = tensorsOf(file).toSorted((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role));
    expect(tensors.map(({ role }) => role)).toEqual(ROLES);
    expect(tensors.map(({ values }) => [...values])).toEqual(EXPECTED);
    expect(tensors[0]?.shape).toEqual([1, 1, 2, 3]);
    expect(file.conversions).toEqual(conversions);
  });

  it('tells Keras’s version', async () => {
    expect((await readWeightFile(path.join(FIXTURES, 'keras1_names.h5'))).program).toBe('Keras 1.2.2');
  });

  it('refuses integers', async () => {
    expect((await refusal(path.join(FIXTURES, 'integers.h5'))).message).toContain('Expected floating-point numbers');
  });

  it('refuses a file that is cut off', async () => {
    const whole = fs.readFileSync(path.join(FIXTURES, 'float64.h5'));
    for (const share of [0.02, 0.3, 0.7]) {
      const error = await refusal(write('cut.h5', whole.subarray(0, Math.floor(whole.length * share))));
      expect(error.message).toContain('Expected an HDF5 file, found a damaged one');
      expect(error.action).toContain('again');
    }
  });
});

describe('TensorFlow.js layers models', () => {
  const data = Buffer.from(Float32Array.from([...quarters(1, 6), ...quarters(7, 3)]).buffer);
  const manifest = (weights: unknown[], paths = ['a.bin', 'b.bin']) =>
    JSON.stringify({ format: 'layers-model', generatedBy: 'keras v2.4.0', weightsManifest: [{ paths, weights }] });
  const kernel = { name: 'conv/kernel', shape: [1, 1, 2, 3], dtype: 'float32' };
  const bias = { name: 'conv/bias', shape: [3], dtype: 'float32' };

  it('reads shards, also where a tensor spans two, from the file or its folder', async () => {
    const file = write('model.json', manifest([kernel, bias]));
    write('a.bin', data.subarray(0, 10));
    write('b.bin', data.subarray(10));
    for (const place of [file, folder]) {
      const read = await readWeightFile(place);
      expect(read).toMatchObject({ kind: 'tfjs-layers', program: 'TensorFlow.js (keras v2.4.0)' });
      expect(read.layers).toEqual([
        {
          name: 'conv',
          kind: 'conv',
          tensors: [
            { name: 'conv/kernel', role: 'kernel', shape: [1, 1, 2, 3], values: Float32Array.from(quarters(1, 6)) },
            { name: 'conv/bias', role: 'bias', shape: [3], values: Float32Array.from(quarters(7, 3)) },
          ],
        },
      ]);
    }
  });

  it('decodes float16, uint8 and uint16', async () => {
    const half = { ...bias, name: 'a/bias', shape: [2], quantization: { dtype: 'float16' } };
    const byte = { ...bias, name: 'b/bias', shape: [2], quantization: { dtype: 'uint8', scale: 0.5, min: -1 } };
    const word = { ...bias, name: 'c/bias', shape: [1], quantization: { dtype: 'uint16', scale: 0.25, min: 2 } };
    const file = write('model.json', manifest([half, byte, word], ['w.bin']));
    write('w.bin', Buffer.from([0x00, 0x3c, 0x00, 0xc0, 0, 255, 0x01, 0x01]));
    const read = await readWeightFile(file);
    expect(tensorsOf(read).map(({ values }) => [...values])).toEqual([[1, -2], [-1, 126.5], [66.25]]);
    expect(read.conversions).toHaveLength(3);
  });

  it('refuses other types, a missing shard, cut shards, graph models and files elsewhere', async () => {
    const cases: [content: string, message: string][] = [
      [manifest([{ ...bias, dtype: 'int32' }], ['w.bin']), 'found conv/bias (3) of type int32'],
      [manifest([bias], ['gone.bin']), 'Expected the file gone.bin beside model.json'],
      [manifest([kernel], ['w.bin']), 'conv/kernel needs 24 bytes, found 12'],
      [manifest([bias], ['../w.bin']), 'names a file outside its folder'],
      [manifest([bias], ['/etc/hostname']), 'names a file outside its folder'],
      [manifest([{ ...bias, shape: [2] }], ['w.bin']), 'hold 12 bytes where model.json names 8'],
      ['{"format":"graph-model","weightsManifest":[]}', 'found a graph model'],
      ['{"modelTopology":{}}', 'found other JSON'],
      ['{"weights', 'cannot be read as JSON'],
    ];
    write('w.bin', data.subarray(0, 12));
    for (const [content, message] of cases) {
      expect((await refusal(write('model.json', content))).message).toContain(message);
    }
  });
});

describe('safetensors', () => {
  it('turns PyTorch’s axes and names, and says what it left out', async () => {
    const file = path.join(folder, 'torch.safetensors');
    const tensor = (name: string, shape: number[]) => ({
      name: `module.${name}`,
      shape,
      values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
    });
    writeSafetensors(file, [
      tensor('layer1.0.conv1.weight', [2, 3, 1, 1]),
      tensor('layer1.0.downsample.0.weight', [2, 1, 2, 3]),
      tensor('layer1.0.bn1.weight', [2]),
      tensor('layer1.0.bn1.bias', [2]),
      tensor('layer1.0.bn1.running_mean', [2]),
      tensor('layer1.0.bn1.running_var', [2]),
      tensor('layer1.0.bn1.num_batches_tracked', [1]),
      tensor('fc.weight', [2, 3]),
      tensor('fc.bias', [2]),
      tensor('extra.weight', [2]),
    ]);
    const { naming, layers, leftOut } = await readWeightFile(file);
    expect(naming).toBe('torch');
    expect(layers.map(({ name, kind }) => [name, kind])).toEqual([
      ['module.layer1.0.conv1', 'conv'],
      ['module.layer1.0.downsample.0', 'conv'],
      ['module.layer1.0.bn1', 'batch-norm'],
      ['module.fc', 'dense'],
      ['module.extra', 'other'],
    ]);
    const [conv, shortcut, norm, dense] = layers;
    expect(conv?.tensors[0]).toMatchObject({ shape: [1, 1, 3, 2], values: Float32Array.of(0, 3, 1, 4, 2, 5) });
    expect(shortcut?.tensors[0]).toMatchObject({ shape: [2, 3, 1, 2] });
    expect([...(shortcut?.tensors[0]?.values ?? [])]).toEqual([0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11]);
    expect(norm?.tensors.map(({ role }) => role)).toEqual(['gamma', 'beta', 'moving_mean', 'moving_variance']);
    expect(dense?.tensors[0]).toMatchObject({ shape: [3, 2], values: Float32Array.of(0, 3, 1, 4, 2, 5) });
    expect(leftOut).toHaveLength(1);
  });

  it('reads a checkpoint of a run without the optimiser', async () => {
    const file = path.join(folder, 'checkpoint.safetensors');
    const tensor = (name: string) => ({ name, shape: [1], values: Float32Array.of(1) });
    writeSafetensors(file, [tensor('weights/conv1/bias'), tensor('optimizer/conv1/bias/m')], {
      format: 'transfusion-checkpoint-1',
      normalisation: 'imagenet-bgr-mean',
    });
    const read = await readWeightFile(file);
    expect(read).toMatchObject({
      naming: 'ours',
      program: 'Transfusion Lab',
      told: { normalisation: 'imagenet-bgr-mean' },
    });
    expect(read.layers.map(({ name }) => name)).toEqual(['conv1']);
    expect(read.leftOut.map(({ name }) => name)).toEqual(['optimizer/conv1/bias/m']);
  });

  it('refuses names that are no layer’s', async () => {
    const file = path.join(folder, 'names.safetensors');
    writeSafetensors(file, [{ name: 'other.thing', shape: [2, 2], values: new Float32Array(4) }]);
    const { message } = await refusal(file);
    expect(message).toBe('Expected tensor names of this program or of PyTorch, found "other.thing" (2x2).');
  });
});

describe('other files', () => {
  it.each([
    ['weights.pth', 'PK\x03\x04zip', 'damaged or cut short', 'again'],
    ['old.pth', '\x80\x02\x8a', 'PyTorch’s format before version 1.6', 'torch.save(torch.load('],
    ['model.keras', 'PK\x03\x04zip', '.keras archive', 'model.weights.h5'],
    ['notes.txt', 'hello, this is text', 'something else', '.h5'],
    ['empty.h5', '', 'an empty file', '.h5'],
  ])('%s is refused with what it is and what to do', async (name, content, found, action) => {
    const error = await refusal(write(name, Buffer.from(content, 'latin1')));
    expect(error.message).toContain(found);
    expect(error.action).toContain(action);
  });

  it('tells a missing file, a folder and a SavedModel apart', async () => {
    expect((await refusal(path.join(folder, 'gone.h5'))).code).toBe('not-found');
    expect((await refusal(folder)).message).toContain('got a folder');
    write('saved_model.pb', '');
    expect((await refusal(folder)).message).toContain('got a TensorFlow SavedModel');
  });
});
