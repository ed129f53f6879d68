/** From an image file to the square of 8-bit RGB pixels that a model sees. */
import type { Modality } from '../../shared/dataset/dataset.ts';
import type { Result } from '../../shared/system/errors.ts';
import { decoderFailure, type ImageFailure } from './failure.ts';
import { centreSquare, findFieldOfView, type SquareWindow } from './field-of-view.ts';
import { openRaster, type Raster } from './raster.ts';
import { readImageSource, type ImageSource } from './source.ts';

export interface SquareOptions {
  /** Side in pixels. */
  size: number;
  modality: Modality;
  /** `false`: no larger than the part of the picture that is shown, so that `size` is a limit (default: true). */
  enlarge?: boolean;
}

export interface SquareImage {
  /** size x size x 3, row-major RGB. */
  pixels: Uint8Array;
}

/** Longer side of the image on which the field of view is looked for. */
const SEARCH_SIDE = 256;

async function fieldOfView(raster: Raster, width: number, height: number): Promise<SquareWindow> {
  const { data, info } = await raster
    .pipeline()
    .resize(SEARCH_SIDE, SEARCH_SIDE, { fit: 'inside', withoutEnlargement: true, fastShrinkOnLoad: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const found = findFieldOfView({ data, width: info.width, height: info.height });
  const scale = Math.max(width, height) / Math.max(info.width, info.height);
  return { left: found.left * scale, top: found.top * scale, side: found.side * scale };
}

/** The part of the picture that is shown: all of an x-ray, the field of a fundus photograph, else the centre square. */
async function chooseWindow(raster: Raster, source: ImageSource, modality: Modality): Promise<SquareWindow> {
  const { width, height } = source;
  if (modality === 'fundus') return fieldOfView(raster, width, height);
  if (modality === 'other') return centreSquare(width, height);
  const side = Math.max(width, height);
  return { left: (width - side) / 2, top: (height - side) / 2, side };
}

/**
 * Resamples the window to size x size; what lies outside of the picture is black. The whole picture is resized first and cut
 * afterwards, because that lets libvips shrink a JPEG while it decodes.
 */
async function renderWindow(
  raster: Raster,
  source: ImageSource,
  window: SquareWindow,
  size: number,
): Promise<Uint8Array> {
  const scale = size / window.side;
  const width = Math.max(1, Math.round(source.width * scale));
  const height = Math.max(1, Math.round(source.height * scale));
  const { data } = await raster
    .pipeline()
    .resize(width, height, { fit: 'fill', kernel: 'lanczos3' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const left = Math.round(window.left * scale);
  const top = Math.round(window.top * scale);
  const pixels = new Uint8Array(size * size * 3);
  const from = Math.max(0, -left);
  const to = Math.min(size, width - left);
  for (let y = Math.max(0, -top); y < Math.min(size, height - top) && from < to; y++) {
    const row = (top + y) * width + left;
    pixels.set(data.subarray((row + from) * 3, (row + to) * 3), (y * size + from) * 3);
  }
  return pixels;
}

/** Never throws for a bad file: the failure says what was expected and what was found. */
export async function decodeToSquare(file: string, options: SquareOptions): Promise<Result<SquareImage, ImageFailure>> {
  const source = await readImageSource(file);
  if (!source.ok) return source;
  try {
    const raster = await openRaster(source.value);
    const window = await chooseWindow(raster, source.value, options.modality);
    const own = Math.max(1, Math.round(window.side));
    const size = options.enlarge === false ? Math.min(options.size, own) : options.size;
    return { ok: true, value: { pixels: await renderWindow(raster, source.value, window, size) } };
  } catch (error) {
    return { ok: false, error: decoderFailure(error, source.value.format) };
  }
}
