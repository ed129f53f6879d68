/**
 * From a source to a sharp pipeline that yields 8-bit sRGB without alpha, upright. 16-bit images are scaled here, because
 * libvips would silently keep the upper eight bits and turn a 12-bit x-ray in a 16-bit file black.
 */
import type { Metadata, Sharp } from 'sharp';
import { meantBits, scaleToBytes, toWords } from './depth.ts';
import type { DicomImage } from './dicom/decode-dicom.ts';
import { decodeInThread } from './dicom/decode-threads.ts';
import { sharp } from './sharp.ts';
import { FAIL_ON, type ImageSource } from './source.ts';

type SharpSource = ImageSource & { metadata: Metadata };

export interface Raster {
  /** A fresh pipeline on each call; may throw the decoder's errors when run. */
  pipeline(): Sharp;
  /** What was changed on the way, for the user. */
  notes: string[];
  /** Its alpha channel hides the whole picture, and is left out. */
  transparent: boolean;
}

/** Alpha (of 255) up to which a pixel is not seen. */
const CLEAR = 16;

interface WithoutAlpha {
  /** A fresh pipeline on each call. */
  pixels: () => Sharp;
  transparent: boolean;
}

/**
 * Decodes once with the alpha channel. Exports that forget it write (nearly) 0 everywhere: the picture is in the colours, and laid on black it
 * would be gone. Resizing weighs colours with the alpha channel, so that it goes first. Throws the decoder's error.
 */
async function dropAlpha(decoder: Sharp, depth: 'uchar' | 'ushort'): Promise<WithoutAlpha> {
  const { data, info } = await decoder.raw({ depth }).toBuffer({ resolveWithObject: true });
  const samples = depth === 'ushort' ? toWords(data) : data;
  const { width, height, channels } = info;
  const clear = depth === 'ushort' ? CLEAR * 257 : CLEAR;
  let transparent = true;
  for (let i = channels - 1; transparent && i < samples.length; i += channels) {
    transparent = (samples[i] as number) <= clear;
  }
  const raw = { width, height, channels };
  if (!transparent) return { pixels: () => sharp(samples, { raw }).flatten({ background: 'black' }), transparent };
  const colours = samples.filter((_, i) => i % channels !== channels - 1);
  return { pixels: () => sharp(colours, { raw: { ...raw, channels: channels === 2 ? 1 : 3 } }), transparent };
}

const TRANSPARENT = 'transparent everywhere, so that its colours are used as they are';

async function deepRaster({ bytes, metadata }: SharpSource, failOn: 'error' | 'warning'): Promise<Raster> {
  const space = metadata.channels < 3 ? 'grey16' : 'rgb16';
  const decoder = sharp(bytes, { failOn }).autoOrient().toColourspace(space);
  const opened = metadata.hasAlpha ? await dropAlpha(decoder, 'ushort') : null;
  const { data, info } = await (opened?.pixels().toColourspace(space) ?? decoder)
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  const samples = toWords(data);
  let largest = 0;
  for (const sample of samples) if (sample > largest) largest = sample;
  const bits = meantBits(largest);
  const pixels = scaleToBytes(samples, bits);
  const raw = { width: info.width, height: info.height, channels: info.channels };
  const note =
    bits === 16
      ? '16-bit, scaled to 8 bits'
      : `16-bit file with ${bits}-bit values (largest ${largest}), scaled to 8 bits`;
  const transparent = opened?.transparent === true;
  return {
    pipeline: () => sharp(pixels, { raw }).toColourspace('srgb'),
    notes: transparent ? [note, TRANSPARENT] : [note],
    transparent,
  };
}

async function dicomRaster(
  { bytes, dicom, width, height }: ImageSource & { dicom: DicomImage },
  failOn: 'error' | 'warning',
): Promise<Raster> {
  const { data, channels, notes } = await decodeInThread(bytes, dicom, failOn);
  return {
    pipeline: () => sharp(data, { raw: { width, height, channels } }).toColourspace('srgb'),
    notes,
    transparent: false,
  };
}

/** Throws the decoder's error where pixels of 16 bits or with an alpha channel cannot be read. */
export async function openRaster(source: ImageSource, failOn: 'error' | 'warning' = FAIL_ON): Promise<Raster> {
  if (source.dicom) return dicomRaster(source, failOn);
  const { bytes, metadata } = source;
  if (metadata.depth === 'ushort') return deepRaster(source, failOn);
  const decoder = (): Sharp => sharp(bytes, { failOn }).autoOrient().toColourspace('srgb');
  const opened = metadata.hasAlpha ? await dropAlpha(decoder(), 'uchar') : null;
  const transparent = opened?.transparent === true;
  const notes: string[] = [];
  if (metadata.space === 'cmyk') notes.push('CMYK, converted to RGB');
  if (metadata.hasAlpha) notes.push(transparent ? TRANSPARENT : 'transparency laid on black');
  if ((metadata.orientation ?? 1) !== 1) notes.push(`turned upright by its EXIF orientation (${metadata.orientation})`);
  if ((metadata.pages ?? 1) > 1) notes.push(`first of ${metadata.pages} pages`);
  return { pipeline: opened === null ? decoder : () => opened.pixels().toColourspace('srgb'), notes, transparent };
}
