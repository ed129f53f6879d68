import { describe, expect, it } from 'vitest';
import { parseNpy } from '../../../main/platform/npy.ts';
import { AppError } from '../../../shared/system/errors.ts';

/** An NPY file as `numpy.save` writes it: the header padded with spaces to 64 bytes, ended by a newline. */
function npyFile(params: { descr: string; shape: string; data: Buffer; fortran?: boolean; major?: 1 | 2 }): Buffer {
  const { descr, shape, data, fortran = false, major = 1 } = params;
  const dictionary = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${shape}, }`;
  const start = major === 1 ? 10 : 12;
  const length = Math.ceil((start + dictionary.length + 1) / 64) * 64 - start;
  const head = Buffer.alloc(start);
  head.write('\u0093NUMPY', 'latin1');
  head[6] = major;
  if (major === 1) head.writeUInt16LE(length, 8);
  else head.writeUInt32LE(length, 8);
  return Buffer.concat([head, Buffer.from(`${dictionary.padEnd(length - 1)}\n`, 'latin1'), data]);
}

const bytesOf = (values: NodeJS.ArrayBufferView): Buffer =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength);

describe('parseNpy', () => {
  it('reads float32 in C order as float32', () => {
    const data = bytesOf(Float32Array.of(1.5, -2, 3, 4, 5, 6));
    const array = parseNpy(npyFile({ descr: '<f4', shape: '(2, 3)', data }));
    expect(array).toEqual({
      shape: [2, 3],
      values: Float32Array.of(1.5, -2, 3, 4, 5, 6),
      dtype: 'float32',
      fortranOrder: false,
    });
  });

  it('turns Fortran order into row-major order, for any number of axes', () => {
    const data = bytesOf(Float64Array.of(1, 4, 2, 5, 3, 6));
    const flat = parseNpy(npyFile({ descr: '<f8', shape: '(2, 3)', data, fortran: true }));
    expect(flat.values).toEqual(Float64Array.of(1, 2, 3, 4, 5, 6));
    expect(flat.fortranOrder).toBe(true);
    const cube = Float64Array.from({ length: 24 }, (_, i) => i);
    const read = parseNpy(npyFile({ descr: '<f8', shape: '(2, 3, 4)', data: bytesOf(cube), fortran: true }));
    // Element (i, j, k) stands at i + 2 j + 6 k in the file and at 12 i + 4 j + k in row-major order.
    expect(read.values[12 + 4 * 2 + 3]).toBe(1 + 2 * 2 + 6 * 3);
  });

  it('reads other types and byte orders', () => {
    const big = Buffer.alloc(8);
    big.writeFloatBE(0.25, 0);
    big.writeFloatBE(-8, 4);
    expect(parseNpy(npyFile({ descr: '>f4', shape: '(2,)', data: big })).values).toEqual(Float32Array.of(0.25, -8));
    const half = bytesOf(Uint16Array.of(0x3c00, 0xc500, 0x0001));
    expect(parseNpy(npyFile({ descr: '<f2', shape: '(3,)', data: half })).values).toEqual(
      Float32Array.of(1, -5, 2 ** -24),
    );
    const long = bytesOf(BigInt64Array.of(-3n, 2n ** 40n));
    expect(parseNpy(npyFile({ descr: '<i8', shape: '(2,)', data: long })).values).toEqual(Float64Array.of(-3, 2 ** 40));
    expect(parseNpy(npyFile({ descr: '|u1', shape: '(1, 2)', data: Buffer.of(0, 255) })).values).toEqual(
      Float64Array.of(0, 255),
    );
    expect(parseNpy(npyFile({ descr: '|b1', shape: '(2,)', data: Buffer.of(0, 1) })).values).toEqual(
      Float64Array.of(0, 1),
    );
  });

  it('reads format 2, single values and empty arrays', () => {
    const one = bytesOf(Float64Array.of(7));
    expect(parseNpy(npyFile({ descr: '<f8', shape: '()', data: one, major: 2 }))).toMatchObject({
      shape: [],
      values: Float64Array.of(7),
    });
    expect(parseNpy(npyFile({ descr: '<f8', shape: '(0, 3)', data: Buffer.alloc(0) })).shape).toEqual([0, 3]);
  });

  it.each([
    ['another kind of file', Buffer.from('PK\u0003\u0004 an npz file'), 'does not start as one does'],
    ['a cut header', npyFile({ descr: '<f4', shape: '(1,)', data: Buffer.alloc(4) }).subarray(0, 40), 'header'],
    [
      'cut data',
      npyFile({ descr: '<f4', shape: '(2, 3)', data: Buffer.alloc(20) }),
      '2 x 3 of float32 needs 24 bytes of data, found 20',
    ],
    ['complex numbers', npyFile({ descr: '<c8', shape: '(1,)', data: Buffer.alloc(8) }), 'real numbers, found one of'],
    ['texts', npyFile({ descr: '<U4', shape: '(1,)', data: Buffer.alloc(16) }), 'type <U4'],
    [
      'whole numbers that float64 cannot hold',
      npyFile({ descr: '<i8', shape: '(1,)', data: bytesOf(BigInt64Array.of(2n ** 60n)) }),
      '2^53',
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => parseNpy(bytes)).toThrow(AppError);
    expect(() => parseNpy(bytes)).toThrow(message);
  });

  it('refuses a later format', () => {
    const file = npyFile({ descr: '<f4', shape: '(1,)', data: Buffer.alloc(4) });
    file[6] = 9;
    expect(() => parseNpy(file)).toThrow('found format 9');
  });
});
