/** RLE Lossless (PS3.5, annex G): one run-length coded segment for each byte of each sample, the most significant first. */
import { imageFailure, RefusedImage } from '../../failure.ts';
import type { PixelDescription } from '../describe.ts';
import type { RawSamples } from './raw-samples.ts';

const HEADER = 64;

function damaged(details: string): RefusedImage {
  return new RefusedImage(
    imageFailure('truncated', 'Expected a whole DICOM image, got one whose RLE pixels break off.', details),
  );
}

/** PackBits: n >= 0 copies n + 1 bytes, n < 0 repeats the next one 1 - n times, -128 is nothing. */
function unpackSegment(segment: Buffer, out: Uint8Array): void {
  let at = 0;
  let to = 0;
  while (to < out.length) {
    if (at >= segment.length) throw damaged(`${to} of ${out.length} bytes`);
    const code = segment.readInt8(at++);
    if (code === -128) continue;
    const count = Math.min(out.length - to, code >= 0 ? code + 1 : 1 - code);
    if (at + (code >= 0 ? count : 1) > segment.length) throw damaged(`${to} of ${out.length} bytes`);
    if (code >= 0) out.set(segment.subarray(at, at + count), to);
    else out.fill(segment[at] as number, to, to + count);
    at += code >= 0 ? code + 1 : 1;
    to += count;
  }
}

/** @throws RefusedImage where bytes are missing */
export function decodeRle(bytes: Buffer, { width, height, samples, allocated }: PixelDescription): RawSamples {
  const count = bytes.length < HEADER ? 0 : bytes.readUInt32LE(0);
  const bytesPerSample = allocated / 8;
  if (count !== samples * bytesPerSample) throw damaged(`${count} segments`);
  const offsets = Array.from({ length: count }, (_, i) => bytes.readUInt32LE(4 + 4 * i));
  const pixels = width * height;
  const words = bytesPerSample === 1 ? new Uint8Array(pixels * samples) : new Uint16Array(pixels * samples);
  const plane = new Uint8Array(pixels);
  offsets.forEach((offset, i) => {
    unpackSegment(bytes.subarray(offset, offsets[i + 1] ?? bytes.length), plane);
    const from = Math.floor(i / bytesPerSample) * pixels;
    if (bytesPerSample === 1) words.set(plane, from);
    else for (let k = 0; k < pixels; k++) words[from + k] = ((words[from + k] as number) << 8) | (plane[k] as number);
  });
  return { words, planar: samples > 1, isRgb: false };
}
