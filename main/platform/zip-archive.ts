/**
 * Zip files (APPNOTE 6.3, with ZIP64) from anyone, read entry by entry: nothing is unpacked before it is asked for, no entry becomes
 * larger than the archive's index says, and every checksum is compared.
 */
import fs from 'node:fs';
import { crc32, inflateRawSync } from 'node:zlib';
import { AppError } from '../../shared/system/errors.ts';
import { openInputFile, readInputBytes, type InputKind } from './input-file.ts';

export interface ZipEntry {
  name: string;
  /** Unpacked. */
  bytes: number;
}

export interface ZipArchive {
  /** In the order of the index. Folders have no entry. */
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** The entry unpacked, with its checksum compared. @throws AppError `bad-input`. */
  read(name: string): Buffer;
  close(): void;
}

interface StoredEntry extends ZipEntry {
  method: number;
  crc: number;
  packedBytes: number;
  /** Of its local header. */
  offset: number;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const MAX_COMMENT_BYTES = 0xffff;
const MAX_INDEX_BYTES = 64 * 2 ** 20;
const ENCRYPTED = 1;
const METHODS = { stored: 0, deflated: 8 };

/** @throws AppError as {@link openInputFile}, and `bad-input` where the archive is damaged, encrypted or packed in another way */
export function openZip(file: string, kind: InputKind): ZipArchive {
  const { handle, size } = openInputFile(file, kind);
  const damaged = (what: string, cause?: unknown): AppError =>
    new AppError('bad-input', `Expected ${kind.what}, found a zip file that is damaged or cut short: ${what}.`, {
      action: 'Copy or download it again.',
      ...(cause === undefined ? {} : { cause }),
    });
  const missing = (): AppError =>
    bytesAt(0, Math.min(size, 2)).toString('latin1') === 'PK'
      ? damaged('its index is missing')
      : new AppError('bad-input', `Expected ${kind.what}, found a file that is not a zip file.`, {
          action: 'Choose another file.',
        });
  const bytesAt = (from: number, count: number): Buffer => {
    if (from < 0 || count < 0 || from + count > size) throw damaged('it refers to bytes beyond its end');
    return readInputBytes({ handle, kind, from, count });
  };

  /** Where the index lies: from the end record, or from that of ZIP64 where a field of it is full. */
  function findIndex(): { count: number; bytes: number; offset: number } {
    const tail = bytesAt(
      Math.max(0, size - END_BYTES - MAX_COMMENT_BYTES),
      Math.min(size, END_BYTES + MAX_COMMENT_BYTES),
    );
    for (let at = tail.length - END_BYTES; at >= 0; at--) {
      if (tail.readUInt32LE(at) !== END || at + END_BYTES + tail.readUInt16LE(at + 20) !== tail.length) continue;
      const found = {
        count: tail.readUInt16LE(at + 10),
        bytes: tail.readUInt32LE(at + 12),
        offset: tail.readUInt32LE(at + 16),
      };
      const locatorAt = at - LOCATOR_BYTES;
      if (locatorAt < 0 || tail.readUInt32LE(locatorAt) !== LOCATOR_64) return found;
      const end = bytesAt(Number(tail.readBigUInt64LE(locatorAt + 8)), 56);
      if (end.readUInt32LE(0) !== END_64) throw damaged('its ZIP64 index is missing');
      return {
        count: Number(end.readBigUInt64LE(32)),
        bytes: Number(end.readBigUInt64LE(40)),
        offset: Number(end.readBigUInt64LE(48)),
      };
    }
    throw missing();
  }

  function readIndex(): Map<string, StoredEntry> {
    const { count, bytes, offset } = findIndex();
    if (bytes > MAX_INDEX_BYTES) throw damaged('its index is larger than any that this program reads');
    const index = bytesAt(offset, bytes);
    const entries = new Map<string, StoredEntry>();
    let packed = 0;
    let at = 0;
    for (let n = 0; n < count; n++) {
      if (at + 46 > index.length || index.readUInt32LE(at) !== CENTRAL) throw damaged('its index is incomplete');
      const nameEnd = at + 46 + index.readUInt16LE(at + 28);
      const extraEnd = nameEnd + index.readUInt16LE(at + 30);
      if (extraEnd > index.length) throw damaged('its index is incomplete');
      const name = index.toString('utf8', at + 46, nameEnd);
      const entry: StoredEntry = {
        name,
        method: index.readUInt16LE(at + 10),
        crc: index.readUInt32LE(at + 16),
        ...sizesOf(index.subarray(at, at + 46), index.subarray(nameEnd, extraEnd)),
      };
      if ((index.readUInt16LE(at + 8) & ENCRYPTED) !== 0) throw damaged('an entry is encrypted');
      if (entries.has(name)) throw damaged('a name occurs twice');
      // Entries that share bytes unpack to more than an archive can hold.
      packed += entry.packedBytes;
      if (!Number.isSafeInteger(packed + entry.bytes + entry.offset) || packed > size) {
        throw damaged('its entries are larger than the file');
      }
      if (!name.endsWith('/') || entry.bytes > 0) entries.set(name, entry);
      at = extraEnd + index.readUInt16LE(at + 32);
    }
    return entries;
  }

  function read(entries: ReadonlyMap<string, StoredEntry>, name: string): Buffer {
    const entry = entries.get(name);
    if (entry === undefined) throw damaged('an entry is missing');
    const { method, crc, packedBytes, bytes, offset } = entry;
    const head = bytesAt(offset, 30);
    if (head.readUInt32LE(0) !== LOCAL) throw damaged('an entry does not begin where the index says');
    const packed = bytesAt(offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28), packedBytes);
    const data = method === METHODS.stored ? packed : inflate(packed, method, bytes);
    if (data.length !== bytes) throw damaged('an entry has another size than the index says');
    if (crc32(data) !== crc) throw damaged('the checksum of an entry is wrong');
    return data;
  }

  function inflate(packed: Buffer, method: number, bytes: number): Buffer {
    if (method !== METHODS.deflated) throw damaged('an entry is packed in a way that is not known here');
    try {
      return inflateRawSync(packed, { maxOutputLength: Math.max(1, bytes) });
    } catch (cause) {
      throw damaged('an entry cannot be unpacked', cause);
    }
  }

  try {
    if (size < END_BYTES) throw missing();
    const entries = readIndex();
    return { entries, read: (name) => read(entries, name), close: () => fs.closeSync(handle) };
  } catch (error) {
    fs.closeSync(handle);
    throw error;
  }
}

const FULL_32 = 0xffffffff;
const ZIP64_FIELD = 1;

/** Sizes and place of an entry; those that do not fit into 32 bits stand in an extra field, in this order. */
function sizesOf(fixed: Buffer, extra: Buffer): Pick<StoredEntry, 'bytes' | 'packedBytes' | 'offset'> {
  const long = longField(extra);
  let at = 0;
  const size = (short: number): number => {
    if (short !== FULL_32 || at + 8 > long.length) return short;
    at += 8;
    return Number(long.readBigUInt64LE(at - 8));
  };
  const bytes = size(fixed.readUInt32LE(24));
  const packedBytes = size(fixed.readUInt32LE(20));
  return { bytes, packedBytes, offset: size(fixed.readUInt32LE(42)) };
}

function longField(extra: Buffer): Buffer {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    const end = at + 4 + extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === ZIP64_FIELD && end <= extra.length) return extra.subarray(at + 4, end);
  }
  return Buffer.alloc(0);
}
