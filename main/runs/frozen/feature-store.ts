/**
 * What the frozen stages made of the images of one run, so that they are evaluated once: `features.bin` (rows x values float32, one row
 * an image) and `features.json`, which says how many rows are complete. Rows are on the disk before they are declared, in the order of
 * the list: the process or the machine may stop at any moment, and the next attempt goes on behind the last declared row.
 */
import fs from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '../../../shared/system/errors.ts';
import { toFileError, writeFileAtomic } from '../../platform/atomic-file.ts';
import type { RunFiles } from '../process/run-folder.ts';

export interface FeatureShape {
  rows: number;
  /** float32 values of one row. */
  values: number;
  /** Names what the rows are made of; rows of another fingerprint are started over. */
  fingerprint: string;
}

const declaredSchema = z.object({
  fingerprint: z.string(),
  values: z.int(),
  rows: z.int(),
  done: z.int(),
});

/** Left free on the disk for checkpoints and everything else. */
export const DISK_RESERVE_BYTES = 512 * 2 ** 20;

/** Rows are declared when so many bytes have been written since the last time. */
const BYTES_PER_DECLARATION = 64 * 2 ** 20;
const FLOAT_BYTES = 4;

type FeatureFiles = Pick<RunFiles, 'features' | 'featuresDone'>;

export class FeatureStore {
  readonly shape: FeatureShape;
  readonly #files: FeatureFiles;
  readonly #handle: FileHandle;
  #written: number;
  #declared: number;

  private constructor(files: FeatureFiles, shape: FeatureShape, handle: FileHandle, done: number) {
    this.#files = files;
    this.shape = shape;
    this.#handle = handle;
    this.#written = done;
    this.#declared = done;
  }

  /** Opens what an earlier attempt left, or starts a new one. */
  static async open(files: FeatureFiles, shape: FeatureShape): Promise<FeatureStore> {
    const done = declaredRows(files, shape);
    try {
      if (done === 0) removeFeatures(files);
      const handle = await open(files.features, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o644);
      return new FeatureStore(files, shape, handle, done);
    } catch (error) {
      throw storageError(error);
    }
  }

  /** Rows that are complete. */
  get done(): number {
    return this.#written;
  }

  get complete(): boolean {
    return this.#written === this.shape.rows;
  }

  /** Adds the next rows. @throws AppError `out-of-space`, or `io`. */
  async append(rows: Float32Array): Promise<void> {
    const { values, rows: total } = this.shape;
    const count = rows.length / values;
    if (!Number.isInteger(count) || this.#written + count > total) {
      throw new RangeError(
        `Expected at most ${total - this.#written} rows of ${values} values, got ${rows.length} values.`,
      );
    }
    try {
      const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
      const start = this.#position(this.#written);
      for (let at = 0; at < bytes.length;) {
        at += (await this.#handle.write(bytes, at, bytes.length - at, start + at)).bytesWritten;
      }
      this.#written += count;
      const undeclared = this.#position(this.#written) - this.#position(this.#declared);
      if (this.complete || undeclared >= BYTES_PER_DECLARATION) await this.#declare();
    } catch (error) {
      throw storageError(error);
    }
  }

  /** Copies a complete row to `into` from `offset` on; other reads may be under way. */
  async read(row: number, into: Float32Array, offset: number): Promise<void> {
    if (!Number.isInteger(row) || row < 0 || row >= this.#written) {
      throw new RangeError(`Expected a row from 0 to ${this.#written - 1}, got ${row}.`);
    }
    const length = this.shape.values * FLOAT_BYTES;
    const bytes = new Uint8Array(into.buffer, into.byteOffset + offset * FLOAT_BYTES, length);
    try {
      for (let at = 0; at < length;) {
        const { bytesRead } = await this.#handle.read(bytes, at, length - at, this.#position(row) + at);
        if (bytesRead === 0) throw cutShort();
        at += bytesRead;
      }
    } catch (error) {
      throw toFileError(error, 'The stored activations of the frozen stages cannot be read.');
    }
  }

  /** Declares what is not declared yet. */
  async close(): Promise<void> {
    try {
      if (this.#written > this.#declared) await this.#declare();
    } finally {
      await this.#handle.close();
    }
  }

  /** Closes and removes the files. */
  async discard(): Promise<void> {
    await this.#handle.close();
    removeFeatures(this.#files);
  }

  #position(row: number): number {
    return row * this.shape.values * FLOAT_BYTES;
  }

  async #declare(): Promise<void> {
    await this.#handle.datasync();
    const { fingerprint, values, rows } = this.shape;
    writeFileAtomic(this.#files.featuresDone, JSON.stringify({ fingerprint, values, rows, done: this.#written }));
    this.#declared = this.#written;
  }
}

/** Bytes on the disk of a complete store. */
export function featureBytes({ rows, values }: Pick<FeatureShape, 'rows' | 'values'>): number {
  return rows * values * FLOAT_BYTES;
}

export function removeFeatures(files: FeatureFiles): void {
  fs.rmSync(files.featuresDone, { force: true });
  fs.rmSync(files.features, { force: true });
}

/** Rows of this very shape that an earlier attempt declared; what cannot be read or does not fit counts as none. */
export function declaredRows(files: FeatureFiles, shape: FeatureShape): number {
  try {
    const declared = declaredSchema.parse(JSON.parse(fs.readFileSync(files.featuresDone, 'utf8')));
    const { fingerprint, values, rows, done } = declared;
    const same = fingerprint === shape.fingerprint && values === shape.values && rows === shape.rows;
    const there = fs.statSync(files.features).size >= featureBytes({ rows: done, values });
    return same && there && done <= rows ? done : 0;
  } catch {
    return 0;
  }
}

function cutShort(): AppError {
  return new AppError('io', 'The stored activations of the frozen stages are cut short.', {
    action: 'Resume the run: they are made again.',
  });
}

function storageError(error: unknown): unknown {
  return toFileError(error, 'The activations of the frozen stages could not be stored.');
}
