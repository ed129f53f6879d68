/**
 * Files of `torch.save` (since PyTorch 1.6: a zip file with a pickle and one entry for each storage). State dicts, training and Lightning
 * checkpoints, whole modules and TorchScript: every tensor is found by where it lies, `state_dict.net.conv1.weight`. Nothing is executed.
 */
import { AppError } from '../../../../shared/system/errors.ts';
import { openZip } from '../../../platform/zip-archive.ts';
import { elementCount } from '../../tensors.ts';
import { DECODERS, type SafetensorsType } from '../number-formats.ts';
import { gather, stridesOf, type View } from '../transpose.ts';
import { PickleError, readPickle } from './pickle.ts';
import { PickleName, PickleObject, PickleReference, type PickleValue } from './pickle-values.ts';

export interface CheckpointTensor {
  name: string;
  shape: number[];
  /** Null: whole numbers, which weights are not. */
  type: SafetensorsType | null;
  /** Reads the numbers from the file, row-major. @throws AppError `bad-input`. */
  read: () => Float32Array;
}

export interface Checkpoint {
  /** In the file's order. */
  tensors: CheckpointTensor[];
  /** Tensors that something else than plain numbers makes, and what makes them. */
  unknown: { name: string; maker: string }[];
}

/** @throws AppError as `openInputFile`, and `bad-input` where the file is damaged or no file of PyTorch */
export function readCheckpoint(file: string): Checkpoint {
  const archive = openZip(file, KIND);
  try {
    const root = [...archive.entries.keys()].find((name) => /^[^/]*\/data\.pkl$/.test(name))?.replace(/data\.pkl$/, '');
    if (root === undefined) {
      throw new AppError('bad-input', 'Expected a PyTorch file, found a zip file without a data.pkl.', {
        action: 'Choose the file that `torch.save` wrote.',
      });
    }
    const bytesOf = (name: string) => archive.entries.get(name)?.bytes;
    const order = `${root}byteorder`;
    if (bytesOf(order) === 3 && archive.read(order).toString('latin1') === 'big') {
      throw damaged('its numbers are big-endian, which is not read here');
    }
    if ((bytesOf(`${root}data.pkl`) ?? 0) > MAX_PICKLE_BYTES) throw damaged('its pickle is larger than any of weights');
    const value = unpickle(archive.read(`${root}data.pkl`));
    const storages = new Storages(file, (key) => ({
      name: `${root}data/${key}`,
      bytes: bytesOf(`${root}data/${key}`),
    }));
    return find(value, storages);
  } finally {
    archive.close();
  }
}

const KIND = { what: 'a PyTorch file' };
const MAX_PICKLE_BYTES = 16 * 2 ** 20;
const MAX_TENSORS = 100_000;
/** Of one tensor; a view may show few numbers many times. */
const MAX_VALUES = 2 ** 28;

function unpickle(bytes: Buffer): PickleValue {
  try {
    return readPickle(bytes, makeTensor);
  } catch (cause) {
    if (cause instanceof PickleError) throw damaged(`its pickle cannot be read, ${cause.message}`, cause);
    throw cause;
  }
}

/** A view of a storage: shape and strides in numbers. */
class TensorView extends PickleObject {
  readonly storage: PickleValue;
  readonly offset: PickleValue;
  readonly shape: PickleValue;
  readonly strides: PickleValue;

