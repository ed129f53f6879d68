/**
 * Decoded images of a dataset at one size, shared by all runs: `images.bin` (images x size x size x 3 bytes, row-major RGB) and `done.bin`
 * (one byte an image). Pixels are on the disk before the byte that declares them, so that the process or the machine may stop at any
 * moment; processes and threads may fill different images at once, and writing one image twice is harmless.
 */
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  writeSync,
  constants,
} from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../shared/system/errors.ts';
import { toFileError } from '../platform/atomic-file.ts';

/** 0: to do, 1: decoded, 2: unreadable. */
export type CacheState = 0 | 1 | 2;

export interface CacheShape {
  images: number;
  /** Side in pixels. */
  size: number;
}

const openOrCreate = (file: string): number => openSync(file, constants.O_RDWR | constants.O_CREAT, 0o644);

const storageError = (error: unknown): unknown => toFileError(error, 'Decoded images could not be stored.');

export class ImageCache {
  readonly images: number;
  readonly size: number;
  /** Bytes of one image. */
  readonly stride: number;
  readonly #pixels: number;
  readonly #done: number;
  readonly #known: Uint8Array;
  readonly #byte = new Uint8Array(1);

  private constructor(shape: CacheShape, pixels: number, done: number) {
    this.images = shape.images;
    this.size = shape.size;
    this.stride = shape.size * shape.size * 3;
    this.#pixels = pixels;
    this.#done = done;
    this.#known = new Uint8Array(shape.images);
  }

  /** Opens or makes the cache in `folder`. Files of another shape are this cache's own derived data and are started over. */
  static open(folder: string, shape: CacheShape): ImageCache {
    try {
      mkdirSync(folder, { recursive: true });
      const pixels = openOrCreate(join(folder, 'images.bin'));
      const done = openOrCreate(join(folder, 'done.bin'));
      const cache = new ImageCache(shape, pixels, done);
      cache.#prepare();
      return cache;
    } catch (error) {
      throw storageError(error);
    }
  }

  #prepare(): void {
    const pixelBytes = this.images * this.stride;
    const sized = fstatSync(this.#pixels).size === pixelBytes;
    const doneBytes = fstatSync(this.#done).size;
    if (!sized || (doneBytes !== 0 && doneBytes !== this.images)) {
      // An interrupted creation, or another shape: nothing is declared until the pixel file has its length.
      if (doneBytes !== 0) ftruncateSync(this.#done, 0);
      if (!sized) ftruncateSync(this.#pixels, pixelBytes);
    }
    ftruncateSync(this.#done, this.images);
    if (this.images > 0) readSync(this.#done, this.#known, 0, this.images, 0);
  }

  #check(index: number): void {
    if (!Number.isInteger(index) || index < 0 || index >= this.images) {
      throw new RangeError(`Expected an image index from 0 to ${this.images - 1}, got ${index}.`);
    }
  }

  /** Sees what other processes have written since. */
  state(index: number): CacheState {
    this.#check(index);
    if (this.#known[index] === 0) {
      readSync(this.#done, this.#byte, 0, 1, index);
      this.#known[index] = this.#byte[0] as number;
    }
    const value = this.#known[index];
    return value === 1 || value === 2 ? value : 0;
  }

  /** Number of images in each state, from the disk: `[to do, decoded, unreadable]`. */
  counts(): [number, number, number] {
    if (this.images > 0) readSync(this.#done, this.#known, 0, this.images, 0);
    const counts: [number, number, number] = [0, 0, 0];
    for (const value of this.#known) counts[value === 1 || value === 2 ? value : 0]++;
    return counts;
  }

  /** Copies the pixels of a decoded image (state 1) to `into` from `offset` on. */
  read(index: number, into: Uint8Array, offset = 0): void {
    this.#check(index);
    const got = readSync(this.#pixels, into, offset, this.stride, index * this.stride);
    if (got !== this.stride) {
      throw new AppError('io', `The cache of decoded images is cut short: expected ${this.stride} bytes, got ${got}.`, {
        action: 'Resume the study: the cache is made again.',
      });
    }
  }

  /** Stores the pixels of an image, or with null that it cannot be read. */
  write(index: number, pixels: Uint8Array | null): void {
    this.#check(index);
    if (pixels !== null && pixels.length !== this.stride) {
      throw new RangeError(`Expected ${this.stride} bytes of pixels, got ${pixels.length}.`);
    }
    try {
      if (pixels !== null) {
        for (let at = 0; at < this.stride;) {
          at += writeSync(this.#pixels, pixels, at, this.stride - at, index * this.stride + at);
        }
        fdatasyncSync(this.#pixels);
      }
      this.#byte[0] = pixels === null ? 2 : 1;
      writeSync(this.#done, this.#byte, 0, 1, index);
      this.#known[index] = this.#byte[0];
    } catch (error) {
      throw storageError(error);
    }
  }

  close(): void {
    closeSync(this.#pixels);
    closeSync(this.#done);
  }
}
