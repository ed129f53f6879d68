/** The check that every imported image passes: read whole, decoded whole, hashed. */
import { createHash } from 'node:crypto';
import type { Result } from '../../shared/system/errors.ts';
import { decoderFailure, decoderWords, losesPixels, type ImageFailure } from './failure.ts';
import { greyGrid } from './grey-grid.ts';
import { measureQuality, type ImageQuality } from './quality.ts';
import { openRaster, type Raster } from './raster.ts';
import { readImageSource, type ImageSource } from './source.ts';

export interface ImageFacts {
  /** Pixels as shown, after the EXIF orientation. */
  width: number;
  height: number;
  /** Of the file's bytes, hexadecimal. */
  sha256: string;
  /** Of the decoded pixels: the same for a file that was packed anew without loss. */
  pixelsSha256: string;
  /** See {@link greyGrid}. */
  grid: Uint8Array;
  quality: ImageQuality;
  /** What is converted on the way to 8-bit RGB, and what the decoder warned of; one short phrase each. */
  notes: string[];
}

interface Decoded extends Pick<ImageFacts, 'pixelsSha256' | 'grid' | 'quality'> {
  raster: Raster;
}

/** What is looked at has at least so many pixels on its shorter side, where the image has. */
const LEAST_SIDE = 128;

/** By how much a JPEG is reduced while it is decoded, which still reads every coded block. */
function reductionOf({ metadata, width, height }: ImageSource): number {
  if (metadata?.format !== 'jpeg') return 1;
  return [8, 4, 2].find((reduction) => Math.min(width, height) / reduction >= LEAST_SIDE) ?? 1;
}

/** Decodes everything, a large JPEG at a part of its size. Throws the decoder's error. */
async function decodeWhole(source: ImageSource, failOn: 'error' | 'warning'): Promise<Decoded> {
  const raster = await openRaster(source, failOn);
  const { width, height } = source;
  const pipeline = raster.pipeline();
  const reduction = reductionOf(source);
  if (reduction > 1) pipeline.resize(Math.ceil(width / reduction), Math.ceil(height / reduction), { fit: 'fill' });
  const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true });
  const { channels } = info;
  return {
    raster,
    pixelsSha256: createHash('sha256')
      .update(`${width} ${height} ${info.width} ${channels} `)
      .update(data)
      .digest('hex'),
    grid: greyGrid(data, info),
    quality: measureQuality({ ...info, data }, raster),
  };
}

export async function inspectImage(file: string): Promise<Result<ImageFacts, ImageFailure>> {
  const read = await readImageSource(file);
  if (!read.ok) return read;
  const source = read.value;
  let decoded: Decoded;
  let notes: string[];
  try {
    decoded = await decodeWhole(source, 'warning');
    notes = decoded.raster.notes;
  } catch (warning) {
    const words = decoderWords(warning);
    if (losesPixels(words)) return { ok: false, error: decoderFailure(warning, source.format) };
    try {
      decoded = await decodeWhole(source, 'error');
      notes = [...decoded.raster.notes, `the decoder warned: ${words}`];
    } catch (error) {
      return { ok: false, error: decoderFailure(error, source.format) };
    }
  }
  const sha256 = createHash('sha256').update(source.bytes).digest('hex');
  const { pixelsSha256, grid, quality } = decoded;
  return {
    ok: true,
    value: { width: source.width, height: source.height, sha256, pixelsSha256, grid, quality, notes },
  };
}
