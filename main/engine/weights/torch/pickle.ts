/**
 * A reader of Python's pickles (protocols 2 to 5, pickletools) that runs nothing: it knows plain containers and the few calls that make
 * tensors of PyTorch. Any other object stays what it is called, with the state that the file gives it.
 */
import { PickleName, PickleObject, PickleReference, type PickleMap, type PickleValue } from './pickle-values.ts';

/** What the pickle is damaged by, or holds that this reader does not know. */
export class PickleError extends Error {}

/** Calls that the reader of a format knows; null: the result is a {@link PickleObject}. */
export type PickleCalls = (name: string, args: readonly PickleValue[]) => PickleValue | null;

/** @throws PickleError */
export function readPickle(bytes: Buffer, calls: PickleCalls): PickleValue {
  const machine = new Machine(bytes, calls);
  try {
    return machine.run();
  } catch (cause) {
    if (cause instanceof PickleError) throw cause;
    // Reads beyond the end, and texts or lists larger than JavaScript holds.
    if (cause instanceof RangeError) throw new PickleError('it is cut off', { cause });
    throw cause;
  }
}

/** Containers are made by calls without arguments, or with the items of one. */
const CONTAINERS: Readonly<Record<string, 'map' | 'list'>> = {
  'collections.OrderedDict': 'map',
  'collections.defaultdict': 'map',
  'builtins.dict': 'map',
  'torch.Size': 'list',
  'builtins.list': 'list',
  'builtins.tuple': 'list',
  'builtins.set': 'list',
  'builtins.frozenset': 'list',
  '__builtin__.set': 'list',
};

class Machine {
  readonly #bytes: Buffer;
  readonly #calls: PickleCalls;
  readonly #memo = new Map<number, PickleValue>();
  #at = 0;
  #copied = 0;
  #stack: PickleValue[] = [];
  /** The stacks below each open mark. */
  readonly #marks: PickleValue[][] = [];

  constructor(bytes: Buffer, calls: PickleCalls) {
    this.#bytes = bytes;
    this.#calls = calls;
  }

  run(): PickleValue {
    for (;;) {
      const code = this.#byte();
      if (code === STOP) return this.pop();
      const operation = OPERATIONS[code];
      if (operation === undefined) throw new PickleError(`it has the unknown operation ${code}`);
      operation(this);
    }
  }

  push(value: PickleValue): void {
    this.#stack.push(value);
  }

  /** A whole number of `bytes` bytes, unsigned. */
  size(bytes: 1 | 2 | 4 | 8): number {
    const at = this.#skip(bytes);
    return bytes === 8 ? Number(this.#bytes.readBigUInt64LE(at)) : this.#bytes.readUIntLE(at, bytes);
  }
  int32 = (): number => this.#bytes.readInt32LE(this.#skip(4));
  float = (): number => this.#bytes.readDoubleBE(this.#skip(8));

  data(length: number): Buffer {
    const at = this.#skip(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** Two's complement of any length. */
  long(length: number): number | bigint {
    if (length > MAX_LONG_BYTES) throw new PickleError('it has a number of absurd length');
    const data = this.data(length);
    let value = 0n;
    for (let index = length - 1; index >= 0; index--) value = value * 256n + BigInt(data[index] as number);
    if (length > 0 && (data[length - 1] as number) >= 128) value -= 1n << BigInt(8 * length);
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }

  line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end === -1) throw new PickleError('it is cut off');
    const text = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end + 1;
    return text;
  }

  mark(): void {
    this.#marks.push(this.#stack);
    this.#stack = [];
  }

  /** What was pushed since the last mark. */
  sinceMark(): PickleValue[] {
    const items = this.#stack;
    const below = this.#marks.pop();
    if (below === undefined) throw new PickleError('it is damaged');
    this.#stack = below;
    return items;
  }

  pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined) throw new PickleError('it is damaged');
    return value;
  }
  top(): PickleValue {
    const value = this.pop();
    this.#stack.push(value);
    return value;
  }

  remember(index = this.#memo.size): void {
    this.#memo.set(index, this.top());
  }
  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw new PickleError('it is damaged');
    this.push(value);
  }

  tuple(count: number): void {
    const items: PickleValue[] = [];
    for (let n = 0; n < count; n++) items.unshift(this.pop());
    this.push(items);
  }

  /** Adds items to the container below; objects only remember that they had some. */
  add(items: readonly PickleValue[], kind: 'list' | 'map'): void {
    const container = this.top();
    if (kind === 'map' && items.length % 2 === 1) throw new PickleError('it is damaged');
    if (container instanceof PickleObject) return;
    if (kind === 'list' && Array.isArray(container)) for (const item of items) container.push(item);
    else if (kind === 'map' && container instanceof Map) {
      for (let n = 0; n < items.length; n += 2) container.set(items[n] as PickleValue, items[n + 1] as PickleValue);
    } else throw new PickleError('it is damaged');
  }

  /** Calls what lies below its arguments. */
  call(): void {
    const args = this.pop();
    const callable = this.pop();
    if (!Array.isArray(args)) throw new PickleError('it is damaged');
    const name = callable instanceof PickleName ? callable.name : 'an object';
    const container = CONTAINERS[name];
    const made = this.#calls(name, args);
    if (made !== null) this.push(made);
    else if (container === 'map') this.push(this.#pairs(args[0]));
    else if (container === 'list') this.push(Array.isArray(args[0]) ? args[0] : []);
    else this.push(new PickleObject(name));
  }

  /** Of a dictionary that is made of a list of pairs, as Python 2 wrote it. */
  #pairs(items: PickleValue | undefined): PickleMap {
    const map: PickleMap = new Map();
    if (!Array.isArray(items)) return map;
    // The same list can be named again and again: no honest file has more pairs than bytes.
    this.#copied += items.length;
    if (this.#copied > this.#bytes.length) throw new PickleError('it is damaged');
    for (const pair of items) if (Array.isArray(pair)) map.set(pair[0] ?? null, pair[1] ?? null);
    return map;
  }

  build(): void {
    const state = this.pop();
    const object = this.top();
    if (object instanceof PickleObject) object.state = state;
  }

  #byte(): number {
    return this.#bytes[this.#skip(1)] as number;
  }

  #skip(count: number): number {
    const at = this.#at;
    if (!(at + count <= this.#bytes.length)) throw new PickleError('it is cut off');
    this.#at = at + count;
    return at;
  }
}

const MAX_LONG_BYTES = 64;
const STOP = 0x2e;

const named = (module: PickleValue, name: PickleValue): PickleName => {
  if (typeof module !== 'string' || typeof name !== 'string') throw new PickleError('it is damaged');
  return new PickleName(`${module}.${name}`);
};
const text = (m: Machine, length: number): void => m.push(m.data(length).toString('utf8'));
const bytes = (m: Machine, length: number): void => m.push(Uint8Array.from(m.data(length)));

/** By the letter of the operation, as pickletools lists them. */
const BY_LETTER: Readonly<Record<string, (m: Machine) => void>> = {
  '(': (m) => m.mark(),
  '0': (m) => void m.pop(),
  '1': (m) => void m.sinceMark(),
  '2': (m) => m.push(m.top()),
  N: (m) => m.push(null),
  J: (m) => m.push(m.int32()),
  K: (m) => m.push(m.size(1)),
  M: (m) => m.push(m.size(2)),
  G: (m) => m.push(m.float()),
  X: (m) => text(m, m.size(4)),
  U: (m) => text(m, m.size(1)),
  T: (m) => text(m, m.size(4)),
  B: (m) => bytes(m, m.size(4)),
  C: (m) => bytes(m, m.size(1)),
  Q: (m) => m.push(new PickleReference(m.pop())),
  R: (m) => m.call(),
  b: (m) => m.build(),
  c: (m) => m.push(named(m.line(), m.line())),
  ']': (m) => m.push([]),
  '}': (m) => m.push(new Map()),
  ')': (m) => m.push([]),
  a: (m) => m.add([m.pop()], 'list'),
  e: (m) => m.add(m.sinceMark(), 'list'),
  s: (m) => {
    const value = m.pop();
    m.add([m.pop(), value], 'map');
  },
  u: (m) => m.add(m.sinceMark(), 'map'),
  t: (m) => m.push(m.sinceMark()),
  l: (m) => m.push(m.sinceMark()),
  d: (m) => {
    const items = m.sinceMark();
    m.push(new Map());
    m.add(items, 'map');
  },
  q: (m) => m.remember(m.size(1)),
  r: (m) => m.remember(m.size(4)),
  h: (m) => m.recall(m.size(1)),
  j: (m) => m.recall(m.size(4)),
};

const BY_NUMBER: Readonly<Record<number, (m: Machine) => void>> = {
  0x80: (m) => void m.size(1),
  0x81: (m) => m.call(),
  0x85: (m) => m.tuple(1),
  0x86: (m) => m.tuple(2),
  0x87: (m) => m.tuple(3),
  0x88: (m) => m.push(true),
  0x89: (m) => m.push(false),
  0x8a: (m) => m.push(m.long(m.size(1))),
  0x8b: (m) => m.push(m.long(m.size(4))),
  0x8c: (m) => text(m, m.size(1)),
  0x8d: (m) => text(m, m.size(8)),
  0x8e: (m) => bytes(m, m.size(8)),
  0x8f: (m) => m.push([]),
  0x90: (m) => m.add(m.sinceMark(), 'list'),
  0x91: (m) => m.push(m.sinceMark()),
  0x92: (m) => {
    void m.pop();
    m.call();
  },
  0x93: (m) => {
    const name = m.pop();
    m.push(named(m.pop(), name));
  },
  0x94: (m) => m.remember(),
  0x95: (m) => void m.size(8),
  0x96: (m) => bytes(m, m.size(8)),
};

const OPERATIONS: readonly (((m: Machine) => void) | undefined)[] = Array.from(
  { length: 256 },
  (_, code) => BY_LETTER[String.fromCharCode(code)] ?? BY_NUMBER[code],
);
