/** An SVG drawing as PNG, with the fonts of this machine. */
import { AppError } from '../../shared/system/errors.ts';
import { sharp } from './sharp.ts';

/** Dots per inch at which one unit of an SVG is one pixel. */
const NEUTRAL_DENSITY = 72;

/** @param scale pixels of the PNG per unit of the drawing. @throws AppError `internal` where the drawing is not well formed */
export async function svgToPng(svg: string, scale: number): Promise<Buffer> {
  try {
    // `unlimited`: an embedded picture is one attribute of some megabytes.
    return await sharp(Buffer.from(svg), { density: NEUTRAL_DENSITY * scale, unlimited: true })
      .png()
      .toBuffer();
  } catch (cause) {
    throw new AppError('internal', 'A figure could not be drawn as PNG.', { cause });
  }
}
