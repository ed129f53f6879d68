/** From bytes to the elements of a DICOM data set (PS3.10), up to the pixel data; with and without preamble, deflated, of both byte orders. */
import { inflateRawSync } from 'node:zlib';
import dicomParser from 'dicom-parser';
import type { DataSet } from 'dicom-parser';
import type { Result } from '../../../shared/system/errors.ts';
import { imageFailure, type ImageFailure } from '../failure.ts';
import {
  DEFLATED,
  EXPLICIT_BIG_ENDIAN,
  EXPLICIT_LITTLE_ENDIAN,
  IMPLICIT_LITTLE_ENDIAN,
  transferSyntaxOf,
  type TransferSyntax,
} from './transfer-syntax.ts';

export interface ParsedDicom {
  data: DataSet;
  /** What offsets in `data` and `pixels` count in: the file after its meta information, inflated where it was deflated. */
  bytes: Buffer;
  syntax: TransferSyntax;
  /** UID; empty where none is written. */
  sopClass: string;
  /** `length` is null for encapsulated pixel data. Null where the file has none, or ends before it. */
  pixels: { offset: number; length: number | null; vr: string | undefined } | null;
}

const PREAMBLE = 128;
const MAGIC = 'DICM';
const PIXEL_DATA = 'x7fe00010';
const UNDEFINED_LENGTH = 0xffffffff;
/** A deflated file may promise anything. */
const MOST_INFLATED = 2 ** 29;

const startsWith = (bytes: Buffer, at: number, text: string): boolean =>
  bytes.toString('latin1', at, at + text.length) === text;

const hasVr = (bytes: Buffer, at: number): boolean => /^[A-Z]{2}$/.test(bytes.toString('latin1', at + 4, at + 6));

/** How a data set is encoded that begins at `at` with an element of group 8; null where none does. */
function rawSyntax(bytes: Buffer, at: number): string | null {
  if (bytes.length < at + 16) return null;
  const [group, element] = [bytes.readUInt16LE(at), bytes.readUInt16LE(at + 2)];
  if (group === 0x0800 && hasVr(bytes, at)) return EXPLICIT_BIG_ENDIAN;
  if (group !== 0x0008 || element > 0x0100) return null;
  if (hasVr(bytes, at)) return EXPLICIT_LITTLE_ENDIAN;
  return bytes.readUInt32LE(at + 4) < 1024 ? IMPLICIT_LITTLE_ENDIAN : null;
}

const hasMeta = (bytes: Buffer, at: number): boolean =>
  bytes.length >= at + 16 && bytes.readUInt16LE(at) === 0x0002 && hasVr(bytes, at);

/** By the magic word after the preamble alone. */
export const hasPreamble = (head: Buffer): boolean => startsWith(head, PREAMBLE, MAGIC);

/** Where the meta information begins, or the data set where there is none. */
const startOf = (bytes: Buffer): number => [PREAMBLE, 0].find((at) => startsWith(bytes, at, MAGIC)) ?? -MAGIC.length;

/** With or without preamble. */
export function isDicom(head: Buffer): boolean {
  const at = startOf(head) + MAGIC.length;
  return at > 0 || hasMeta(head, at) || rawSyntax(head, at) !== null;
}

/** Value representations whose length has four bytes. */
const LONG_VR = /^(O[BDFLVW]|S[QV]|U[CNRTV])$/;

interface MetaInformation {
  syntax: string | null;
  sopClass: string;
  end: number;
}

/** Group 2 is always explicit little endian (PS3.10, section 7.1). Ends early where the file does. */
function readMeta(bytes: Buffer, start: number): MetaInformation {
  const meta: MetaInformation = { syntax: null, sopClass: '', end: start };
  while (hasMeta(bytes, meta.end)) {
    const at = meta.end;
    const isLong = LONG_VR.test(bytes.toString('latin1', at + 4, at + 6));
    const length = isLong ? bytes.readUInt32LE(at + 8) : bytes.readUInt16LE(at + 6);
    const from = at + (isLong ? 12 : 8);
    const text = bytes.toString('latin1', from, from + Math.min(length, 64)).replace(/[\0 ]+$/, '');
    if (bytes.readUInt16LE(at + 2) === 0x0010) meta.syntax = text;
    if (bytes.readUInt16LE(at + 2) === 0x0002) meta.sopClass = text;
    meta.end = from + length;
  }
  return meta;
}

class InflatedTooLarge extends Error {}

function inflate(bytes: Buffer): Buffer {
  try {
    return inflateRawSync(bytes, { maxOutputLength: MOST_INFLATED });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new InflatedTooLarge();
    throw error;
  }
}

/** What dicom-parser or zlib threw: a text, an error, or either of them beside the elements that were read. */
function failureOf(thrown: unknown): ImageFailure {
  const inner = (thrown as { exception?: unknown } | null)?.exception ?? thrown;
  if (inner instanceof InflatedTooLarge) {
    return imageFailure('unsupported', 'Expected a DICOM image, got one that inflates to more than 512 MB.');
  }
  const details = inner instanceof Error ? inner.message : String(inner);
  return /past end|overr(un|ead)|unexpected end|seek|maxP ?osition/i.test(details)
    ? imageFailure('truncated', 'Expected a whole DICOM image, got one that breaks off in its header.', details)
    : imageFailure('corrupt', 'Expected a readable DICOM image, got one with a damaged header.', details);
}

/** A file that ends before its pixel data gives `truncated`, or has null for `pixels` where it ends between two elements. */
export function parseDicom(file: Buffer): Result<ParsedDicom, ImageFailure> {
  const meta = readMeta(file, startOf(file) + MAGIC.length);
  const syntax = meta.syntax ?? rawSyntax(file, meta.end);
  if (syntax === null || meta.end >= file.length) {
    const cut = meta.end + 16 > file.length;
    return {
      ok: false,
      error: cut
        ? imageFailure('truncated', 'Expected a whole DICOM image, got one that breaks off in its header.')
        : imageFailure('corrupt', 'Expected a DICOM image, got one that names no transfer syntax.'),
    };
  }
  try {
    const bytes = syntax === DEFLATED ? inflate(file.subarray(meta.end)) : file.subarray(meta.end);
    // Some writers compress the pixels of an implicit data set and leave the rest as it was.
    const declared = [EXPLICIT_BIG_ENDIAN, IMPLICIT_LITTLE_ENDIAN].find((uid) => uid === syntax);
    const encoding = rawSyntax(bytes, 0) ?? declared ?? EXPLICIT_LITTLE_ENDIAN;
    const data = dicomParser.parseDicom(bytes, { untilTag: PIXEL_DATA, TransferSyntaxUID: encoding });
    const element = data.elements[PIXEL_DATA];
    const pixels = element && {
      offset: element.dataOffset,
      length: element.length === UNDEFINED_LENGTH ? null : element.length,
      vr: element.vr,
    };
    const sopClass = data.string('x00080016') ?? meta.sopClass;
    return { ok: true, value: { data, bytes, syntax: transferSyntaxOf(syntax), sopClass, pixels: pixels ?? null } };
  } catch (thrown) {
    return { ok: false, error: failureOf(thrown) };
  }
}
