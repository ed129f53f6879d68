/**
 * The safetensors container: an 8-byte little-endian header length, a JSON header padded with spaces, then raw row-major
 * little-endian data. Written as float32, or as float16 where half the size matters more; read from float32, float16, bfloat16 and float64 (all as float32).
 */
import fs from 'node:fs';
import { z } from 'zod';
import { AppError } from '../../../shared/system/errors.ts';
import { commitFile } from '../../platform/atomic-file.ts';
import { readInputFile } from '../../platform/input-file.ts';
import { elementCount, formatShape, type TensorRecord } from '../tensors.ts';
import { DECODERS, type SafetensorsType } from './number-formats.ts';

export const LENGTH_BYTES = 8;
const ALIGNMENT = 8;
export const METADATA_KEY = '__metadata__';
/** Larger headers are damage, not weights. */
export const MAX_HEADER_BYTES = 64 * 2 ** 20;

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});
const metadataSchema = z.record(z.string(), z.string());

export interface SafetensorsFile {
  /** In the order of the data. */
  tensors: TensorRecord[];
  metadata: Record<string, string>;
  /** Names that {@link ReadOptions.skip} left out. */
  skipped: string[];
  /** Number formats that were met. */
  types: SafetensorsType[];
}

export interface ReadOptions {
  /** Tensors that are not wanted, whatever their number format. */
  skip?: (name: string) => boolean;
}

export const SAFETENSORS = { what: 'a safetensors file', maxBytes: 4 * 2 ** 30 };

/**
 * Reads a whole file.
 * @throws AppError `not-found`, `io`, or `bad-input` with what was expected and found where the file is damaged or uses a
 * number format that weights do not come in.
 */
export function readSafetensors(file: string, options: ReadOptions = {}): SafetensorsFile {
  return parseSafetensors(readInputFile(file, SAFETENSORS), options);
}

/** {@link readSafetensors} of a file's bytes. */
export function parseSafetensors(bytes: Buffer, { skip = () => false }: ReadOptions = {}): SafetensorsFile {
  const { header, dataStart } = parseHeader(bytes);
  const { [METADATA_KEY]: rawMetadata, ...entries } = header;
  const metadata = metadataSchema.safeParse(rawMetadata ?? {});
  if (!metadata.success) throw damaged('expected texts in the metadata, found something else');

  const data = bytes.subarray(dataStart);
  const skipped = Object.keys(entries).filter(skip);
  const parsed = Object.entries(entries)
    .filter(([name]) => !skip(name))
    .map(([name, raw]) => parseEntry(name, raw, data.length));
  // Tensors without a value lie where the next one begins.
  parsed.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let end = 0;
  for (const entry of parsed) {
    if (entry.begin < end) throw damaged(`the data of tensor "${entry.name}" overlap those of the tensor before it`);
    end = entry.end;
  }
  const tensors = parsed.map(({ name, shape, dtype, begin, end: stop }) => ({
    name,
    shape,
    values: DECODERS[dtype].decode(data.subarray(begin, stop)),
  }));
  return { tensors, metadata: metadata.data, skipped, types: [...new Set(parsed.map(({ dtype }) => dtype))] };
}

/** The JSON header and where the data begin. @throws AppError `bad-input` where they are damaged. */
export function parseHeader(bytes: Buffer): { header: Record<string, unknown>; dataStart: number } {
  if (bytes.length < LENGTH_BYTES) {
    throw damaged(`expected at least ${LENGTH_BYTES} bytes, found ${bytes.length}`);
  }
  const length = bytes.readBigUInt64LE(0);
  const available = bytes.length - LENGTH_BYTES;
  if (length > BigInt(MAX_HEADER_BYTES)) {
    throw damaged(`its first 8 bytes announce a header of ${length} bytes, which no weight file has`);
  }
  if (length > BigInt(available)) {
    throw damaged(`expected a header of ${length} bytes, found only ${available}: the file is cut off`);
  }
  const dataStart = LENGTH_BYTES + Number(length);
  let header: unknown;
  try {
    header = JSON.parse(bytes.toString('utf8', LENGTH_BYTES, dataStart));
  } catch (cause) {
    throw damaged('expected a JSON header, found text that is not JSON', cause);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw damaged('expected a JSON object as header');
  }
  return { header: header as Record<string, unknown>, dataStart };
}

