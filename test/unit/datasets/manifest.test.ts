import { expect, it } from 'vitest';
import { manifestPieces } from '../../../main/datasets/manifest.ts';
import { manifestSchema } from '../../../shared/dataset/dataset.ts';
import { aDataset, someImages } from '../store/factories.ts';

it('writes the manifest of many images in pieces that are one document together', () => {
  const [image] = someImages();
  const images = Array.from({ length: 2001 }, (_, i) => ({ ...image!, id: `i${i}`, site: 'Site of the clinic' }));
  const pieces = [...manifestPieces(aDataset(), images)];
  expect(pieces.length).toBeGreaterThan(3);
  expect(Math.max(...pieces.map((piece) => piece.match(/"id":/g)?.length ?? 0))).toBeLessThanOrEqual(1000);
  const manifest = manifestSchema.parse(JSON.parse(pieces.join('')));
  expect(manifest.images.map(({ id }) => id)).toEqual(images.map(({ id }) => id));
  expect(pieces.join('')).not.toContain('Site of the clinic');
});
