/**
 * From a source to a sharp pipeline that yields 8-bit sRGB without alpha, upright. 16-bit images are scaled here, because
 * libvips would silently keep the upper eight bits and turn a 12-bit x-ray in a 16-bit file black.
 */
import type { Sharp } from 'sharp';
import { sharp } from './sharp.ts';
import { FAIL_ON, type ImageSource } from './source.ts';

export interface Raster {
  /** A fresh pipeline on each call; may throw the decoder's errors when run. */
  pipeline(): Sharp;
  /** What was changed on the way, for the user. */
  notes: string[];
}

/** The bit depths that scanners and detectors write into 16-bit files. */
const SAMPLE_BITS = [8, 10, 12, 14, 16] as const;

/** The number of bits that samples of a 16-bit file mean: the smallest usual depth that holds the largest one. */
export function meantBits(largest: number): number {
  return SAMPLE_BITS.find((bits) => largest < 2 ** bits) ?? 16;
}

/** 16-bit samples to 8 bits, from 0..2^bits - 1 to 0..255, rounded. */
export function scaleToBytes(samples: Uint16Array, bits: number): Uint8Array {
  const table = Uint8Array.from({ length: 2 ** bits }, (_, value) => Math.round((value * 255) / (2 ** bits - 1)));
  const bytes = new Uint8Array(samples.length);
  for (let i = 0; i < samples.length; i++) bytes[i] = table[samples[i] as number] as number;
  return bytes;
}

async function deepRaster(source: ImageSource, failOn: 'error' | 'warning'): Promise<Raster> {
  const grey = source.metadata.channels < 3;
  const { data, info } = await sharp(source.bytes, { failOn })
    .autoOrient()
    .flatten({ background: 'black' })
    .toColourspace(grey ? 'grey16' : 'rgb16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  const aligned = data.byteOffset % 2 === 0 ? data : Buffer.from(new Uint8Array(data).buffer);
  const samples = new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 2);
  let largest = 0;
  for (const sample of samples) if (sample > largest) largest = sample;
  const bits = meantBits(largest);
  const bytes = scaleToBytes(samples, bits);
  const raw = { width: info.width, height: info.height, channels: info.channels };
  const note =
    bits === 16
      ? '16-bit, scaled to 8 bits'
      : `16-bit file with ${bits}-bit values (largest ${largest}), scaled to 8 bits`;
  return { pipeline: () => sharp(bytes, { raw }).toColourspace('srgb'), notes: [note] };
}

/** Throws the decoder's error where 16-bit pixels cannot be read. */
export async function openRaster(source: ImageSource, failOn: 'error' | 'warning' = FAIL_ON): Promise<Raster> {
  if (source.metadata.depth === 'ushort') return deepRaster(source, failOn);
  const notes: string[] = [];
  const { metadata } = source;
  if (metadata.space === 'cmyk') notes.push('CMYK, converted to RGB');
  if (metadata.hasAlpha) notes.push('transparency laid on black');
  if ((metadata.orientation ?? 1) !== 1) notes.push(`turned upright by its EXIF orientation (${metadata.orientation})`);
  if ((metadata.pages ?? 1) > 1) notes.push(`first of ${metadata.pages} pages`);
  const pipeline = (): Sharp =>
    sharp(source.bytes, { failOn }).autoOrient().flatten({ background: 'black' }).toColourspace('srgb');
  return { pipeline, notes };
}
