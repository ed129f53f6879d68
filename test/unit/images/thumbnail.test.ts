import path from 'node:path';
import { expect, it } from 'vitest';
import { sharp } from '../../../main/images/sharp.ts';
import { renderForScreen } from '../../../main/images/thumbnail.ts';
import { disc, grey16, save, toSharp } from './make-images.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const folder = makeTemporaryFolder();

async function picture(file: string, modality: 'fundus' | 'cxr', side: number) {
  const drawn = await renderForScreen(file, { modality, side });
  if (!drawn.ok) throw new Error(drawn.error.message);
  return sharp(drawn.value).raw().toBuffer({ resolveWithObject: true });
}

it('gives an image at most the side that is asked for, and never enlarges it', async () => {
  const file = save(
    folder,
    'wide.png',
    await toSharp(disc(600, 400, [300, 200], 190))
      .png()
      .toBuffer(),
  );
  expect((await picture(file, 'cxr', 300)).info).toMatchObject({ width: 300, height: 200 });
  expect((await picture(file, 'cxr', 4096)).info).toMatchObject({ width: 600, height: 400 });
  // A fundus photograph is cut to its field, about 380 pixels wide.
  const { width, height } = (await picture(file, 'fundus', 2048)).info;
  expect(width).toBe(height);
  expect(width).toBeGreaterThan(360);
  expect(width).toBeLessThan(400);
});

it('shows a 12-bit x-ray in a 16-bit PNG at its own brightness', async () => {
  const file = save(
    folder,
    'deep.png',
    await grey16(64, 64, (i) => (i < 2048 ? 4095 : 0))
      .png()
      .toBuffer(),
  );
  const { data, info } = await picture(file, 'cxr', 512);
  expect(info).toMatchObject({ width: 64, height: 64 });
  expect(data[0]).toBeGreaterThan(245);
  expect(data[data.length - 1]).toBeLessThan(10);
});

it('says that a file is missing', async () => {
  const drawn = await renderForScreen(path.join(folder, 'gone.png'), { modality: 'cxr', side: 512 });
  expect(drawn).toMatchObject({ ok: false, error: { reason: 'missing', code: 'not-found' } });
});
