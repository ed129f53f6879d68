/** Colour DICOM pixels to 8-bit RGB: RGB, YBR (PS3.3 C.7.6.3.1.2) and palettes (C.7.9). More than 8 bits are scaled from 0..2^stored - 1. */
import type { DataSet } from 'dicom-parser';
import { imageFailure, RefusedImage } from '../failure.ts';
import { scaleToBytes } from '../depth.ts';
import type { RawSamples } from './codecs/raw-samples.ts';
import type { PixelDescription } from './describe.ts';
import type { RenderedPixels } from './grey.ts';
import { readLut, type Lut } from './lut.ts';
import { storedPatterns, valueOf } from './samples.ts';

const PALETTES = [
  { descriptor: 'x00281101', data: 'x00281201' },
  { descriptor: 'x00281102', data: 'x00281202' },
  { descriptor: 'x00281103', data: 'x00281203' },
] as const;

export function renderPalette(
  patterns: Uint8Array | Uint16Array,
  data: DataSet,
  description: PixelDescription,
): RenderedPixels {
  const luts = PALETTES.map((tags) => readLut(data, tags, description.signed));
  if (luts.includes(null)) {
    const isSegmented = data.elements['x00281221'] !== undefined;
    const found = isSegmented ? 'one in segments' : 'none that is whole';
    const message = `Expected a DICOM image with a palette, got ${found}.`;
    throw new RefusedImage(imageFailure(isSegmented ? 'unsupported' : 'corrupt', message));
  }
  const tables = (luts as Lut[]).map((lut, colour) => {
    const is16 = (data.uint16(PALETTES[colour]?.descriptor ?? '', 2) ?? 16) > 8;
    return { ...lut, bytes: is16 ? scaleToBytes(lut.entries, 16) : Uint8Array.from(lut.entries) };
  });
  const out = new Uint8Array(3 * patterns.length);
  patterns.forEach((pattern, i) => {
    const value = valueOf(pattern, description);
    tables.forEach(({ first, bytes }, colour) => {
      out[3 * i + colour] = bytes[Math.min(bytes.length - 1, Math.max(0, value - first))] as number;
    });
  });
  return { data: out, channels: 3, notes: [] };
}

/** Two luminances and the colour that both pixels share, to three samples a pixel. */
function expand422(samples: Uint8Array): Uint8Array {
  const out = new Uint8Array((samples.length / 2) * 3);
  for (let from = 0, to = 0; from < samples.length; from += 4, to += 6) {
    const [first, second, blue, red] = samples.subarray(from, from + 4) as unknown as [number, number, number, number];
    out.set([first, blue, red, second, blue, red], to);
  }
  return out;
}

function interleave(planes: Uint8Array): Uint8Array {
  const pixels = planes.length / 3;
  const out = new Uint8Array(planes.length);
  for (let i = 0; i < pixels; i++) {
    for (let colour = 0; colour < 3; colour++) out[3 * i + colour] = planes[colour * pixels + i] as number;
  }
  return out;
}

/** Rounded, and cut to 0..255. */
function ybrToRgb(pixels: Uint8Array): Uint8Array {
  const out = new Uint8ClampedArray(pixels.length);
  for (let i = 0; i < pixels.length; i += 3) {
    const [y, blue, red] = [pixels[i] as number, (pixels[i + 1] as number) - 128, (pixels[i + 2] as number) - 128];
    out[i] = Math.floor(y + 1.402 * red + 0.5);
    out[i + 1] = Math.floor(y - ((0.114 * 1.772) / 0.587) * blue - ((0.299 * 1.402) / 0.587) * red + 0.5);
    out[i + 2] = Math.floor(y + 1.772 * blue + 0.5);
  }
  return new Uint8Array(out.buffer);
}

export function renderColour(raw: RawSamples, description: PixelDescription): RenderedPixels {
  const { coding, photometric, stored } = description;
  const patterns = storedPatterns(raw, description);
  let pixels =
    patterns instanceof Uint16Array || stored < 8 ? scaleToBytes(new Uint16Array(patterns), stored) : patterns;
  if (coding === 'native' && photometric === 'YBR_FULL_422') pixels = expand422(pixels);
  else if (raw.planar) pixels = interleave(pixels);
  const isYbr = photometric.startsWith('YBR_FULL') && !raw.isRgb;
  return { data: isYbr ? ybrToRgb(pixels) : pixels, channels: 3, notes: [] };
}
