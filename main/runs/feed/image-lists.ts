/** Which images of the manifest a run trains on, chooses its checkpoint by, and is tested on; and getting them decoded. */
import { AppError } from '../../../shared/system/errors.ts';
import type { Manifest, ManifestImage } from '../../../shared/dataset/dataset.ts';
import type { RunConfig } from '../../../shared/run/run.ts';
import { trainingSubset } from '../../../shared/dataset/subset.ts';
import { ImageCache } from '../../images/cache.ts';
import { forEachConcurrently } from '../../platform/concurrently.ts';
import type { BatchFeed } from './batch-feed.ts';
import type { DecodeOutcome } from './feed-messages.ts';
import type { StopSignal } from '../process/stop-signal.ts';

/** Indices into `manifest.images`, ascending. */
export interface ImageLists {
  train: number[];
  validation: number[];
  test: number[];
}

/** The lists before any image was found to be unreadable. Nested and patient-respecting for training-set sizes. */
export function chooseImages(manifest: Manifest, config: Pick<RunConfig, 'trainSize' | 'seed'>): ImageLists {
  const bySplit = (split: string): number[] =>
    manifest.images.flatMap((image, index) => (image.split === split ? [index] : []));
  const training = bySplit('train').map((index) => {
    const { id, patient, labels } = manifest.images[index] as ManifestImage;
    return { index, id, patient, labels };
  });
  return {
    train: trainingSubset(training, config.trainSize, config.seed).map(({ index }) => index),
    validation: bySplit('validation'),
    test: bySplit('test'),
  };
}

/**
 * Decodes what is not in the cache yet. Returns the lists without images that cannot be decoded, and how many those were.
 * @throws AppError when files are gone or were changed since the import, or when a split is left empty
 */
export async function cacheImages(params: {
  lists: ImageLists;
  config: RunConfig;
  manifest: Manifest;
  feed: Pick<BatchFeed, 'decode'>;
  /** Decodings in flight at once. */
  parallel: number;
  stop: StopSignal;
  onProgress: { (done: number, total: number): void };
}): Promise<{ lists: ImageLists; skipped: number }> {
  const { lists, config, manifest, feed, stop, onProgress } = params;
  const shape = { images: manifest.images.length, size: config.protocol.size };
  const cache = ImageCache.open(config.cacheFolder, shape);
  try {
    const needed = [...lists.train, ...lists.validation, ...lists.test];
    const todo = needed.filter((image) => cache.state(image) === 0);
    let done = needed.length - todo.length;
    onProgress(done, needed.length);
    const decode = async (image: number): Promise<DecodeOutcome> => {
      stop.check();
      const outcome = await feed.decode(image);
      onProgress(++done, needed.length);
      return outcome;
    };
    await decodeAll(todo, { decode, parallel: params.parallel, needed: needed.length });
    const readable = (list: number[]): number[] => list.filter((image) => cache.state(image) === 1);
    const usable = {
      train: readable(lists.train),
      validation: readable(lists.validation),
      test: readable(lists.test),
    };
    for (const [split, list] of Object.entries(usable)) {
      if (list.length > 0) continue;
      throw new AppError('bad-input', `Expected at least one readable image in the ${split} split, found none.`, {
        action: 'Import the folder again with more patients or another split.',
      });
    }
    const left = usable.train.length + usable.validation.length + usable.test.length;
    return { lists: usable, skipped: needed.length - left };
  } finally {
    cache.close();
  }
}

/** @throws AppError when files are gone or were changed since the import */
export async function decodeAll(
  images: readonly number[],
  { decode, parallel, needed }: { decode: BatchFeed['decode']; parallel: number; needed: number },
): Promise<void> {
  const lost = { missing: 0, changed: 0 };
  await forEachConcurrently(images, parallel, async (image) => {
    const outcome = await decode(image);
    if (outcome === 'missing' || outcome === 'changed') lost[outcome]++;
  });
  if (lost.missing + lost.changed > 0) throw lostImages(lost, needed);
}

function lostImages({ missing, changed }: { missing: number; changed: number }, needed: number): AppError {
  const parts = [
    ...(missing > 0 ? [`${missing} cannot be read any more`] : []),
    ...(changed > 0 ? [`${changed} changed since the import`] : []),
  ];
  return new AppError('bad-input', `Of ${needed} image files that this run needs, ${parts.join(' and ')}.`, {
    action:
      'Make the imported folder available as it was (is the drive connected?) and resume, or import it again and run a new study.',
  });
}
