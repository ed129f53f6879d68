/**
 * From a file to its bytes and header, with everything refused that is not a still photograph in a known format. All later
 * stages work on the bytes, so that one read serves hash, header and pixels.
 */
import { isMainThread } from 'node:worker_threads';
import type { Metadata } from 'sharp';
import { formatBytes } from '../../shared/words/numbers.ts';
import { AppError, type Result } from '../../shared/system/errors.ts';
import { fileErrorWords } from '../platform/file-errors.ts';
import { openRegularFile, readInputFile } from '../platform/input-file.ts';
import { openDicom, type DicomImage } from './dicom/decode-dicom.ts';
import { isDicom } from './dicom/parse.ts';
import { decoderFailure, imageFailure, type ImageFailure } from './failure.ts';
import { sharp } from './sharp.ts';

/** `dicom`: the header of a DICOM file, which sharp does not know; `metadata`: what sharp says of all others. */
export type ImageSource = SourceFacts &
  ({ dicom: DicomImage; metadata?: undefined } | { metadata: Metadata; dicom?: undefined });

interface SourceFacts {
  bytes: Buffer;
  /** Upper case, for messages: `JPEG`. */
  format: string;
  /** Size as shown, after the EXIF orientation. */
  width: number;
  height: number;
}

const FORMATS: Partial<Record<string, string>> = {
  jpeg: 'JPEG',
  png: 'PNG',
  tiff: 'TIFF',
  webp: 'WebP',
  gif: 'GIF',
  heif: 'HEIF',
  jp2: 'JPEG 2000',
};

/** Several are decoded at once, and a decoder may hold an image twice. */
const MOST_DECODED_BYTES = 512 * 2 ** 20;

/** Decode anything that has no missing pixels; warnings of a codec are reported by `inspectImage` and do not stop it. */
export const FAIL_ON = 'error';

const SIGNATURES: readonly [string, Buffer][] = [
  ['JPEG', Buffer.from([0xff, 0xd8, 0xff])],
  ['PNG', Buffer.from([0x89, 0x50, 0x4e, 0x47])],
  ['TIFF', Buffer.from('II*\0', 'latin1')],
  ['TIFF', Buffer.from('MM\0*', 'latin1')],
];

/** Files that people do put among images, and that are none that can be read here. */
const OTHER_SIGNATURES: readonly [string, string, 'unsupported' | 'not-an-image'][] = [
  ['a BMP image', 'BM', 'unsupported'],
  ['a PDF document', '%PDF', 'not-an-image'],
  ['a ZIP archive', 'PK\x03\x04', 'not-an-image'],
  ['gzip data', '\x1f\x8b', 'not-an-image'],
];

/** Why libvips knows no decoder for these bytes. */
function describeBytes(bytes: Buffer): ImageFailure {
  const known = SIGNATURES.find(([, start]) => bytes.subarray(0, start.length).equals(start));
  if (known !== undefined) {
    // libtiff and others give up on the header when what it points to is missing.
    return imageFailure(
      'truncated',
      `Expected a whole ${known[0]} image, got one that breaks off or has a damaged header.`,
    );
  }
  const head = bytes.subarray(0, 512);
  // 'BM' alone could begin a text; a bitmap's header has small binary numbers.
  const other = OTHER_SIGNATURES.find(([, start]) => head.toString('latin1', 0, start.length) === start);
  if (other !== undefined && (other[1] !== 'BM' || head.some((byte) => byte < 9))) {
    return imageFailure(other[2], `Expected a JPEG, PNG, TIFF, WebP or DICOM image, got ${other[0]}.`);
  }
  const printable = head.filter((byte) => byte >= 32 || byte === 9 || byte === 10 || byte === 13).length;
  const found = printable > 0.95 * head.length ? 'text' : 'data of no known image format';
  return imageFailure('not-an-image', `Expected an image, got ${found}.`);
}

/** Why a file could not be read. */
export function readFailure(error: unknown): ImageFailure {
  const cause = error instanceof AppError ? error.cause : error;
  if (cause === undefined) return imageFailure('not-an-image', (error as AppError).message);
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return imageFailure('missing', 'Expected an image file, got nothing at this place.');
  }
  return imageFailure('unreadable', `The image file could not be read (${fileErrorWords(cause)}).`);
}

/** Larger than any photograph, and than what is held for each image that is decoded at once. */
const MOST_FILE_BYTES = 512 * 2 ** 20;

async function readBytes(file: string): Promise<Buffer> {
  const kind = { what: 'an image file', maxBytes: MOST_FILE_BYTES };
  // A thread of its own may wait for the disk, and the four steps of reading a small file take longer where each takes its turn.
  if (!isMainThread) return readInputFile(file, kind);
  const { handle } = await openRegularFile(file, kind);
  try {
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

export async function readImageSource(file: string): Promise<Result<ImageSource, ImageFailure>> {
  let bytes: Buffer;
  try {
    bytes = await readBytes(file);
  } catch (error) {
    return { ok: false, error: readFailure(error) };
  }
  return parseImageSource(bytes);
}

/** As {@link readImageSource}, from bytes already in memory. */
async function parseImageSource(bytes: Buffer): Promise<Result<ImageSource, ImageFailure>> {
  if (bytes.length === 0)
    return { ok: false, error: imageFailure('empty', 'Expected an image, got a file of zero bytes.') };
  if (isDicom(bytes)) {
    const dicom = openDicom(bytes);
    if (!dicom.ok) return dicom;
    const { width, height } = dicom.value.description;
    return { ok: true, value: { bytes, dicom: dicom.value, format: 'DICOM', width, height } };
  }
  let metadata: Metadata;
  try {
    metadata = await sharp(bytes, { failOn: FAIL_ON }).metadata();
  } catch (error) {
    const unknown = /unsupported image format/i.test(String(error));
    return { ok: false, error: unknown ? describeBytes(bytes) : decoderFailure(error, null) };
  }
  const format = FORMATS[metadata.format];
  if (format === undefined) {
    const found = metadata.format === 'svg' ? 'text (SVG)' : metadata.format;
    return { ok: false, error: imageFailure('not-an-image', `Expected a photograph or x-ray, got ${found}.`) };
  }
  if (metadata.depth !== 'uchar' && metadata.depth !== 'ushort') {
    const message = `Expected 8 or 16 bits per sample, got samples of type ${metadata.depth}.`;
    return { ok: false, error: imageFailure('unsupported', message) };
  }
  const { width, height } = metadata.autoOrient;
  const decoded = width * height * metadata.channels * (metadata.depth === 'ushort' ? 2 : 1);
  if (decoded > MOST_DECODED_BYTES) {
    const message = `Expected an image of at most ${formatBytes(MOST_DECODED_BYTES)} once decoded, got one of ${formatBytes(decoded)} (${width} x ${height} pixels).`;
    return { ok: false, error: imageFailure('unsupported', message) };
  }
  return { ok: true, value: { bytes, metadata, format, width, height } };
}
