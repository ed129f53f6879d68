/** JPEG lossless (processes 14 and 14 SV1) by jpeg-lossless-decoder-js, which comes without types. */
import { createRequire } from 'node:module';
import { imageFailure, RefusedImage } from '../../failure.ts';
import type { PixelDescription } from '../describe.ts';
import type { CodestreamHeader } from './codestream.ts';
import type { RawSamples } from './raw-samples.ts';

interface Library {
  Decoder: new () => {
    decode(buffer: ArrayBufferLike, offset: number, length: number, numBytes: number): Uint8Array | Uint16Array | null;
  };
}

const require = createRequire(import.meta.url);

/** @throws RefusedImage for colours of more than 8 bits, or the decoder's error */
export function decodeJpegLossless(
  bytes: Buffer,
  { samples, width, height }: PixelDescription,
  { precision }: CodestreamHeader,
): RawSamples {
  if (samples > 1 && precision > 8) {
    const message = `Expected a DICOM image with JPEG lossless colours of 8 bits, got ${precision} bits, for which there is no decoder here.`;
    throw new RefusedImage(imageFailure('unsupported', message));
  }
  const { Decoder } = require('jpeg-lossless-decoder-js') as Library;
  // The decoder reads from the memory behind a view.
  const words = new Decoder().decode(bytes.buffer, bytes.byteOffset, bytes.length, precision > 8 ? 2 : 1);
  if (words?.length !== width * height * samples) throw new Error('JPEG lossless: not enough data');
  return { words, planar: false, isRgb: false };
}
