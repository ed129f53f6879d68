/** Small pictures for lists: WebP, 160 pixels on the longer side. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Modality } from '../../shared/dataset.ts';
import type { Result } from '../../shared/errors.ts';
import { temporaryName } from '../platform/atomic-file.ts';
import { decodeToSquare } from './decode.ts';
import { decoderFailure, type ImageFailure } from './failure.ts';
import { openRaster } from './raster.ts';
import { sharp } from './sharp.ts';
import { readImageSource } from './source.ts';

export const THUMBNAIL_SIDE = 160;
const QUALITY = 78;

async function renderThumbnail(file: string, modality: Modality): Promise<Result<Buffer, ImageFailure>> {
  if (modality === 'fundus') {
    const square = await decodeToSquare(file, { size: THUMBNAIL_SIDE, modality });
    if (!square.ok) return square;
    const raw = { width: THUMBNAIL_SIDE, height: THUMBNAIL_SIDE, channels: 3 as const };
    return { ok: true, value: await sharp(square.value.pixels, { raw }).webp({ quality: QUALITY }).toBuffer() };
  }
  const source = await readImageSource(file);
  if (!source.ok) return source;
  try {
    const raster = await openRaster(source.value);
    const resized = raster.pipeline().resize(THUMBNAIL_SIDE, THUMBNAIL_SIDE, { fit: 'inside' });
    return { ok: true, value: await resized.webp({ quality: QUALITY }).toBuffer() };
  } catch (error) {
    return { ok: false, error: decoderFailure(error, source.value.format) };
  }
}

/** A fundus photograph is shown cropped to its field, as the model sees it; anything else whole. Replaces `out` in one step. */
export async function writeThumbnail(
  file: string,
  out: string,
  { modality }: { modality: Modality },
): Promise<Result<null, ImageFailure>> {
  const thumbnail = await renderThumbnail(file, modality);
  if (!thumbnail.ok) return thumbnail;
  await mkdir(dirname(out), { recursive: true });
  const temporary = temporaryName(out);
  try {
    await writeFile(temporary, thumbnail.value);
    await rename(temporary, out);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return { ok: true, value: null };
}
