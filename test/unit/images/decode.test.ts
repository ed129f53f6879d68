import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeToSquare } from '../../../main/images/decode.ts';
import { findFieldOfView } from '../../../main/images/field-of-view.ts';
import { meantBits, scaleToBytes } from '../../../main/images/depth.ts';
import { sharp } from '../../../main/images/sharp.ts';
import { writeThumbnail } from '../../../main/images/thumbnail.ts';
import type { Modality } from '../../../shared/dataset/dataset.ts';
import { disc, grey16, paint, pixelAt, save, toSharp, type Rgb } from './make-images.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const folder = makeTemporaryFolder();

async function decode(file: string, size: number, modality: Modality): Promise<Uint8Array> {
  const result = await decodeToSquare(file, { size, modality });
  if (!result.ok) throw new Error(result.error.message);
  expect(result.value.pixels).toHaveLength(size * size * 3);
  return result.value.pixels;
}

function brightShare(pixels: Uint8Array): number {
  let bright = 0;
  for (let i = 0; i < pixels.length; i += 3) if ((pixels[i] as number) > 90) bright++;
  return bright / (pixels.length / 3);
}

describe('field of view', () => {
  it('finds a disc off centre to a pixel or two', () => {
    const found = findFieldOfView(disc(300, 200, [130, 105], 80));
    expect(found.side).toBeCloseTo(160, -0.5);
    expect(found.left).toBeCloseTo(50, -0.5);
    expect(found.top).toBeCloseTo(25, -0.5);
  });

  it('reaches beyond the image where the field is cut off above and below', () => {
    const found = findFieldOfView(disc(300, 180, [150, 90], 120));
    expect(found.side).toBeCloseTo(240, -0.5);
    expect(found.top).toBeCloseTo(-30, -0.5);
  });

  it('is not led astray by letters, a notch, noise in the surround or a dim field', () => {
    const image = disc(300, 220, [150, 110], 90);
    const put = (x: number, y: number, value: number) =>
      image.data.fill(value, (y * 300 + x) * 3, (y * 300 + x) * 3 + 3);
    for (let y = 4; y < 20; y++) for (let x = 4; x < 40; x++) put(x, y, 255);
    for (let y = 106; y < 114; y++) for (let x = 238; x < 250; x++) put(x, y, 150);
    for (let i = 0; i < 300 * 220; i += 7) {
      const level = image.data[i * 3] as number;
      if (level < 10) put(i % 300, Math.floor(i / 300), level + (i % 13));
    }
    const found = findFieldOfView(image);
    expect(Math.abs(found.side - 180)).toBeLessThanOrEqual(5);
    expect(Math.abs(found.left - 60)).toBeLessThanOrEqual(4);
    const dim: Rgb = { ...image, data: image.data.map((value) => value / 5) };
    expect(Math.abs(findFieldOfView(dim).side - 180)).toBeLessThanOrEqual(5);
  });

  it('takes the centre square where there is no dark surround or nothing at all', () => {
    expect(findFieldOfView(paint(90, 60, () => [120, 70, 50]))).toEqual({ left: 15, top: 0, side: 60 });
    expect(findFieldOfView(paint(90, 60, () => [0, 0, 0]))).toEqual({ left: 15, top: 0, side: 60 });
    expect(findFieldOfView(disc(90, 60, [45, 30], 4)).side).toBe(60);
  });
});

