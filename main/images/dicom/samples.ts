/** From a parsed DICOM file to its samples, whatever they are packed in. */
import { checkCodestream } from './codecs/codestream.ts';
import { decodeJpegLossless } from './codecs/jpeg-lossless.ts';
import { decodeJpeg } from './codecs/jpeg.ts';
import { toWords, type RawSamples } from './codecs/raw-samples.ts';
import { decodeRle } from './codecs/rle.ts';
import { decodeJpeg2000, decodeJpegLs } from './codecs/wasm.ts';
import type { PixelDescription } from './describe.ts';
import type { ParsedDicom } from './parse.ts';
import { encapsulatedPixels, nativePixels } from './pixel-bytes.ts';

/** @throws RefusedImage, or the error of a decoder */
export async function readSamples(
  parsed: ParsedDicom,
  description: PixelDescription,
  failOn: 'error' | 'warning',
): Promise<RawSamples> {
  if (parsed.syntax.coding === 'native') {
    const bytes = nativePixels(parsed, description);
    return { words: description.allocated === 16 ? toWords(bytes) : bytes, planar: description.planar, isRgb: false };
  }
  const bytes = encapsulatedPixels(parsed);
  if (parsed.syntax.coding === 'rle') return decodeRle(bytes, description);
  const header = checkCodestream(bytes, description);
  switch (parsed.syntax.coding) {
    case 'jpeg-lossless':
      return decodeJpegLossless(bytes, description, header);
    case 'jpeg-ls':
      return decodeJpegLs(bytes, description);
    case 'jpeg-2000':
      return decodeJpeg2000(bytes, description);
    default:
      return decodeJpeg(bytes, description, header, failOn);
  }
}

/** The stored bits alone, as patterns from 0 to 2^stored - 1; `valueOf` gives what a pattern means. */
export function storedPatterns({ words }: RawSamples, { stored, high }: PixelDescription): Uint8Array | Uint16Array {
  const shift = high + 1 - stored;
  const mask = 2 ** stored - 1;
  if (shift === 0 && mask === (words instanceof Uint8Array ? 0xff : 0xffff)) return words;
  return words.map((word) => (word >> shift) & mask);
}

/** Two's complement for signed samples. */
export function valueOf(pattern: number, { stored, signed }: PixelDescription): number {
  return signed && pattern >= 2 ** (stored - 1) ? pattern - 2 ** stored : pattern;
}
