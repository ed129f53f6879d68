/** Pictures for the eye, as WebP: small ones for lists, 160 pixels on the longer side, and large ones for a screen. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Modality } from '../../shared/dataset/dataset.ts';
import type { Result } from '../../shared/system/errors.ts';
import { temporaryName } from '../platform/atomic-file.ts';
import { decodeToSquare } from './decode.ts';
import { decoderFailure, type ImageFailure } from './failure.ts';
import { openRaster } from './raster.ts';
import { sharp } from './sharp.ts';
import { readImageSource } from './source.ts';

export const THUMBNAIL_SIDE = 160;
const QUALITY = 78;
const SCREEN_QUALITY = 92;

interface PictureOptions {
  modality: Modality;
  /** Longer side in pixels. */
  side: number;
  quality: number;
  enlarge: boolean;
}

async function renderPicture(
  file: string,
  { modality, side, quality, enlarge }: PictureOptions,
): Promise<Result<Buffer, ImageFailure>> {
  if (modality === 'fundus') {
    const square = await decodeToSquare(file, { size: side, modality, enlarge });
    if (!square.ok) return square;
    const { pixels } = square.value;
    const width = Math.sqrt(pixels.length / 3);
    const raw = { width, height: width, channels: 3 as const };
    return { ok: true, value: await sharp(pixels, { raw }).webp({ quality }).toBuffer() };
  }
  const source = await readImageSource(file);
  if (!source.ok) return source;
  try {
    const raster = await openRaster(source.value);
    const resized = raster.pipeline().resize(side, side, { fit: 'inside', withoutEnlargement: !enlarge });
    return { ok: true, value: await resized.webp({ quality }).toBuffer() };
  } catch (error) {
    return { ok: false, error: decoderFailure(error, source.value.format) };
  }
}

/** For a screen: as a thumbnail shows it, at most `side` pixels on the longer side, never enlarged. Never throws for a bad file. */
export function renderForScreen(
  file: string,
  { modality, side }: { modality: Modality; side: number },
): Promise<Result<Buffer, ImageFailure>> {
  return renderPicture(file, { modality, side, quality: SCREEN_QUALITY, enlarge: false });
}

/** A fundus photograph is shown cropped to its field, as the model sees it; anything else whole. Replaces `out` in one step. */
export async function writeThumbnail(
  file: string,
  out: string,
  { modality }: { modality: Modality },
): Promise<Result<null, ImageFailure>> {
  const thumbnail = await renderPicture(file, { modality, side: THUMBNAIL_SIDE, quality: QUALITY, enlarge: true });
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