  constructor([storage = null, offset = null, shape = null, strides = null]: readonly PickleValue[]) {
    super('torch.Tensor');
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

function makeTensor(name: string, args: readonly PickleValue[]): PickleValue | null {
  if (name === 'torch._utils._rebuild_tensor_v2') return new TensorView(args);
  if (name === 'torch._utils._rebuild_tensor') return new TensorView(args);
  if (name === 'torch._utils._rebuild_parameter' || name === 'torch._utils._rebuild_parameter_with_state') {
    return args[0] ?? null;
  }
  const [maker, , inner] = args;
  if (name === 'torch._tensor._rebuild_from_type_v2' && maker instanceof PickleName && Array.isArray(inner)) {
    return makeTensor(maker.name, inner);
  }
  return null;
}

/** Keys of a module's state between its name and those of its parts. */
const SILENT_KEYS = new Set<PickleValue>(['_modules', '_parameters', '_buffers']);
const MAX_DEPTH = 64;

function find(root: PickleValue, storages: Storages): Checkpoint {
  const found: Checkpoint = { tensors: [], unknown: [] };
  const seen = new Set<PickleValue>();
  const visit = (value: PickleValue, path: string, depth: number): void => {
    if (value instanceof TensorView) {
      if (found.tensors.length === MAX_TENSORS) throw damaged('it holds more tensors than any network');
      found.tensors.push(tensorOf(value, path, storages));
      return;
    }
    if (typeof value !== 'object' || value === null || seen.has(value) || depth > MAX_DEPTH) return;
    seen.add(value);
    if (value instanceof PickleObject) {
      if (/\b_rebuild_\w+$/.test(value.maker)) found.unknown.push({ name: path, maker: value.maker });
      else visit(value.state, path, depth + 1);
    } else if (value instanceof Map || Array.isArray(value)) {
      for (const [key, part] of value.entries()) {
        const silent = SILENT_KEYS.has(key) || (typeof key !== 'string' && typeof key !== 'number');
        visit(part, silent ? path : path === '' ? String(key) : `${path}.${key}`, depth + 1);
      }
    }
  };
  visit(root, '', 0);
  return found;
}

function tensorOf({ storage, offset, shape, strides }: TensorView, name: string, storages: Storages): CheckpointTensor {
  const [kind, type, key] = storage instanceof PickleReference && Array.isArray(storage.id) ? storage.id : [];
  const sides = wholeNumbers(shape);
  const steps = wholeNumbers(strides);
  const [start] = wholeNumbers([offset]) ?? [];
  const isRead = kind === 'storage' && type instanceof PickleName && typeof key === 'string';
  if (!isRead || sides === null || steps?.length !== sides.length || start === undefined) {
    throw damaged(`the tensor "${name}" is not described as PyTorch does`);
  }
  const count = elementCount(sides);
  if (count > MAX_VALUES) throw damaged(`the tensor "${name}" has more numbers than any of weights`);
  const format = STORAGES[type.name] ?? null;
  const last =
    count === 0 ? 0 : start + sides.reduce((sum, side, axis) => sum + (side - 1) * (steps[axis] as number), 1);
  return {
    name,
    shape: sides,
    type: format,
    read() {
      if (format === null) throw damaged(`the tensor "${name}" holds numbers of another type`);
      const values = storages.read(key, format);
      if (last > values.length) throw damaged(`the tensor "${name}" has more numbers than its storage`);
      return numbersOf(values, { start, shape: sides, strides: steps });
    },
  };
}

const STORAGES: Readonly<Partial<Record<string, SafetensorsType>>> = {
  'torch.FloatStorage': 'F32',
  'torch.DoubleStorage': 'F64',
  'torch.HalfStorage': 'F16',
  'torch.BFloat16Storage': 'BF16',
};

function wholeNumbers(value: PickleValue): number[] | null {
  const isSize = (item: PickleValue): item is number => Number.isSafeInteger(item) && (item as number) >= 0;
  return Array.isArray(value) && value.length <= 16 && value.every(isSize) ? value : null;
}

/** A view whose numbers lie side by side, as nearly all do, is copied whole. */
function numbersOf(values: Float32Array, view: View): Float32Array {
  const { start, shape, strides } = view;
  const count = elementCount(shape);
  const rowMajor = stridesOf(shape);
  const isPlain = shape.every((side, axis) => side === 1 || strides[axis] === rowMajor[axis]);
  return isPlain || count === 0 ? values.slice(start, start + count) : gather(values, view);
}

/** Storages of the file, the last one kept: tensors that share one mostly follow each other. */
class Storages {
  readonly #file: string;
  readonly #entry: (key: string) => { name: string; bytes: number | undefined };
  #last: { key: string; values: Float32Array } | null = null;

  constructor(file: string, entry: (key: string) => { name: string; bytes: number | undefined }) {
    this.#file = file;
    this.#entry = entry;
  }

  read(key: string, type: SafetensorsType): Float32Array {
    if (this.#last?.key === key) return this.#last.values;
    const { name, bytes } = this.#entry(key);
    if (bytes === undefined || bytes % DECODERS[type].bytes !== 0) throw damaged('a storage is missing or cut off');
    const archive = openZip(this.#file, KIND);
    try {
      this.#last = { key, values: DECODERS[type].decode(archive.read(name)) };
      return this.#last.values;
    } finally {
      archive.close();
    }
  }
}

const damaged = (what: string, cause?: unknown): AppError =>
  new AppError('bad-input', `Expected a PyTorch file, found a damaged one: ${what}.`, {
    action: 'Copy or download it again, or save it anew with `torch.save`.',
    ...(cause === undefined ? {} : { cause }),
  });
