/**
 * Seeded randomness that needs no stored state: every consumer names its stream by keys (seed, purpose, epoch, item),
 * so that a resumed run draws what an uninterrupted one would have drawn.
 */
export type StreamKey = string | number;

/** Murmur3 finaliser, the mixing step of `reference/README.md` ("Deterministic values"). */
export function fmix32(value: number): number {
  let h = value | 0;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return h >>> 0;
}

/** 32-bit hash of a list of keys; strings are hashed by code unit, numbers by their two 32-bit halves. */
export function hashKeys(keys: readonly StreamKey[]): number {
  let h = 0x9e3779b9;
  for (const key of keys) {
    if (typeof key === 'number') {
      h = fmix32(h ^ fmix32(key | 0));
      h = fmix32((h + Math.floor(key / 4294967296)) | 0);
    } else {
      for (let i = 0; i < key.length; i++) h = fmix32((h ^ key.charCodeAt(i)) + 0x9e3779b9);
      h = fmix32(h ^ key.length);
    }
  }
  return h;
}

/** A random stream (sfc32, Chris Doty-Humphrey's small fast counter generator, 128-bit state). */
export class RandomStream {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #spareNormal: number | undefined;

  constructor(...keys: StreamKey[]) {
    this.#a = hashKeys([...keys, 'a']) | 0;
    this.#b = hashKeys([...keys, 'b']) | 0;
    this.#c = hashKeys([...keys, 'c']) | 0;
    for (let i = 0; i < 12; i++) this.nextUint32();
  }

  nextUint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform in [0, 1), 53 random bits. */
  uniform(): number {
    return ((this.nextUint32() >>> 5) * 67108864 + (this.nextUint32() >>> 6)) / 9007199254740992;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** Uniform integer in [0, bound). */
  integer(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /** Standard normal by the polar Box-Muller method. */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    let u: number, v: number, s: number;
    do {
      u = 2 * this.uniform() - 1;
      v = 2 * this.uniform() - 1;
      s = u * u + v * v;
    } while (s >= 1 || s === 0);
    const factor = Math.sqrt((-2 * Math.log(s)) / s);
    this.#spareNormal = v * factor;
    return u * factor;
  }

  /** Poisson count (Knuth's product method; for small means). */
  poisson(mean: number): number {
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.uniform(); product > limit; product *= this.uniform()) count++;
    return count;
  }
}

/** A random permutation of 0..length-1 (Fisher-Yates). */
export function permutation(length: number, stream: RandomStream): Uint32Array {
  const order = Uint32Array.from({ length }, (_, index) => index);
  for (let i = length - 1; i > 0; i--) {
    const j = stream.integer(i + 1);
    const held = order[i] as number;
    order[i] = order[j] as number;
    order[j] = held;
  }
  return order;
}
