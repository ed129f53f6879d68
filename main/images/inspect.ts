/** The check that every imported image passes: read whole, decoded whole, hashed. */
import { createHash } from 'node:crypto';
import type { Result } from '../../shared/system/errors.ts';
import { decoderFailure, decoderWords, losesPixels, type ImageFailure } from './failure.ts';
import { greyGrid } from './grey-grid.ts';
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
  /** What is converted on the way to 8-bit RGB, and what the decoder warned of; one short phrase each. */
  notes: string[];
}

interface Decoded {
  raster: Raster;
  constant: boolean;
  pixelsSha256: string;
  grid: Uint8Array;
}

/** Below this a JPEG is decoded at full size, because an eighth of it would show too little. */
const SMALL_SIDE = 256;

/** Decodes everything; a large JPEG at an eighth of its size, which still reads every coded block. Throws the decoder's error. */
async function decodeWhole(source: ImageSource, failOn: 'error' | 'warning'): Promise<Decoded> {
  const raster = await openRaster(source, failOn);
  const { width, height } = source;
  const pipeline = raster.pipeline();
  if (source.metadata?.format === 'jpeg' && Math.min(width, height) >= SMALL_SIDE) {
    pipeline.resize(Math.ceil(width / 8), Math.ceil(height / 8), { fit: 'fill' });
  }
  const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true });
  const { channels } = info;
  return {
    raster,
    constant: data.every((value, i) => value === data[i % channels]),
    pixelsSha256: createHash('sha256')
      .update(`${width} ${height} ${info.width} ${channels} `)
      .update(data)
      .digest('hex'),
    grid: greyGrid(data, info),
  };
}

function notesOf({ raster, constant }: Decoded): string[] {
  return constant ? [...raster.notes, 'every pixel has the same value, so that nothing can be seen'] : raster.notes;
}

export async function inspectImage(file: string): Promise<Result<ImageFacts, ImageFailure>> {
  const read = await readImageSource(file);
  if (!read.ok) return read;
  const source = read.value;
  let decoded: Decoded;
  let notes: string[];
  try {
    decoded = await decodeWhole(source, 'warning');
    notes = notesOf(decoded);
  } catch (warning) {
    const words = decoderWords(warning);
    if (losesPixels(words)) return { ok: false, error: decoderFailure(warning, source.format) };
    try {
      decoded = await decodeWhole(source, 'error');
      notes = [...notesOf(decoded), `the decoder warned: ${words}`];
    } catch (error) {
      return { ok: false, error: decoderFailure(error, source.format) };
    }
  }
  const sha256 = createHash('sha256').update(source.bytes).digest('hex');
  const { pixelsSha256, grid } = decoded;
  return { ok: true, value: { width: source.width, height: source.height, sha256, pixelsSha256, grid, notes } };
}
