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

/**
 * Exports that forget the alpha channel write 0 everywhere: the picture is in the colours, and laid on black it would be gone.
 * Throws the decoder's error.
 */
async function isTransparentEverywhere(
  { bytes, metadata }: ImageSource,
  failOn: 'error' | 'warning',
): Promise<boolean> {
  if (!metadata.hasAlpha) return false;
  const alpha = await sharp(bytes, { failOn }).extractChannel('alpha').raw().toBuffer();
  return alpha.every((value) => value === 0);
}

const flatten = (pipeline: Sharp, transparent: boolean): Sharp =>
  transparent ? pipeline.removeAlpha() : pipeline.flatten({ background: 'black' });

const TRANSPARENT = 'transparent everywhere, so that its colours are used as they are';

async function deepRaster(source: ImageSource, failOn: 'error' | 'warning'): Promise<Raster> {
  const grey = source.metadata.channels < 3;
  const transparent = await isTransparentEverywhere(source, failOn);
  const { data, info } = await flatten(sharp(source.bytes, { failOn }).autoOrient(), transparent)
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
  return {
    pipeline: () => sharp(bytes, { raw }).toColourspace('srgb'),
    notes: transparent ? [note, TRANSPARENT] : [note],
  };
}

/** Throws the decoder's error where 16-bit pixels cannot be read. */
export async function openRaster(source: ImageSource, failOn: 'error' | 'warning' = FAIL_ON): Promise<Raster> {
  if (source.metadata.depth === 'ushort') return deepRaster(source, failOn);
  const notes: string[] = [];
  const { metadata } = source;
  if (metadata.space === 'cmyk') notes.push('CMYK, converted to RGB');
  const transparent = await isTransparentEverywhere(source, failOn);
  if (metadata.hasAlpha) notes.push(transparent ? TRANSPARENT : 'transparency laid on black');
  if ((metadata.orientation ?? 1) !== 1) notes.push(`turned upright by its EXIF orientation (${metadata.orientation})`);
  if ((metadata.pages ?? 1) > 1) notes.push(`first of ${metadata.pages} pages`);
  if (transparent) {
    // Resizing weighs colours with the alpha channel, so that it has to go first.
    const { data, info } = await flatten(sharp(source.bytes, { failOn }).autoOrient(), true)
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    return { pipeline: () => sharp(data, { raw: { width, height, channels } }).toColourspace('srgb'), notes };
  }
  const pipeline = (): Sharp =>
    sharp(source.bytes, { failOn }).autoOrient().flatten({ background: 'black' }).toColourspace('srgb');
  return { pipeline, notes };
}
