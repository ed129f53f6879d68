/** The check that every imported image passes: read whole, decoded whole, hashed. */
import { createHash } from 'node:crypto';
import type { Result } from '../../shared/system/errors.ts';
import { decoderFailure, decoderWords, losesPixels, type ImageFailure } from './failure.ts';
import { openRaster, type Raster } from './raster.ts';
import { readImageSource, type ImageSource } from './source.ts';

export interface ImageFacts {
  /** Pixels as shown, after the EXIF orientation. */
  width: number;
  height: number;
  /** Of the file's bytes, hexadecimal. */
  sha256: string;
  /** What is converted on the way to 8-bit RGB, and what the decoder warned of; one short phrase each. */
  notes: string[];
}

/** Decodes everything; a JPEG at an eighth of its size, which still reads every coded block. Throws the decoder's error. */
async function decodeWhole(source: ImageSource, failOn: 'error' | 'warning'): Promise<Raster> {
  const raster = await openRaster(source, failOn);
  const { width, height } = source;
  const pipeline = raster.pipeline();
  if (source.metadata.format === 'jpeg' && Math.min(width, height) >= 64) {
    pipeline.resize(Math.ceil(width / 8), Math.ceil(height / 8), { fit: 'fill' });
  }
  await pipeline.raw().toBuffer();
  return raster;
}

export async function inspectImage(file: string): Promise<Result<ImageFacts, ImageFailure>> {
  const read = await readImageSource(file);
  if (!read.ok) return read;
  const source = read.value;
  let notes: string[];
  try {
    notes = (await decodeWhole(source, 'warning')).notes;
  } catch (warning) {
    const words = decoderWords(warning);
    if (losesPixels(words)) return { ok: false, error: decoderFailure(warning, source.format) };
    try {
      const raster = await decodeWhole(source, 'error');
      notes = [...raster.notes, `the decoder warned: ${words}`];
    } catch (error) {
      return { ok: false, error: decoderFailure(error, source.format) };
    }
  }
  const sha256 = createHash('sha256').update(source.bytes).digest('hex');
  return { ok: true, value: { width: source.width, height: source.height, sha256, notes } };
}
