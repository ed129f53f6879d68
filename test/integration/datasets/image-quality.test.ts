/** Pictures that show little, and wide ones of unknown kind: said and asked, never silent. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { previewImport } from '../../../main/datasets/preview.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';
import { buildFrom, imageBytes, writeImage, writeText } from './folders.ts';

/** 24 images of two classes; `draw` may replace the bytes of one. */
async function writeSet(size: [number, number], draw: (i: number) => Promise<Buffer> | null): Promise<string> {
  const folder = makeTemporaryFolder();
  mkdirSync(path.join(folder, 'images'));
  const rows = ['image,label'];
  for (let i = 0; i < 24; i++) {
    rows.push(`${i}.png,${i % 2 ? 'sick' : 'healthy'}`);
    const own = draw(i);
    const bytes = own === null ? await imageBytes(i, 'png', 80) : await own;
    await sharp(bytes)
      .resize(...size, { fit: 'fill', kernel: 'nearest' })
      .png()
      .toFile(path.join(folder, 'images', `${i}.png`));
  }
  writeText(path.join(folder, 'labels.csv'), `${rows.join('\n')}\n`);
  return folder;
}

it('flags what is transparent, black or there twice, and says each once', async () => {
  const dark = (i: number) =>
    sharp({ create: { width: 80, height: 80, channels: 3, background: { r: i, g: 0, b: 0 } } });
  const folder = await writeSet([80, 80], (i) =>
    i < 4
      ? imageBytes(i, 'png', 80).then((bytes) => sharp(bytes).ensureAlpha(0).png().toBuffer())
      : i < 6
        ? dark(i).png().toBuffer()
        : null,
  );
  await writeImage(path.join(folder, 'images/extra.png'), 99);
  const { images, problems, dataset } = await buildFrom(folder, { positive: ['sick'] });
  const flagged = images.map(({ path: file, flags }) => [path.basename(file), flags?.join() ?? '']);
  expect(flagged.filter(([, flags]) => flags !== '')).toEqual([
    ...[0, 1, 2, 3].map((i) => [`${i}.png`, 'transparent']),
    ['4.png', 'constant,dark'],
    ['5.png', 'constant,dark'],
  ]);
  const said = problems.filter(({ kind }) => kind === 'image-quality').map(({ message }) => message);
  expect(said).toEqual([
    '4 images: transparent everywhere; the colours are used as they are, and may mean nothing.',
    '2 images: every pixel has the same value, so that nothing can be seen.',
    '2 images: nearly black.',
  ]);
  expect(dataset).toMatchObject({ qualityChecked: true, problemCounts: { 'image-quality': 8 } });
});

it('asks what wide images show before half of each is lost, in the preview too', async () => {
  const folder = await writeSet([160, 80], () => null);
  const request = { folder, positive: ['sick'] };
  const question = 'What do the images show? 24 of 24 would lose more than a quarter.';
  expect((await previewImport(request)).questions).toMatchObject([{ id: 'modality', question }]);
  await expect(buildFrom(folder, request)).rejects.toMatchObject({ questions: [{ id: 'modality', question }] });
  const other = await buildFrom(folder, { ...request, modality: 'other' });
  expect(other.dataset.problemCounts).toMatchObject({ 'image-quality': 24 });
  expect(other.problems.find(({ kind }) => kind === 'image-quality')?.message).toContain('loses more than a quarter');
  expect((await buildFrom(folder, { ...request, modality: 'cxr' })).dataset.problemCounts).not.toHaveProperty(
    'image-quality',
  );
});