/** A tensor in the header; `begin` and `end` count from where the data begin. */
export interface SafetensorsEntry {
  name: string;
  shape: number[];
  dtype: SafetensorsType;
  begin: number;
  end: number;
}

/** @throws AppError `bad-input` where the entry is damaged or its number format is none of weights */
export function parseEntry(name: string, raw: unknown, dataLength: number): SafetensorsEntry {
  const entry = entrySchema.safeParse(raw);
  if (!entry.success) throw damaged(`tensor "${name}" has no valid dtype, shape and data_offsets`);
  const { dtype, shape } = entry.data;
  const [begin, end] = entry.data.data_offsets;
  if (!Object.hasOwn(DECODERS, dtype)) {
    throw new AppError('bad-input', `Expected floating-point weights, found tensor "${name}" of type ${dtype}.`, {
      action: `Convert the file to one of ${Object.keys(DECODERS).join(', ')}.`,
    });
  }
  const type = dtype as SafetensorsType;
  if (end > dataLength) {
    throw damaged(`tensor "${name}" ends at byte ${end} of the data, but there are only ${dataLength}: it is cut off`);
  }
  const expected = elementCount(shape) * DECODERS[type].bytes;
  if (end - begin !== expected) {
    throw damaged(`tensor "${name}" (${dtype}, ${formatShape(shape)}) needs ${expected} bytes, found ${end - begin}`);
  }
  return { name, shape, dtype: type, begin, end };
}

export function damaged(what: string, cause?: unknown): AppError {
  return new AppError('bad-input', `Expected a safetensors file, found a damaged one: ${what}.`, {
    action: 'Copy or download the file again.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/**
 * Writes tensors in the given order, atomically (temporary name, sync, rename).
 * @param type `F16` rounds each value to eleven bits
 * @throws AppError `bad-input` for two tensors of one name or values that do not fit their shape; `io`, `out-of-space`.
 */
export function writeSafetensors(
  file: string,
  tensors: readonly TensorRecord[],
  metadata: Readonly<Record<string, string>> = {},
  type: 'F32' | 'F16' = 'F32',
): void {
  const header = encodeHeader(tensors, metadata, type);
  commitFile(file, (temporary) => {
    const handle = fs.openSync(temporary, 'w');
    try {
      writeAll(handle, header);
      for (const { values } of tensors)
        writeAll(handle, littleEndian(type === 'F16' ? new Float16Array(values) : values));
    } finally {
      fs.closeSync(handle);
    }
  });
}

function encodeHeader(
  tensors: readonly TensorRecord[],
  metadata: Readonly<Record<string, string>>,
  dtype: 'F32' | 'F16',
): Buffer {
  const header = new Map<string, unknown>();
  if (Object.keys(metadata).length > 0) header.set(METADATA_KEY, metadata);
  let offset = 0;
  for (const { name, shape, values } of tensors) {
    if (header.has(name) || name === METADATA_KEY) {
      throw new AppError('bad-input', `Expected tensors of different names, found "${name}" twice or reserved.`);
    }
    if (values.length !== elementCount(shape)) {
      throw new AppError(
        'bad-input',
        `Expected ${elementCount(shape)} values for tensor "${name}" (${formatShape(shape)}), got ${values.length}.`,
      );
    }
    const end = offset + values.length * DECODERS[dtype].bytes;
    header.set(name, { dtype, shape, data_offsets: [offset, end] });
    offset = end;
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(header)), 'utf8');
  const padding = (ALIGNMENT - (json.length % ALIGNMENT)) % ALIGNMENT;
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64LE(BigInt(json.length + padding));
  return Buffer.concat([length, json, Buffer.alloc(padding, ' ')]);
}

function writeAll(handle: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += fs.writeSync(handle, bytes, done, bytes.length - done);
}

function littleEndian(values: Float32Array | Float16Array): Uint8Array {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  if (HOST_IS_LITTLE_ENDIAN) return bytes;
  return values.BYTES_PER_ELEMENT === 2 ? Buffer.from(bytes).swap16() : Buffer.from(bytes).swap32();
}

const HOST_IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
