/** The encoded pixels of the one frame of a DICOM image (PS3.5, sections 8 and A.4). */
import { imageFailure, RefusedImage } from '../failure.ts';
import { nativeLength, type PixelDescription } from './describe.ts';
import type { ParsedDicom } from './parse.ts';

const ITEM = 0xe000fffe;
const SEQUENCE_END = 0xe0ddfffe;

function cutShort(details: string): RefusedImage {
  return new RefusedImage(
    imageFailure('truncated', 'Expected a whole DICOM image, got one that breaks off in its pixels.', details),
  );
}

/** Uncompressed pixels in little-endian order. @throws RefusedImage where some are missing */
export function nativePixels({ bytes, pixels, syntax }: ParsedDicom, description: PixelDescription): Buffer {
  const { offset, length, vr } = pixels as NonNullable<ParsedDicom['pixels']>;
  const wanted = nativeLength(description);
  const held = Math.min(length ?? bytes.length, bytes.length - offset);
  if (held < wanted) throw cutShort(`${wanted} bytes of pixels expected, ${held} found`);
  const swapped = syntax.bigEndian && (description.allocated === 16 || vr === 'OW');
  if (!swapped) return bytes.subarray(offset, offset + wanted);
  const even = Buffer.alloc(wanted + (wanted % 2));
  bytes.copy(even, 0, offset, offset + even.length);
  return even.swap16().subarray(0, wanted);
}

/** The codestream of the one frame: all fragments after the offset table. @throws RefusedImage where one is missing */
export function encapsulatedPixels({ bytes, pixels }: ParsedDicom): Buffer {
  let at = (pixels as NonNullable<ParsedDicom['pixels']>).offset;
  const fragments: Buffer[] = [];
  for (;;) {
    if (at + 8 > bytes.length) throw cutShort('no end of the fragments');
    const [tag, length] = [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
    at += 8;
    if (tag === SEQUENCE_END) break;
    if (tag !== ITEM || at + length > bytes.length) throw cutShort('a fragment is missing or cut short');
    fragments.push(bytes.subarray(at, at + length));
    at += length;
  }
  const [, first, ...rest] = fragments;
  if (first === undefined) throw cutShort('no fragment');
  return rest.length === 0 ? first : Buffer.concat([first, ...rest]);
}
