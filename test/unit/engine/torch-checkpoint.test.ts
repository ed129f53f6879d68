/** Files of `torch.save`: what is read, what is refused, and that no damage does more than a refusal. */
import { zipSync } from 'fflate';
import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readWeightFile } from '../../../main/engine/weights/read-weight-file.ts';
import { AppError } from '../../../shared/system/errors.ts';
import { RandomStream } from '../../../shared/system/random.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';
import { PythonObject, Torch, torchBytes, type Python } from '../../support/torch-file.ts';

let folder: string;
beforeEach(() => {
  folder = makeTemporaryFolder('torch');
});

const write = (bytes: Uint8Array): string => {
  const file = path.join(folder, 'file.pth');
  fs.writeFileSync(file, bytes);
  return file;
};
const read = (value: Python) => readWeightFile(write(torchBytes(value)));
const refusal = async (bytes: Uint8Array): Promise<AppError> => {
  try {
    const { layers } = await readWeightFile(write(bytes));
    for (const { tensors } of layers) for (const { values } of tensors) expect(values).toBeInstanceOf(Float32Array);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('Expected a refusal.');
};

const numbers = (count: number) => Float32Array.from({ length: count }, (_, index) => index);
const kernel = new Torch(numbers(6), [3, 2, 1, 1]);
const norm = (width: number) => new Torch(new Float32Array(width).fill(1), [width]);

async function namesOf(value: Python): Promise<string[]> {
  return (await read(value)).layers.flatMap(({ tensors }) => tensors.map(({ name }) => name));
}

describe('tensors', () => {
  it('of every format are turned to our order of axes', async () => {
    const half = { type: 'HalfStorage', bytes: Uint8Array.of(0x00, 0x3c, 0x00, 0xc0) };
    const brain = { type: 'BFloat16Storage', bytes: Uint8Array.of(0x80, 0x3f, 0x00, 0xc0) };
    const file = await read({
      'a.weight': kernel,
      'b.weight': new Torch(Float64Array.of(1, 2, 3, 4), [2, 2]),
      'b.bias': new Torch(half, [2]),
      'c.bias': new Torch(brain, [2]),
      'c.steps': new Torch(BigInt64Array.of(5n), []),
    });
    expect(file).toMatchObject({ kind: 'torch', program: 'PyTorch', naming: 'torch' });
    expect(
      file.layers.map(({ name, kind, tensors }) => [
        name,
        kind,
        ...tensors.map(({ shape, values }) => [shape, ...values]),
      ]),
    ).toEqual([
      ['a', 'conv', [[1, 1, 2, 3], 0, 2, 4, 1, 3, 5]],
      ['b', 'dense', [[2, 2], 1, 3, 2, 4], [[2], 1, -2]],
      ['c', 'other', [[2], 1, -2]],
    ]);
    expect(file.leftOut).toEqual([{ name: 'c.steps', reason: 'whole numbers, which weights are not' }]);
    expect(file.conversions.slice(2)).toHaveLength(3);
  });

  it('may be views: parts of a storage, transposed, channels last, one number many times', async () => {
    const { storage } = new Torch(numbers(24), [24]);
    const file = await read({
      'part.bias': new Torch(storage, [3], { offset: 4 }),
      'steps.bias': new Torch(storage, [3], { strides: [5], offset: 1 }),
      'transposed.weight': new Torch(storage, [2, 3], { strides: [1, 2] }),
      'last.weight': new Torch(storage, [1, 2, 2, 2], { strides: [8, 1, 4, 2] }),
      'same.bias': new Torch(storage, [4], { strides: [0], offset: 7 }),
      'none.bias': new Torch(storage, [0]),
      'parameter.bias': new Torch(storage, [2], { strides: [1] }),
    });
    const values: Record<string, number[]> = Object.fromEntries(
      file.layers.map(({ name, tensors }) => [name ?? '', [...(tensors[0]?.values ?? [])]]),
    );
    expect(values).toEqual({
      part: [4, 5, 6],
      steps: [1, 6, 11],
      transposed: [0, 1, 2, 3, 4, 5],
      last: [0, 1, 2, 3, 4, 5, 6, 7],
      same: [7, 7, 7, 7],
      none: [],
      parameter: [0, 1],
    });
  });
});

describe('where tensors lie', () => {
  it('training and Lightning checkpoints, with whatever else stands in them', async () => {
    const file = await read({
      epoch: 3,
      arch: 'resnet50',
      state_dict: { 'net.0.weight': kernel },
      optimizer: { state: { a: { exp_avg: norm(6) } }, param_groups: [{ lr: 0.1, betas: [0.9, 0.999] }] },
      hyper_parameters: new PythonObject('argparse Namespace', { lr: 0.1 }),
      callbacks: [null, true],
    });
    expect(file.layers.map(({ name, kind }) => [name, kind])).toEqual([
      ['state_dict.net.0', 'conv'],
      ['optimizer.state.a', 'other'],
    ]);
  });

  it('whole modules and TorchScript, of which no class is looked for', async () => {
    const inner = new PythonObject('torch.nn.modules.conv Conv2d', {
      _parameters: { weight: kernel, bias: null },
      _modules: {},
    });
    const model = new PythonObject('my.code Network', { training: true, _parameters: {}, _modules: { conv1: inner } });
    expect(await namesOf(model)).toEqual(['conv1.weight']);
    const script = new PythonObject('__torch__ Network', {
      conv1: new PythonObject('__torch__ Conv2d', { weight: kernel }),
    });
    expect(await namesOf(script)).toEqual(['conv1.weight']);
  });

  it('a call that would run a program is a word, and nothing more', async () => {
    const call = `cos\nsystem\n(X${'\x04\0\0\0'}truetRq\x01`;
    const whole = torchBytes({ 'a.weight': kernel });
    const pickle = Buffer.from(whole).toString('latin1');
    const start = pickle.indexOf('\x80\x02}(') + 2;
    const end = pickle.indexOf('u.', start) + 2;
    const hostile = Buffer.from(`\x80\x02${call}0${pickle.slice(start, end)}`, 'latin1');
    const bytes = zipSync({ 'archive/data.pkl': hostile, 'archive/data/0': kernel.storage.bytes }, { level: 0 });
    const { layers } = await readWeightFile(write(bytes));
    expect(layers.map(({ name }) => name)).toEqual(['a']);
  });
});

describe('refused, with the reason', () => {
  it.each<[string, Python, RegExp]>([
    ['no tensors', { epoch: 3 }, /found no tensors of numbers/],
    [
      'other tensors',
      { 'a.weight': new Torch(numbers(1), [1], { maker: 'torch._utils _rebuild_qtensor' }) },
      /"a.weight", which torch\._utils\._rebuild_qtensor makes/,
    ],
    [
      'a view beyond its storage',
      { 'a.weight': new Torch(numbers(6), [7]) },
      /"a.weight" has more numbers than its storage/,
    ],
    ['strides beyond it', { 'a.weight': new Torch(numbers(6), [2, 2], { strides: [5, 1] }) }, /than its storage/],
    [
      'an absurd size',
      { 'a.weight': new Torch(numbers(1), [2 ** 30, 2 ** 30], { strides: [0, 0] }) },
      /more numbers than any of weights/,
    ],
    ['negative sizes', { 'a.weight': new Torch(numbers(6), [-6]) }, /not described as PyTorch does/],
  ])('%s', async (_, value, message) => {
    expect((await refusal(torchBytes(value))).message).toMatch(message);
  });

  it('another zip file, a storage that is missing, and one that was changed', async () => {
    const whole = torchBytes({ 'a.weight': kernel });
    expect((await refusal(zipSync({ 'word/document.xml': numbers(1) as unknown as Uint8Array }))).message).toContain(
      'without a data.pkl',
    );
    const text = Buffer.from(whole).toString('latin1');
    expect(
      (await refusal(Buffer.from(text.replaceAll('archive/data/0', 'archive/data/1'), 'latin1'))).message,
    ).toContain('a storage is missing');
    const changed = Buffer.from(whole);
    const at = Buffer.from(kernel.storage.bytes);
    changed[changed.indexOf(at) + 3] = 9;
    expect((await refusal(changed)).message).toContain('checksum');
  });

  it('a file that is cut off anywhere', async () => {
    const whole = torchBytes({ 'a.weight': kernel, 'b.weight': norm(4) });
    for (let length = 5; length < whole.length; length += 7) {
      expect((await refusal(whole.subarray(0, length))).code).toBe('bad-input');
    }
  });
});

it('damage of any kind is refused or read, and never more than that', async () => {
  const whole = torchBytes({
    epoch: 1,
    state_dict: { 'a.weight': kernel, 'b.weight': norm(4), 'b.running_mean': norm(4) },
    other: new PythonObject('argparse Namespace', { items: [1, [2, null], 'text'] }),
  });
  const random = new RandomStream('damaged checkpoints');
  let refused = 0;
  for (let n = 0; n < 1000; n++) {
    const bytes = Uint8Array.from(whole);
    for (let change = 0; change <= n % 4; change++) {
      bytes[Math.floor(random.uniform() * bytes.length)] = Math.floor(random.uniform() * 256);
    }
    try {
      const { layers } = await readWeightFile(write(bytes));
      for (const { tensors } of layers) for (const { values } of tensors) expect(values.length).toBeLessThan(1000);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(300);
});
