/** From a parsed DICOM file to its samples, whatever they are packed in. */
import { toWords } from '../depth.ts';
import { checkCodestream, type CodestreamHeader } from './codecs/codestream.ts';
import { decodeJpegLossless } from './codecs/jpeg-lossless.ts';
import { decodeJpeg } from './codecs/jpeg.ts';
import type { RawSamples } from './codecs/raw-samples.ts';
import { decodeRle } from './codecs/rle.ts';
import { decodeJpeg2000, decodeJpegLs } from './codecs/wasm.ts';
import type { PixelDescription } from './describe.ts';
import type { ParsedDicom } from './parse.ts';
import { encapsulatedPixels, nativePixels } from './pixel-bytes.ts';
import type { PixelCoding } from './transfer-syntax.ts';

type Decoder = (
  codestream: Buffer,
  description: PixelDescription,
  header: CodestreamHeader,
  failOn: 'error' | 'warning',
) => RawSamples | Promise<RawSamples>;

const DECODERS: Record<Exclude<PixelCoding, 'native' | 'rle'>, Decoder> = {
  jpeg: decodeJpeg,
  'jpeg-lossless': decodeJpegLossless,
  'jpeg-ls': decodeJpegLs,
  'jpeg-2000': decodeJpeg2000,
};

/** @throws RefusedImage, or the error of a decoder */
export async function readSamples(
  parsed: ParsedDicom,
  description: PixelDescription,
  failOn: 'error' | 'warning',
): Promise<RawSamples> {
  const { allocated, planar, coding } = description;
  if (coding === 'native') {
    const bytes = nativePixels(parsed, description);
    return { words: allocated === 16 ? toWords(bytes) : bytes, planar, isRgb: false };
  }
  const codestream = encapsulatedPixels(parsed);
  if (coding === 'rle') return decodeRle(codestream, description);
  return DECODERS[coding](codestream, description, checkCodestream(codestream, description), failOn);
}

/** The stored bits alone, as patterns from 0 to 2^stored - 1; `valueOf` gives what a pattern means. */
export function storedPatterns({ words }: RawSamples, description: PixelDescription): Uint8Array | Uint16Array {
  const { coding, stored, high } = description;
  // Codestreams hold the stored bits alone.
  const shift = coding === 'native' || coding === 'rle' ? high + 1 - stored : 0;
  const mask = 2 ** stored - 1;
  if (shift === 0 && mask === (words instanceof Uint8Array ? 0xff : 0xffff)) return words;
  const patterns = words instanceof Uint8Array ? new Uint8Array(words.length) : new Uint16Array(words.length);
  for (let i = 0; i < words.length; i++) patterns[i] = ((words[i] as number) >> shift) & mask;
  return patterns;
}

/** Two's complement for signed samples. */
export function valueOf(pattern: number, { stored, signed }: PixelDescription): number {
  return signed && pattern >= 2 ** (stored - 1) ? pattern - 2 ** stored : pattern;
}
