/** Why an image could not be used: an expected failure, returned and never thrown. */
import type { ErrorShape } from '../../shared/system/errors.ts';

export type ImageFailureReason =
  'missing' | 'empty' | 'not-an-image' | 'unsupported' | 'truncated' | 'corrupt' | 'unreadable';

/** An {@link ErrorShape} with a reason to branch on. The message holds no path. */
export interface ImageFailure extends ErrorShape {
  reason: ImageFailureReason;
}

const ACTIONS: Record<ImageFailureReason, string> = {
  missing: 'Put the file back, or import the folder again.',
  empty: 'Copy the file again from its source.',
  'not-an-image': 'Remove the file, or replace it by the image that it should be.',
  unsupported: 'Convert it to an 8- or 16-bit PNG, TIFF or JPEG.',
  truncated: 'Copy the file again from its source: the end is missing.',
  corrupt: 'Copy the file again from its source.',
  unreadable: 'Check the permissions of the file and the health of the disk.',
};

export function imageFailure(reason: ImageFailureReason, message: string, details?: string): ImageFailure {
  const code =
    reason === 'unreadable'
      ? 'io'
      : reason === 'missing'
        ? 'not-found'
        : reason === 'unsupported'
          ? 'unsupported'
          : 'bad-input';
  return { reason, code, message, action: ACTIONS[reason], ...(details === undefined ? {} : { details }) };
}

/** Pixels of an image beyond which none is decoded, as sharp's own limit: 16,383 squared. */
export const MOST_PIXELS = 0x3fff ** 2;

/** Thrown on the way through a decoder whose failure is known better than by its words. */
export class RefusedImage extends Error {
  readonly failure: ImageFailure;

  constructor(failure: ImageFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** What the decoder said, once: libvips repeats a message for every stage that met it. */
export function decoderWords(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const lines = message.split('\n').map((line) => line.replace(/^Vips\w+: /, '').trim());
  return [...new Set(lines)].filter((line) => line !== '').join('; ');
}

/** A warning of libjpeg after which it fills in grey blocks. */
export function losesPixels(details: string): boolean {
  return /premature end of data segment|bad Huffman code|invalid Huffman/i.test(details);
}

/** What libvips said, as a failure. Its messages name the codec and never the file (we hand it bytes). */
export function decoderFailure(error: unknown, format: string | null): ImageFailure {
  if (error instanceof RefusedImage) return error.failure;
  const image = format === null ? 'image' : `${format} image`;
  const details = decoderWords(error);
  if (losesPixels(details)) {
    return imageFailure('corrupt', `Expected a whole ${image}, got one with damaged pixel data.`, details);
  }
  if (
    /premature end|truncat|end of (stream|file|image)|unexpected end|incomplete|not enough|read error|too few/i.test(
      details,
    )
  ) {
    return imageFailure('truncated', `Expected a whole ${image}, got one that breaks off before its end.`, details);
  }
  if (/exceeds pixel limit/i.test(details)) {
    return imageFailure('unsupported', 'Expected at most 268 megapixels, got a larger image.', details);
  }
  return imageFailure('corrupt', `Expected a readable ${image}, got data that its decoder refuses.`, details);
}
