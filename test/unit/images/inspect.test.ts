import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { greyGrid } from '../../../main/images/grey-grid.ts';
import { inspectImage } from '../../../main/images/inspect.ts';
import { grey16, paint, save, toSharp } from './make-images.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const folder = makeTemporaryFolder();
const noise = paint(300, 200, (x, y) => [(x * 31 + y * 17) % 256, (x * y) % 256, (x * 7) % 256]);

async function expectFailure(file: string) {
  const result = await inspectImage(file);
  if (result.ok) throw new Error('Expected a failure.');
  expect(result.error.message).not.toContain(folder);
  expect(result.error.action).toBeTruthy();
  return result.error;
}

describe('inspectImage', () => {
  it('reports size, content hash and no notes for an ordinary photograph', async () => {
    const file = save(folder, 'ok.jpeg', await toSharp(noise).jpeg().toBuffer());
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
    const pixelsSha256 = createHash('sha256').update('300 200 300 3 ').update(data).digest('hex');
    const value = { width: 300, height: 200, sha256, pixelsSha256, grid: greyGrid(data, info), notes: [] };
    expect(await inspectImage(file)).toMatchObject({ ok: true, value });
  });

  it.each([0.03, 0.3, 0.9, 0.99])('finds a JPEG cut off at %f of its length', async (share) => {
    const bytes = await toSharp(noise).jpeg().toBuffer();
    const error = await expectFailure(save(folder, 'cut.jpeg', bytes.subarray(0, Math.floor(bytes.length * share))));
    expect(error.reason).toBe(share < 0.1 ? error.reason : 'truncated');
    expect(['truncated', 'corrupt']).toContain(error.reason);
    expect(error.code).toBe('bad-input');
  });

  it.each([0.5, 0.97])('finds a PNG and a TIFF cut off at %f of their length', async (share) => {
    for (const [name, bytes] of [
      ['cut.png', await toSharp(noise).png().toBuffer()],
      ['cut.tif', await toSharp(noise).tiff({ compression: 'lzw' }).toBuffer()],
    ] as const) {
      const error = await expectFailure(save(folder, name, bytes.subarray(0, Math.floor(bytes.length * share))));
      expect(['truncated', 'corrupt']).toContain(error.reason);
    }
  });

  it('tells text, zero bytes, a folder, a missing file, and SVG from images', async () => {
    const text = await expectFailure(save(folder, 'notes.png', 'patient,grade\n1,2\n'));
    expect(text).toMatchObject({ reason: 'not-an-image', message: 'Expected an image, got text.' });
    expect((await expectFailure(save(folder, 'empty.png', ''))).reason).toBe('empty');
    mkdirSync(join(folder, 'folder.png'));
    expect((await expectFailure(join(folder, 'folder.png'))).reason).toBe('not-an-image');
    expect((await expectFailure(join(folder, 'none.png'))).reason).toBe('missing');
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>';
    expect((await expectFailure(save(folder, 'drawing.png', svg))).reason).toBe('not-an-image');
    const bmp = Buffer.from('BM\x46\0\0\0\0\0\0\0\x36\0\0\0', 'latin1');
    expect(await expectFailure(save(folder, 'scan.bmp', bmp))).toMatchObject({
      reason: 'unsupported',
      message: 'Expected a JPEG, PNG, TIFF, WebP or DICOM image, got a BMP image.',
    });
    expect((await expectFailure(save(folder, 'bmi.png', 'BMI,age\n22,31\n'))).message).toContain('got text');
  });

  it('notes 16-bit, CMYK, transparency and orientation', async () => {
    const full = await grey16(20, 20, (i) => Math.round((i * 65535) / 399))
      .png()
      .toBuffer();
    const twelve = await grey16(20, 20, (i) => i * 10)
      .tiff({ compression: 'lzw' })
      .toBuffer();
    const files: [string, Buffer, string][] = [
      ['full.png', full, '16-bit, scaled to 8 bits'],
      ['twelve.tif', twelve, '16-bit file with 12-bit values (largest 3990), scaled to 8 bits'],
      ['cmyk.jpeg', await toSharp(noise).toColourspace('cmyk').jpeg().toBuffer(), 'CMYK, converted to RGB'],
      ['alpha.png', await toSharp(noise).ensureAlpha(0.5).png().toBuffer(), 'transparency laid on black'],
      [
        'clear.png',
        await toSharp(noise).ensureAlpha(0).png().toBuffer(),
        'transparent everywhere, so that its colours are used as they are',
      ],
    ];
    for (const [name, bytes, note] of files) {
      expect(await inspectImage(save(folder, name, bytes))).toMatchObject({ ok: true, value: { notes: [note] } });
    }
    const turned = await toSharp(noise).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(await inspectImage(save(folder, 'turned.jpeg', turned))).toMatchObject({
      ok: true,
      value: { width: 200, height: 300, notes: ['turned upright by its EXIF orientation (6)'] },
    });
  });

  it('keeps an image that its decoder only warns of, and says so', async () => {
    const bytes = await toSharp(noise).jpeg().toBuffer();
    const padded = Buffer.concat([bytes.subarray(0, 2), Buffer.alloc(3), bytes.subarray(2)]);
    expect(await inspectImage(save(folder, 'padded.jpeg', padded))).toMatchObject({
      ok: true,
      value: { notes: ['the decoder warned: Corrupt JPEG data: 3 extraneous bytes before marker 0xdb'] },
    });
  });

  it('finds damaged pixel data in the middle of a JPEG', async () => {
    const damaged = await toSharp(noise).jpeg().toBuffer();
    const scan = damaged.indexOf(Buffer.from([0xff, 0xda]));
    damaged.fill(0xff, scan + 400, scan + 460);
    expect((await expectFailure(save(folder, 'damaged.jpeg', damaged))).reason).toBe('corrupt');
  });

  it('refuses samples that are neither 8 nor 16 bits', async () => {
    // A minimal uncompressed little-endian TIFF with one 32-bit float sample per pixel, 4 x 4.
    const tags: [number, number, number, number][] = [
      [256, 3, 1, 4],
      [257, 3, 1, 4],
      [258, 3, 1, 32],
      [259, 3, 1, 1],
      [262, 3, 1, 1],
      [273, 4, 1, 8 + 2 + 11 * 12 + 4],
      [277, 3, 1, 1],
      [278, 3, 1, 4],
      [279, 4, 1, 64],
      [284, 3, 1, 1],
      [339, 3, 1, 3],
    ];
    const tiff = Buffer.alloc(8 + 2 + tags.length * 12 + 4 + 64);
    tiff.write('II*\0', 0, 'latin1');
    tiff.writeUInt32LE(8, 4);
    tiff.writeUInt16LE(tags.length, 8);
    tags.forEach(([tag, type, count, value], i) => {
      tiff.writeUInt16LE(tag, 10 + i * 12);
      tiff.writeUInt16LE(type, 12 + i * 12);
      tiff.writeUInt32LE(count, 14 + i * 12);
      tiff.writeUInt32LE(value, 18 + i * 12);
    });
    const error = await expectFailure(save(folder, 'float.tif', tiff));
    expect(error).toMatchObject({ reason: 'unsupported', code: 'unsupported' });
    expect(error.message).toContain('float');
  });
});
