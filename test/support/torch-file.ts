/** Files as `torch.save` writes them: a pickle of protocol 2 and a zip entry for each storage. */
import fs from 'node:fs';
import { zipSync } from 'fflate';

/** A tensor; without strides it is contiguous, and without a storage it has its own. */
export class Torch {
  readonly storage: { type: string; bytes: Uint8Array };
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
  /** Another call than `_rebuild_tensor_v2`. */
  readonly maker: string;

  constructor(
    values: Float32Array | Float64Array | BigInt64Array | { type: string; bytes: Uint8Array },
    shape: readonly number[],
    {
      strides,
      offset = 0,
      maker = 'torch._utils _rebuild_tensor_v2',
    }: { strides?: readonly number[]; offset?: number; maker?: string } = {},
  ) {
    const types = { Float32Array: 'FloatStorage', Float64Array: 'DoubleStorage', BigInt64Array: 'LongStorage' };
    this.storage =
      'type' in values
        ? values
        : {
            type: types[values.constructor.name as keyof typeof types],
            bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
          };
    this.shape = shape;
    this.strides = strides ?? shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
    this.offset = offset;
    this.maker = maker;
  }
}

/** An object of a class that the file names, `argparse Namespace`, with its state. */
export class PythonObject {
  readonly name: string;
  readonly state: Python;
  constructor(name: string, state: Python) {
    this.name = name;
    this.state = state;
  }
}

export type Python =
  null | boolean | number | string | Torch | PythonObject | readonly Python[] | { [key: string]: Python };

export function torchBytes(value: Python): Uint8Array {
  const storages: Torch['storage'][] = [];
  const parts: (string | Uint8Array)[] = [];
  const put = (...some: (string | Uint8Array)[]) => void parts.push(...some);
  const global = (name: string) => put('c', `${name.replace(' ', '\n')}\n`);
  const int = (number: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(number);
    put('J', bytes);
  };
  const text = (string: string) => {
    const bytes = Buffer.from(string);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    put('X', length, bytes);
  };
  const tuple = (items: readonly (() => void)[]) => {
    put('(');
    for (const item of items) item();
    put('t');
  };
  const ints = (numbers: readonly number[]) => () => tuple(numbers.map((number) => () => int(number)));

  function tensor({ storage, shape, strides, offset, maker }: Torch): void {
    if (!storages.includes(storage)) storages.push(storage);
    global(maker);
    tuple([
      () => {
        const key = String(storages.indexOf(storage));
        tuple([
          () => text('storage'),
          () => global(`torch ${storage.type}`),
          () => text(key),
          () => text('cpu'),
          () => int(1),
        ]);
        put('Q');
      },
      () => int(offset),
      ints(shape),
      ints(strides),
      () => put(Uint8Array.of(0x89)),
      () => {
        global('collections OrderedDict');
        put(')R');
      },
    ]);
    put('R');
  }

  function write(part: Python): void {
    if (part === null) put('N');
    else if (typeof part === 'boolean') put(Uint8Array.of(part ? 0x88 : 0x89));
    else if (typeof part === 'string') text(part);
    else if (typeof part === 'number') {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleBE(part);
      put('G', bytes);
    } else if (part instanceof Torch) tensor(part);
    else if (part instanceof PythonObject) {
      global(part.name);
      put(')', Uint8Array.of(0x81));
      write(part.state);
      put('b');
    } else if (Array.isArray(part)) tuple((part as readonly Python[]).map((item) => () => write(item)));
    else {
      put('}(');
      for (const [key, item] of Object.entries(part)) {
        text(key);
        write(item);
      }
      put('u');
    }
  }

  put(Uint8Array.of(0x80, 2));
  write(value);
  put('.');
  const pickle = Buffer.concat(parts.map((part) => Buffer.from(part as string, 'latin1')));
  const entries = storages.map(({ bytes }, key) => [`archive/data/${key}`, bytes] as const);
  return zipSync({ 'archive/data.pkl': pickle, ...Object.fromEntries(entries) }, { level: 0 });
}

export function writeTorchFile(file: string, value: Python): string {
  fs.writeFileSync(file, torchBytes(value));
  return file;
}
