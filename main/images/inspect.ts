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
async function decodeWhole(
  source: ImageSource,
  failOn: 'error' | 'warning',
): Promise<{ raster: Raster; constant: boolean }> {
  const raster = await openRaster(source, failOn);
  const { width, height } = source;
  const pipeline = raster.pipeline();
  if (source.metadata.format === 'jpeg' && Math.min(width, height) >= 64) {
    pipeline.resize(Math.ceil(width / 8), Math.ceil(height / 8), { fit: 'fill' });
  }
  const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true });
  return { raster, constant: data.every((value, i) => value === data[i % info.channels]) };
}

function notesOf({ raster, constant }: { raster: Raster; constant: boolean }): string[] {
  return constant ? [...raster.notes, 'every pixel has the same value, so that nothing can be seen'] : raster.notes;
}

export async function inspectImage(file: string): Promise<Result<ImageFacts, ImageFailure>> {
  const read = await readImageSource(file);
  if (!read.ok) return read;
  const source = read.value;
  let notes: string[];
  try {
    notes = notesOf(await decodeWhole(source, 'warning'));
  } catch (warning) {
    const words = decoderWords(warning);
    if (losesPixels(words)) return { ok: false, error: decoderFailure(warning, source.format) };
    try {
      notes = [...notesOf(await decodeWhole(source, 'error')), `the decoder warned: ${words}`];
    } catch (error) {
      return { ok: false, error: decoderFailure(error, source.format) };
    }
  }
  const sha256 = createHash('sha256').update(source.bytes).digest('hex');
  return { ok: true, value: { width: source.width, height: source.height, sha256, notes } };
}
