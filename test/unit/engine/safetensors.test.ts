/** The safetensors reader and writer: round trips, number formats, damaged files. */
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { decodeBfloat16 } from '../../../main/engine/weights/number-formats.ts';
import { parseSafetensors, readSafetensors, writeSafetensors } from '../../../main/engine/weights/safetensors.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let folder: string;
beforeAll(() => {
  folder = makeTemporaryFolder('safetensors');
});

/** A file by hand: header as given, then data. */
function bytesOf(header: unknown, data: Buffer = Buffer.alloc(0)): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}

const TENSORS = [
  { name: 'conv1/kernel', shape: [1, 1, 2, 3], values: Float32Array.of(1.5, -0, 3e-39, Infinity, -2, 1 / 3) },
  { name: 'bn1/gamma', shape: [2], values: Float32Array.of(1, 2) },
  { name: 'empty', shape: [0, 4], values: new Float32Array(0) },
  { name: 'scalar', shape: [], values: Float32Array.of(7) },
];

describe('round trip', () => {
  test('values to the bit, order, shapes and metadata', () => {
    const file = path.join(folder, 'a.safetensors');
    writeSafetensors(file, TENSORS, { model: 'cbr-tiny', step: '12', text: 'ä "quoted"' });
    const { tensors, metadata } = readSafetensors(file);
    expect(metadata).toEqual({ model: 'cbr-tiny', step: '12', text: 'ä "quoted"' });
    expect(new Map(tensors.map((t) => [t.name, t]))).toEqual(new Map(TENSORS.map((t) => [t.name, t])));
    expect(Object.is(tensors[0]?.values[1], -0)).toBe(true);
  });

  test('the header is padded with spaces to a multiple of eight', () => {
    const file = path.join(folder, 'b.safetensors');
    writeSafetensors(file, TENSORS.slice(1, 2));
    const bytes = fs.readFileSync(file);
    const length = Number(bytes.readBigUInt64LE(0));
    expect(length % 8).toBe(0);
    expect(bytes.length).toBe(8 + length + 8);
    expect(fs.readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('a subarray is written by its own part', () => {
    const file = path.join(folder, 'c.safetensors');
    const values = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    writeSafetensors(file, [{ name: 'x', shape: [2], values }]);
    expect(readSafetensors(file).tensors[0]?.values).toEqual(Float32Array.of(1, 2));
  });

  test('as float16: half the bytes, each value to eleven bits', () => {
    const file = path.join(folder, 'half.safetensors');
    const values = Float32Array.of(1 / 3, -2, 2 ** -24, 65504, 1e6, -0);
    writeSafetensors(file, [{ name: 'x', shape: [6], values }], {}, 'F16');
    const { tensors, types } = readSafetensors(file);
    expect(types).toEqual(['F16']);
    expect([...(tensors[0]?.values ?? [])]).toEqual([0.333251953125, -2, 2 ** -24, 65504, Infinity, -0]);
  });

  test('a failed write leaves the earlier file', () => {
    const file = path.join(folder, 'd.safetensors');
    writeSafetensors(file, TENSORS.slice(1, 2));
    const bad = { name: 'x', shape: [3], values: Float32Array.of(1) };
    expect(() => writeSafetensors(file, [bad])).toThrow('Expected 3 values for tensor "x" (3), got 1.');
    expect(() => writeSafetensors(file, [...TENSORS, ...TENSORS])).toThrow('"conv1/kernel" twice');
    expect(readSafetensors(file).tensors.map(({ name }) => name)).toEqual(['bn1/gamma']);
  });
});

describe('number formats', () => {
  test('float16, bfloat16 and float64 are read as float32', () => {
    const data = Buffer.alloc(20);
    [0x3c00, 0xc000].forEach((bits, i) => data.writeUInt16LE(bits, 2 * i));
    [0x3f80, 0xc040].forEach((bits, i) => data.writeUInt16LE(bits, 4 + 2 * i));
    data.writeDoubleLE(0.1, 8);
    data.writeFloatLE(4, 16);
    const { tensors } = parseSafetensors(
      bytesOf(
        {
          half: { dtype: 'F16', shape: [2], data_offsets: [0, 4] },
          brain: { dtype: 'BF16', shape: [2], data_offsets: [4, 8] },
          double: { dtype: 'F64', shape: [1], data_offsets: [8, 16] },
          single: { dtype: 'F32', shape: [1], data_offsets: [16, 20] },
        },
        data,
      ),
    );
    expect(tensors.map(({ values }) => [...values])).toEqual([[1, -2], [1, -3], [Math.fround(0.1)], [4]]);
  });

  test('special values', () => {
    expect(decodeBfloat16(0x7f80)).toBe(Infinity);
    expect(decodeBfloat16(0x4049)).toBe(3.140625);
  });
});

describe('files that are not sound', () => {
  const entry = (change: object = {}) => ({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...change } });
  const cases: [string, Buffer, string][] = [
    ['empty', Buffer.alloc(0), 'expected at least 8 bytes, found 0'],
    ['cut in the header', bytesOf(entry()).subarray(0, 20), 'the file is cut off'],
    ['a length that cannot be', Buffer.alloc(64, 0xff), 'which no weight file has'],
    ['not JSON', bytesOf('{"w": '), 'text that is not JSON'],
    ['not an object', bytesOf('[1]'), 'expected a JSON object'],
    [
      'cut in the data',
      bytesOf(entry(), Buffer.alloc(4)),
      'tensor "w" ends at byte 8 of the data, but there are only 4',
    ],
    [
      'bytes that do not fit the shape',
      bytesOf(entry({ shape: [3] }), Buffer.alloc(8)),
      '"w" (F32, 3) needs 12 bytes, found 8',
    ],
    ['an incomplete entry', bytesOf({ w: { dtype: 'F32' } }), 'tensor "w" has no valid dtype'],
    ['a negative side', bytesOf(entry({ shape: [-2] })), 'tensor "w" has no valid dtype'],
    [
      'overlapping data',
      bytesOf({ ...entry(), v: { dtype: 'F32', shape: [2], data_offsets: [4, 12] } }, Buffer.alloc(12)),
      'overlap',
    ],
    ['metadata that is not text', bytesOf({ __metadata__: { a: 1 } }), 'expected texts in the metadata'],
  ];
  test.each(cases)('%s', (_, bytes, message) => {
    expect(() => parseSafetensors(bytes)).toThrow(message);
    expect(() => parseSafetensors(bytes)).toThrow(expect.objectContaining({ code: 'bad-input' }));
  });

  test('a number format that weights do not come in', () => {
    expect(() => parseSafetensors(bytesOf(entry({ dtype: 'I64' }), Buffer.alloc(16)))).toThrow(
      'tensor "w" of type I64',
    );
  });

  test('a missing file', () => {
    expect(() => readSafetensors(path.join(folder, 'none'))).toThrow(expect.objectContaining({ code: 'not-found' }));
  });
});
