/**
 * NumPy's NPY files (format 1.0 to 3.0): real numbers of any size and byte order, C or Fortran order. The format is NumPy's
 * `numpy.lib.format`. Values come out row-major (C order), whatever the file's order.
 */
import { AppError } from '../../shared/system/errors.ts';
import { readInputFile } from './input-file.ts';

export interface NpyArray {
  shape: number[];
  /** Row-major. float16 and float32 files give float32, which is exact; every other type gives float64. */
  values: Float32Array | Float64Array;
  /** NumPy's name of the stored type, e.g. `float32`. */
  dtype: string;
  /** True where the file holds the first axis contiguous; `values` are row-major all the same. */
  fortranOrder: boolean;
}

/** @throws AppError `not-found`, `io`, or `bad-input` with what was expected and found. */
export function readNpy(file: string): NpyArray {
  return parseNpy(readInputFile(file, { what: 'an NPY file', maxBytes: MAX_BYTES }));
}

const MAX_BYTES = 4 * 2 ** 30;

/** {@link readNpy} of a file's bytes. */
export function parseNpy(bytes: Buffer): NpyArray {
  const { text, dataStart } = readHeader(bytes);
  const { type, order, shape, fortranOrder } = parseHeader(text);
  const count = shape.reduce((product, side) => product * side, 1);
  const found = bytes.length - dataStart;
  if (found !== count * type.bytes) {
    throw damaged(`${shapeText(shape)} of ${type.name} needs ${count * type.bytes} bytes of data, found ${found}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + dataStart, found);
  const littleEndian = order !== '>';
  const values = type.single ? new Float32Array(count) : new Float64Array(count);
  const place = fortranOrder ? rowMajorPlace(shape) : (index: number) => index;
  for (let i = 0; i < count; i++) values[place(i)] = type.read(view, i * type.bytes, littleEndian);
  return { shape, values, dtype: type.name, fortranOrder };
}

export interface NpyHead extends Pick<NpyArray, 'shape' | 'dtype' | 'fortranOrder'> {
  /** Where the values begin. */
  dataStart: number;
}

/** The header of a file whose beginning is there; null where it is not whole yet. @throws AppError as {@link parseNpy} */
export function parseNpyHead(bytes: Buffer): NpyHead | null {
  if (bytes.length < 12 || bytes.length < headerEnd(bytes)) return null;
  const { text, dataStart } = readHeader(bytes);
  const { type, shape, fortranOrder } = parseHeader(text);
  return { shape, dtype: type.name, fortranOrder, dataStart };
}

/** Format 1 has the header's length in two bytes, later ones in four. */
const headerEnd = (bytes: Buffer): number =>
  bytes[MAGIC.length] === 1 ? 10 + bytes.readUInt16LE(8) : 12 + bytes.readUInt32LE(8);

const MAGIC = Buffer.from('\u0093NUMPY', 'latin1');

function readHeader(bytes: Buffer): { text: string; dataStart: number } {
  if (bytes.length < 10 || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new AppError('bad-input', 'Expected an NPY file, found a file that does not start as one does.', {
      action: 'Write it with numpy.save(file, array); an .npz file holds several and has to be unpacked.',
    });
  }
  const major = bytes[MAGIC.length] as number;
  if (major < 1 || major > 3) {
    throw new AppError('bad-input', `Expected an NPY file of format 1, 2 or 3, found format ${major}.`, {
      action: 'Write it with numpy.save(file, array).',
    });
  }
  const lengthEnd = major === 1 ? 10 : 12;
  if (bytes.length < lengthEnd) throw damaged('it ends within its header');
  const dataStart = headerEnd(bytes);
  if (dataStart > bytes.length) throw damaged('it ends within its header');
  return { text: bytes.toString(major === 3 ? 'utf8' : 'latin1', lengthEnd, dataStart), dataStart };
}

interface Header {
  type: NumberType;
  order: string;
  shape: number[];
  fortranOrder: boolean;
}

/** The header is the text of a Python dictionary with exactly these three keys. */
function parseHeader(text: string): Header {
  const descr = /['"]descr['"]\s*:\s*(['"]([^'"]*)['"]|\[)/.exec(text);
  const order = /['"]fortran_order['"]\s*:\s*(True|False)/.exec(text);
  const shape = /['"]shape['"]\s*:\s*\(([\d\s,L]*)\)/.exec(text);
  if (descr === null || order === null || shape === null) {
    throw damaged('its header does not name descr, fortran_order and shape');
  }
  const code = descr[2] ?? 'a record type';
  const type = Object.hasOwn(TYPES, code.slice(1)) ? TYPES[code.slice(1)] : undefined;
  if (type === undefined || !'<>|='.includes(code[0] as string)) {
    throw new AppError('bad-input', `Expected an NPY file of real numbers, found one of type ${code}.`, {
      action: 'Save it as floating-point numbers, e.g. array.astype("float32").',
    });
  }
  const sides = (shape[1] as string).split(',').flatMap((side) => (side.trim() === '' ? [] : [Number.parseInt(side)]));
  return { type, order: code[0] as string, shape: sides, fortranOrder: order[1] === 'True' };
}

interface NumberType {
  name: string;
  bytes: number;
  /** True where float32 holds every value exactly. */
  single?: true;
  read(view: DataView, offset: number, littleEndian: boolean): number;
}

const TYPES: Readonly<Record<string, NumberType>> = {
  f2: { name: 'float16', bytes: 2, single: true, read: (view, at, little) => view.getFloat16(at, little) },
  f4: { name: 'float32', bytes: 4, single: true, read: (view, at, little) => view.getFloat32(at, little) },
  f8: { name: 'float64', bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  b1: { name: 'bool', bytes: 1, read: (view, at) => (view.getUint8(at) === 0 ? 0 : 1) },
  i1: { name: 'int8', bytes: 1, read: (view, at) => view.getInt8(at) },
  u1: { name: 'uint8', bytes: 1, read: (view, at) => view.getUint8(at) },
  i2: { name: 'int16', bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  u2: { name: 'uint16', bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  i4: { name: 'int32', bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  u4: { name: 'uint32', bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  i8: { name: 'int64', bytes: 8, read: (view, at, little) => exactNumber(view.getBigInt64(at, little)) },
  u8: { name: 'uint64', bytes: 8, read: (view, at, little) => exactNumber(view.getBigUint64(at, little)) },
};

function exactNumber(value: bigint): number {
  if (value >= -9007199254740992n && value <= 9007199254740992n) return Number(value);
  throw new AppError('bad-input', `Expected whole numbers up to 2^53 in the NPY file, found ${value}.`, {
    action: 'Save the array as float64.',
  });
}

/** Where the element that a Fortran-ordered file holds at `index` stands in row-major order. */
function rowMajorPlace(shape: readonly number[]): (index: number) => number {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, side) => product * side, 1));
  return (index) => {
    let rest = index;
    let place = 0;
    for (let axis = 0; axis < shape.length; axis++) {
      const side = shape[axis] as number;
      place += (rest % side) * (strides[axis] as number);
      rest = Math.floor(rest / side);
    }
    return place;
  };
}

const shapeText = (shape: readonly number[]): string => (shape.length === 0 ? 'a single value' : shape.join(' x '));

function damaged(what: string): AppError {
  return new AppError('bad-input', `Expected an NPY file, found a damaged one: ${what}.`, {
    action: 'Copy the file again, or write it again with numpy.save.',
  });
}
