/** Single tensors of a safetensors file, without reading the rest of it. */
import fs from 'node:fs';
import { AppError } from '../../../shared/system/errors.ts';
import { openInputFile, readInputBytes } from '../../platform/input-file.ts';
import type { TensorRecord } from '../tensors.ts';
import { DECODERS } from './number-formats.ts';
import {
  damaged,
  LENGTH_BYTES,
  MAX_HEADER_BYTES,
  METADATA_KEY,
  parseEntry,
  parseHeader,
  SAFETENSORS,
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
  const { handle, size } = openInputFile(file, SAFETENSORS);
  try {
    const { entries, dataStart } = readEntries(handle, size);
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

function readEntries(handle: number, size: number): { entries: SafetensorsEntry[]; dataStart: number } {
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

const readBytes = (handle: number, from: number, count: number): Buffer =>
  readInputBytes({ handle, kind: SAFETENSORS, from, count });
