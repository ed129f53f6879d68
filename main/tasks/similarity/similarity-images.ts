/** The test images that networks are compared on: decoded, in the manifest's order, without augmentation. */
import { AppError } from '../../../shared/system/errors.ts';
import type { Manifest } from '../../../shared/dataset/dataset.ts';
import type { Normalisation } from '../../../shared/study/protocol.ts';
import { RandomStream } from '../../../shared/system/random.ts';
import { augmentInto } from '../../images/augment.ts';
import { ImageCache } from '../../images/cache.ts';
import { createBatchFeed } from '../../runs/feed/batch-feed.ts';
import { decodeAll } from '../../runs/feed/image-lists.ts';
import type { SimilarityWork } from './similarity.ts';

export interface TestImages {
  /** Indices into the manifest. */
  indices: number[];
  id(index: number): string;
  /** Writes one image, normalised, size x size x 3. */
  read(index: number, normalisation: Normalisation, out: Float32Array, offset: number): void;
  close(): void;
}

/** Most often every image is in the cache already, since the runs tested on it. @throws AppError where files are gone or changed */
export async function openTestImages(work: SimilarityWork, manifest: Manifest): Promise<TestImages> {
  const { size } = work;
  const test = manifest.images.flatMap(({ split }, index) => (split === 'test' ? [index] : []));
  const cache = ImageCache.open(work.cacheFolder, { images: manifest.images.length, size });
  try {
    const todo = test.filter((index) => cache.state(index) === 0);
    if (todo.length > 0) await decode(work, manifest, todo);
    const indices = test.filter((index) => cache.state(index) === 1);
    if (indices.length === 0) {
      throw new AppError('bad-input', 'Expected readable test images to compare networks on, found none.', {
        action: 'Import the folder again with more patients or another split.',
      });
    }
    const pixels = new Uint8Array(size * size * 3);
    const unused = new RandomStream(0);
    return {
      indices,
      id: (index) => manifest.images[index]?.id ?? '',
      read(index, normalisation, out, offset) {
        cache.read(index, pixels);
        augmentInto({ pixels, size, augmentation: null, normalisation, stream: unused, out, offset });
      },
      close: () => cache.close(),
    };
  } catch (error) {
    cache.close();
    throw error;
  }
}

async function decode(
  { cacheFolder, size, modality }: SimilarityWork,
  manifest: Manifest,
  images: number[],
): Promise<void> {
  const augmentation = { crop: 0, hue: 0, contrast: 0, flipHorizontal: false, flipVertical: false };
  const setup = { cacheFolder, size, modality, augmentation, normalisation: 'imagenet', seed: 0 } as const;
  const feed = createBatchFeed({ ...setup, manifest, batch: 1 });
  try {
    await decodeAll(images, { decode: (image) => feed.decode(image), parallel: 4, needed: images.length });
  } finally {
    await feed.close();
  }
}
