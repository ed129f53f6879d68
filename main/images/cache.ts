/**
 * Decoded images of a dataset at one size, shared by all runs: `images.bin` (images x size x size x 3 bytes, row-major RGB), `sums.bin` (CRC-32
 * of each image's pixels, 4 bytes) and `done.bin` (one byte an image). An image whose pixels do not give their sum is to be decoded anew. Pixels are on the disk before the byte that declares them, so that the process or the machine may stop at any
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
import { crc32 } from 'node:zlib';
import { AppError } from '../../shared/system/errors.ts';
import { toFileError } from '../platform/atomic-file.ts';

/** 0: to do, 1: decoded, 2: unreadable. */
export type CacheState = 0 | 1 | 2;

export interface CacheShape {
  images: number;
  /** Side in pixels. */
  size: number;
}

const FILES = ['images.bin', 'sums.bin', 'done.bin'];
const SUM_BYTES = 4;

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
  readonly #sums: number;
  /** Images whose sum was right: they are believed until this cache is closed. */
  readonly #verified: Uint8Array;
  readonly #byte = new Uint8Array(1);
  readonly #sum = new Uint32Array(1);

  private constructor(shape: CacheShape, { pixels, sums, done }: { pixels: number; sums: number; done: number }) {
    this.images = shape.images;
    this.size = shape.size;
    this.stride = shape.size * shape.size * 3;
    this.#pixels = pixels;
    this.#sums = sums;
    this.#done = done;
    this.#known = new Uint8Array(shape.images);
    this.#verified = new Uint8Array(shape.images);
  }

  /** Opens or makes the cache in `folder`. Files of another shape are this cache's own derived data and are started over. */
  static open(folder: string, shape: CacheShape): ImageCache {
    try {
      mkdirSync(folder, { recursive: true });
      const [pixels, sums, done] = FILES.map((file) => openOrCreate(join(folder, file))) as [number, number, number];
      const cache = new ImageCache(shape, { pixels, sums, done });
      cache.#prepare();
      return cache;
    } catch (error) {
      throw storageError(error);
    }
  }

  #prepare(): void {
    const pixelBytes = this.images * this.stride;
    const sumBytes = this.images * SUM_BYTES;
    const sized = fstatSync(this.#pixels).size === pixelBytes && fstatSync(this.#sums).size === sumBytes;
    const doneBytes = fstatSync(this.#done).size;
    if (!sized || (doneBytes !== 0 && doneBytes !== this.images)) {
      // An interrupted creation, or another shape: nothing is declared until the pixel file has its length.
      if (doneBytes !== 0) ftruncateSync(this.#done, 0);
      if (!sized) ftruncateSync(this.#pixels, pixelBytes);
      if (!sized) ftruncateSync(this.#sums, sumBytes);
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

  /**
   * Copies the pixels of a decoded image (state 1) to `into` from `offset` on.
   * @throws AppError `io` where they are not what was written: the image is then to be decoded anew (state 0)
   */
  read(index: number, into: Uint8Array, offset = 0): void {
    this.#check(index);
    const got = readSync(this.#pixels, into, offset, this.stride, index * this.stride);
    if (got !== this.stride) {
      throw new AppError('io', `The cache of decoded images is cut short: expected ${this.stride} bytes, got ${got}.`, {
        action: 'Resume the study: the cache is made again.',
      });
    }
    if (this.#verified[index] === 1) return;
    readSync(this.#sums, this.#sum, 0, SUM_BYTES, index * SUM_BYTES);
    if (crc32(into.subarray(offset, offset + this.stride)) !== this.#sum[0]) {
      this.#mark(index, 0);
      throw new AppError('io', 'A decoded image in the cache is damaged: its pixels are not those that were written.', {
        action: 'Resume the study: the image is decoded anew. If this happens again, check the disk.',
      });
    }
    this.#verified[index] = 1;
  }

  #mark(index: number, state: CacheState): void {
    this.#byte[0] = state;
    writeSync(this.#done, this.#byte, 0, 1, index);
    this.#known[index] = state;
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
        // A sum that a power cut takes is wrong, and so is seen.
        this.#sum[0] = crc32(pixels);
        writeSync(this.#sums, this.#sum, 0, SUM_BYTES, index * SUM_BYTES);
      }
      this.#mark(index, pixels === null ? 2 : 1);
    } catch (error) {
      throw storageError(error);
    }
  }

  close(): void {
    for (const file of [this.#pixels, this.#sums, this.#done]) closeSync(file);
  }
}
