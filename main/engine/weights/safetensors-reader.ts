/** Single tensors of a safetensors file, without reading the rest of it. */
import fs from 'node:fs';
import { AppError } from '../../../shared/system/errors.ts';
import type { TensorRecord } from '../tensors.ts';
import { DECODERS } from './number-formats.ts';
import {
  damaged,
  LENGTH_BYTES,
  MAX_HEADER_BYTES,
  METADATA_KEY,
  parseEntry,
  parseHeader,
  type SafetensorsEntry,
} from './safetensors.ts';

export interface SafetensorsReader {
  /** In the order of the data. */
  readonly tensors: readonly { name: string; shape: number[] }[];
  /** Reads one tensor's bytes. @throws AppError `not-found` where the file has no tensor of this name. */
  read(name: string): TensorRecord;
  close(): void;
}

/** Reads the header; the file stays open until `close`. @throws AppError like `readSafetensors`. */
export function openSafetensors(file: string): SafetensorsReader {
  const handle = open(file);
  try {
    const { entries, dataStart } = readEntries(handle);
    return {
      tensors: entries.map(({ name, shape }) => ({ name, shape })),
      read(name) {
        const entry = entries.find((candidate) => candidate.name === name);
        if (entry === undefined) throw new AppError('not-found', `The weight file has no tensor "${name}".`);
        const { shape, dtype, begin, end } = entry;
        return { name, shape, values: DECODERS[dtype].decode(readBytes(handle, dataStart + begin, end - begin)) };
      },
      close: () => fs.closeSync(handle),
    };
  } catch (error) {
    fs.closeSync(handle);
    throw error;
  }
}

function open(file: string): number {
  try {
    return fs.openSync(file, 'r');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new AppError(
      code === 'ENOENT' ? 'not-found' : 'io',
      'Expected a safetensors file, but it could not be read.',
      { action: 'Check that the file exists and may be read.', details: code ?? String(cause), cause },
    );
  }
}

function readEntries(handle: number): { entries: SafetensorsEntry[]; dataStart: number } {
  const { size } = fs.fstatSync(handle);
  if (size < LENGTH_BYTES) throw damaged(`expected at least ${LENGTH_BYTES} bytes, found ${size}`);
  const length = readBytes(handle, 0, LENGTH_BYTES).readBigUInt64LE(0);
  // The header's own check names what is wrong with a length that cannot be.
  const headerBytes = Number(length < BigInt(MAX_HEADER_BYTES) ? length : BigInt(MAX_HEADER_BYTES));
  const start = readBytes(handle, 0, Math.min(size, LENGTH_BYTES + headerBytes));
  const { header, dataStart } = parseHeader(start);
  const entries = Object.entries(header)
    .filter(([name]) => name !== METADATA_KEY)
    .map(([name, raw]) => parseEntry(name, raw, size - dataStart));
  return { entries: entries.sort((a, b) => a.begin - b.begin || a.end - b.end), dataStart };
}

function readBytes(handle: number, from: number, count: number): Buffer {
  const bytes = Buffer.alloc(count);
  for (let at = 0; at < count;) {
    const read = fs.readSync(handle, bytes, at, count - at, from + at);
    if (read === 0) throw damaged(`it ends at byte ${from + at}, ${count - at} bytes too early`);
    at += read;
  }
  return bytes;
}
