import { describe, expect, it } from 'vitest';
import type { ImageFlag } from '../../../shared/dataset/image-flags.ts';
import { inspectImage } from '../../../main/images/inspect.ts';
import { flagsOf } from '../../../main/images/quality.ts';
import { sharp } from '../../../main/images/sharp.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';
import { disc, grey16, paint, save, toSharp, type Rgb } from './make-images.ts';

const folder = makeTemporaryFolder();
const texture = (width: number, height: number): Rgb =>
  paint(width, height, (x, y) => [0, 40, 80].map((more) => more + ((x * 31 + y * 17 + x * y) % 90)) as never);
const black = paint(200, 200, () => [0, 0, 0]);

async function flagsIn(bytes: Buffer, modality: 'fundus' | 'cxr' | 'other' = 'cxr'): Promise<ImageFlag[]> {
  const inspected = await inspectImage(save(folder, 'image', bytes));
  if (!inspected.ok) throw new Error(inspected.error.message);
  return flagsOf(inspected.value, modality);
}

describe('flags of an image', () => {
  it('are none for an ordinary picture of any format and size', async () => {
    for (const size of [64, 200, 300, 700, 1300]) {
      expect(await flagsIn(await toSharp(texture(size, size)).jpeg({ quality: 95 }).toBuffer())).toEqual([]);
    }
    expect(await flagsIn(await toSharp(texture(300, 200)).png().toBuffer())).toEqual([]);
    expect(await flagsIn(await toSharp(texture(300, 200)).greyscale().png().toBuffer())).toEqual([]);
  });

  it.each<[string, () => Promise<Buffer>, ImageFlag[]]>([
    [
      'one value',
      () =>
        toSharp(paint(100, 100, () => [90, 90, 90]))
          .png()
          .toBuffer(),
      ['constant'],
    ],
    ['black', () => toSharp(black).png().toBuffer(), ['constant', 'dark']],
    [
      'black with a caption',
      () =>
        toSharp(paint(200, 200, (x, y) => (y < 2 && x < 150 ? [255, 255, 255] : [3, 3, 3])))
          .png()
          .toBuffer(),
      ['dark'],
    ],
    [
      '12 bits shown as 16',
      () =>
        grey16(100, 100, (i) => 60_000 * Number(i === 0) + (i % 900))
          .png()
          .toBuffer(),
      ['dark'],
    ],
    [
      'white',
      () =>
        toSharp(paint(100, 100, (x) => [253 + (x % 3), 255, 255]))
          .png()
          .toBuffer(),
      ['over-exposed'],
    ],
    [
      'overexposed in its field',
      () =>
        toSharp({
          ...disc(200, 200, [100, 100], 90),
          data: disc(200, 200, [100, 100], 90).data.map((value) => (value > 9 ? 255 : value)),
        })
          .png()
          .toBuffer(),
      ['over-exposed'],
    ],
    ['small', () => toSharp(texture(300, 60)).png().toBuffer(), ['small']],
    [
      'blurred',
      () =>
        toSharp(
          paint(300, 300, (x, y) => ((Math.floor(x / 23) + Math.floor(y / 29)) % 2 ? [210, 190, 170] : [40, 60, 50])),
        )
          .blur(5)
          .png()
          .toBuffer(),
      ['blurred'],
    ],
  ])('%s', async (_, bytes, flags) => {
    expect(await flagsIn(await bytes())).toEqual(flags);
  });

  it('name what the alpha channel hides: everywhere, nearly everywhere, of every depth and format', async () => {
    const clear = (alpha: number) => toSharp(texture(120, 120)).ensureAlpha(alpha);
    expect(await flagsIn(await clear(0).png().toBuffer())).toEqual(['transparent']);
    expect(
      await flagsIn(
        await clear(2 / 255)
          .png()
          .toBuffer(),
      ),
    ).toEqual(['transparent']);
    expect(await flagsIn(await clear(0).webp({ lossless: true, exact: true }).toBuffer())).toEqual(['transparent']);
    expect(await flagsIn(await clear(0).tiff({ compression: 'lzw' }).toBuffer())).toEqual(['transparent']);
    expect(await flagsIn(await clear(0).greyscale().png().toBuffer())).toEqual(['transparent']);
    expect(await flagsIn(await clear(0).toColourspace('rgb16').png().toBuffer())).toContain('transparent');
    expect(await flagsIn(await toSharp(black).ensureAlpha(0).png().toBuffer())).toEqual([
      'constant',
      'transparent',
      'dark',
    ]);
    expect(await flagsIn(await clear(1).png().toBuffer())).toEqual([]);
    // Opaque in one corner: laid on black, hardly anything is left.
    const data = Uint8Array.from({ length: 100 * 100 * 4 }, (_unused, i) => (i % 4 < 3 ? 200 : i < 200 ? 255 : 0));
    const corner = await sharp(data, { raw: { width: 100, height: 100, channels: 4 } })
      .png()
      .toBuffer();
    expect(await flagsIn(corner)).toEqual(['dark']);
  });

  it('look for the field of fundus photographs only, and for what the centre square loses of unknown images only', async () => {
    const field = paint(300, 200, (x, y) =>
      Math.hypot(x - 150, y - 100) < 90 ? [150 + ((x * y) % 60), 80, 40] : [2, 2, 2],
    );
    expect(await flagsIn(await toSharp(field).png().toBuffer(), 'fundus')).toEqual([]);
    const wide = await toSharp(texture(400, 200)).png().toBuffer();
    expect(await flagsIn(wide, 'fundus')).toEqual(['no-field']);
    expect(await flagsIn(wide, 'cxr')).toEqual([]);
    expect(await flagsIn(wide, 'other')).toEqual(['cut-off']);
    expect(await flagsIn(await toSharp(texture(200, 400)).png().toBuffer(), 'other')).toEqual(['cut-off']);
    expect(await flagsIn(await toSharp(texture(400, 300)).png().toBuffer(), 'other')).toEqual([]);
  });
});