describe('decodeToSquare', () => {
  it('crops a fundus photograph to its field and squares it', async () => {
    const file = save(
      folder,
      'fundus.jpeg',
      await toSharp(disc(900, 600, [400, 310], 240))
        .jpeg()
        .toBuffer(),
    );
    const pixels = await decode(file, 64, 'fundus');
    expect(brightShare(pixels)).toBeCloseTo(Math.PI / 4, 1);
    for (const [x, y] of [
      [32, 2],
      [2, 32],
      [61, 32],
      [32, 61],
    ] as const) {
      expect(pixelAt(pixels, 64, x, y)[0]).toBeGreaterThan(120);
    }
    expect(pixelAt(pixels, 64, 1, 1)[0]).toBeLessThan(20);
  });

  it('fills with black where the field is cut off by the image', async () => {
    const file = save(
      folder,
      'cut-field.png',
      await toSharp(disc(600, 360, [300, 180], 240))
        .png()
        .toBuffer(),
    );
    const pixels = await decode(file, 48, 'fundus');
    expect(pixelAt(pixels, 48, 24, 1)).toEqual([0, 0, 0]);
    expect(pixelAt(pixels, 48, 24, 24)[0]).toBeGreaterThan(170);
    expect(pixelAt(pixels, 48, 1, 24)[0]).toBeGreaterThan(120);
  });

  it('pads an x-ray to a square and keeps its aspect; takes the centre of anything else', async () => {
    const wide = paint(200, 100, (x) => (x < 50 ? [250, 250, 250] : [100, 100, 100]));
    const file = save(folder, 'wide.png', await toSharp(wide).png().toBuffer());
    const padded = await decode(file, 40, 'cxr');
    expect(pixelAt(padded, 40, 20, 3)).toEqual([0, 0, 0]);
    expect(pixelAt(padded, 40, 20, 36)).toEqual([0, 0, 0]);
    expect(pixelAt(padded, 40, 3, 20)).toEqual([250, 250, 250]);
    expect(pixelAt(padded, 40, 30, 20)).toEqual([100, 100, 100]);
    const centre = await decode(file, 40, 'other');
    expect(pixelAt(centre, 40, 3, 3)).toEqual([100, 100, 100]);
  });

  it('respects the EXIF orientation', async () => {
    // Left half red as stored; orientation 6 means 'turn clockwise', so that red comes to the top.
    const stored = paint(60, 60, (x) => (x < 30 ? [250, 0, 0] : [0, 0, 250]));
    const bytes = await toSharp(stored).withMetadata({ orientation: 6 }).png().toBuffer();
    const pixels = await decode(save(folder, 'turned.png', bytes), 30, 'other');
    expect(pixelAt(pixels, 30, 5, 5)[0]).toBeGreaterThan(200);
    expect(pixelAt(pixels, 30, 25, 5)[0]).toBeGreaterThan(200);
    expect(pixelAt(pixels, 30, 5, 25)[2]).toBeGreaterThan(200);
  });

  it('scales 16-bit greyscale by the range that is meant', async () => {
    const ramp = (top: number) => (i: number) => Math.round(((i % 64) * top) / 63);
    for (const [name, top] of [
      ['p16.png', 65535],
      ['p12.png', 4095],
      ['p10.png', 1023],
      ['t14.tif', 16383],
    ] as const) {
      const image = grey16(64, 64, ramp(top));
      const bytes = await (name.endsWith('png') ? image.png() : image.tiff({ compression: 'lzw' })).toBuffer();
      const pixels = await decode(save(folder, name, bytes), 64, 'cxr');
      expect(pixelAt(pixels, 64, 0, 10)).toEqual([0, 0, 0]);
      expect(pixelAt(pixels, 64, 63, 10)).toEqual([255, 255, 255]);
      expect(pixelAt(pixels, 64, 32, 10)[0]).toBeCloseTo((32 * 255) / 63, -0.5);
    }
  });

  it('scales 16-bit RGB and flattens 16-bit transparency', async () => {
    const data = Uint16Array.from({ length: 8 * 8 * 4 }, (_, i) => [65535, 32768, 0, 65535][i % 4] as number);
    const bytes = await sharp(data, { raw: { width: 8, height: 8, channels: 4 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    expect(pixelAt(await decode(save(folder, 'rgba16.png', bytes), 8, 'other'), 8, 4, 4)).toEqual([255, 128, 0]);
  });

  it('turns CMYK, grey, palette and transparent images into RGB', async () => {
    const red = paint(32, 32, () => [230, 20, 20]);
    const cmyk = await toSharp(red).toColourspace('cmyk').jpeg().toBuffer();
    const [r, g, b] = pixelAt(await decode(save(folder, 'cmyk.jpeg', cmyk), 16, 'other'), 16, 8, 8) as [
      number,
      number,
      number,
    ];
    expect(r).toBeGreaterThan(180);
    expect(Math.max(g, b)).toBeLessThan(90);
    const grey = await toSharp(red).greyscale().png().toBuffer();
    expect(new Set(pixelAt(await decode(save(folder, 'grey.png', grey), 16, 'other'), 16, 8, 8)).size).toBe(1);
    const palette = await toSharp(red).png({ palette: true }).toBuffer();
    expect(pixelAt(await decode(save(folder, 'palette.png', palette), 16, 'other'), 16, 8, 8)[0]).toBeGreaterThan(220);
    const half = await toSharp(red).ensureAlpha(0.5).png().toBuffer();
    expect(pixelAt(await decode(save(folder, 'half.png', half), 16, 'other'), 16, 8, 8)[0]).toBeCloseTo(115, -1);
  });

  it('uses the colours where the alpha channel is 0 everywhere, of 8 and 16 bits', async () => {
    const red = paint(32, 32, () => [230, 20, 20]);
    const clear = await toSharp(red).ensureAlpha(0).png().toBuffer();
    expect(pixelAt(await decode(save(folder, 'clear.png', clear), 16, 'other'), 16, 8, 8)).toEqual([230, 20, 20]);
    const faint = await toSharp(red)
      .ensureAlpha(3 / 255)
      .webp({ lossless: true, exact: true })
      .toBuffer();
    expect(pixelAt(await decode(save(folder, 'faint.webp', faint), 16, 'other'), 16, 8, 8)).toEqual([230, 20, 20]);
    const data = Uint16Array.from({ length: 8 * 8 * 4 }, (_, i) => [65535, 32768, 0, 0][i % 4] as number);
    const deep = await sharp(data, { raw: { width: 8, height: 8, channels: 4 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    expect(pixelAt(await decode(save(folder, 'deep.png', deep), 8, 'other'), 8, 4, 4)).toEqual([255, 128, 0]);
  });

  it('returns a typed failure for a truncated file', async () => {
    const bytes = await toSharp(disc(300, 300, [150, 150], 120))
      .jpeg()
      .toBuffer();
    const file = save(folder, 'cut.jpeg', bytes.subarray(0, bytes.length * 0.8));
    expect(await decodeToSquare(file, { size: 32, modality: 'fundus' })).toMatchObject({
      ok: false,
      error: { reason: 'truncated' },
    });
  });
});

describe('16-bit range', () => {
  it('is the smallest usual depth that holds the largest value', () => {
    expect([0, 255, 256, 1023, 1024, 4095, 4096, 16383, 16384, 65535].map(meantBits)).toEqual([
      8, 8, 10, 10, 12, 12, 14, 14, 16, 16,
    ]);
    expect([...scaleToBytes(Uint16Array.of(0, 2048, 4095), 12)]).toEqual([0, 128, 255]);
  });
});

describe('writeThumbnail', () => {
  it('writes WebP with a longer side of 160 pixels and leaves nothing else behind', async () => {
    const file = save(
      folder,
      'tall.png',
      await toSharp(paint(200, 400, () => [9, 99, 199]))
        .png()
        .toBuffer(),
    );
    const out = join(folder, 'thumbnails', 'a.webp');
    expect(await writeThumbnail(file, out, { modality: 'cxr' })).toEqual({ ok: true, value: null });
    expect(await sharp(out).metadata()).toMatchObject({ format: 'webp', width: 80, height: 160 });
    expect(readdirSync(join(folder, 'thumbnails'))).toEqual(['a.webp']);
    const fundus = save(
      folder,
      'thumb-fundus.png',
      await toSharp(disc(400, 300, [200, 150], 100))
        .png()
        .toBuffer(),
    );
    await writeThumbnail(fundus, out, { modality: 'fundus' });
    expect(await sharp(out).metadata()).toMatchObject({ width: 160, height: 160 });
    const missing = await writeThumbnail(join(folder, 'none.png'), join(folder, 'b.webp'), { modality: 'other' });
    expect(missing).toMatchObject({ ok: false, error: { reason: 'missing' } });
    expect(existsSync(join(folder, 'b.webp'))).toBe(false);
  });
});
