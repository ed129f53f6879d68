/** JPEG baseline and 8-bit extended, by sharp. */
import { imageFailure, RefusedImage } from '../../failure.ts';
import { sharp } from '../../sharp.ts';
import type { PixelDescription } from '../describe.ts';
import { jpegSegments, type CodestreamHeader } from './codestream.ts';
import type { RawSamples } from './raw-samples.ts';

const APP0 = 0xe0;
const APP14 = 0xee;
const APP15 = 0xef;

/**
 * Whether three components are YCbCr: as Adobe's or JFIF's segment says, else as DICOM says. libjpeg would guess YCbCr where neither
 * stands there, which is wrong for RGB that was compressed as it is.
 */
function isYcbcr(bytes: Buffer, { photometric }: PixelDescription): boolean {
  const segments = jpegSegments(bytes);
  const adobe = segments.find(
    ({ marker, start, length }) =>
      marker === APP14 && length >= 12 && bytes.toString('latin1', start + 4, start + 9) === 'Adobe',
  );
  if (adobe) return bytes[adobe.start + 15] === 1;
  return photometric !== 'RGB' || segments.some(({ marker }) => marker === APP0);
}

/** With Adobe's segment in place of all that say something about colours and orientation. */
function withColours(bytes: Buffer, ycbcr: boolean): Buffer {
  const adobe = Buffer.from([0xff, APP14, 0, 14, ...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, ycbcr ? 1 : 0]);
  const segments = jpegSegments(bytes);
  const parts = segments.map(({ marker, start, length }, i) => {
    if (marker >= APP0 && marker <= APP15) return Buffer.alloc(0);
    return bytes.subarray(start, i === segments.length - 1 ? bytes.length : start + 4 + length);
  });
  return Buffer.concat([bytes.subarray(0, 2), adobe, ...parts]);
}

/** @throws RefusedImage for 12 bits, or the decoder's error */
export async function decodeJpeg(
  bytes: Buffer,
  description: PixelDescription,
  { precision }: CodestreamHeader,
  failOn: 'error' | 'warning',
): Promise<RawSamples> {
  if (precision !== 8) {
    const message = `Expected a DICOM image with JPEG pixels of 8 bits, got ${precision} bits (JPEG extended), for which there is no decoder here.`;
    throw new RefusedImage(imageFailure('unsupported', message));
  }
  const isGrey = description.samples === 1;
  const ycbcr = !isGrey && isYcbcr(bytes, description);
  const words = await sharp(isGrey ? bytes : withColours(bytes, ycbcr), { failOn })
    .toColourspace(isGrey ? 'b-w' : 'srgb')
    .raw()
    .toBuffer();
  return { words, planar: false, isRgb: !isGrey };
}
