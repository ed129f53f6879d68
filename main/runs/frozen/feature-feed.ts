/** Batches of stored activations, read ahead by the file system's threads while the training step runs. */
import type { BatchRequest, BatchSource } from '../feed/batch-feed.ts';
import type { FeatureStore } from './feature-store.ts';

/** One batch being trained on, one being read. Activations may be larger than images, so it is not more. */
const DEPTH = 2;

type Slot = Float32Array<ArrayBuffer>;

/**
 * @param rowOf row of the store by index into the manifest
 * @param batch most images of a request
 */
export function createFeatureFeed(params: {
  store: FeatureStore;
  rowOf: ReadonlyMap<number, number>;
  batch: number;
}): BatchSource {
  const { store, rowOf, batch } = params;
  const { values } = store.shape;
  const free = Array.from({ length: DEPTH }, () => new Float32Array(batch * values));
  const waiting: ((slot: Slot) => void)[] = [];
  const take = (): Promise<Slot> => {
    const slot = free.pop();
    return slot === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(slot);
  };
  const give = (slot: Slot): void => {
    const next = waiting.shift();
    if (next === undefined) free.push(slot);
    else next(slot);
  };
  const rowAt = (image: number): number => {
    const row = rowOf.get(image);
    if (row === undefined) throw new RangeError(`Image ${image} takes no part in this run.`);
    return row;
  };
  return {
    depth: DEPTH,
    async prepare({ images }: BatchRequest) {
      if (images.length > batch) throw new RangeError(`Expected at most ${batch} images, got ${images.length}.`);
      const slot = await take();
      try {
        await Promise.all(images.map((image, position) => store.read(rowAt(image), slot, position * values)));
      } catch (error) {
        give(slot);
        throw error;
      }
      let lent = true;
      return {
        images: slot.subarray(0, images.length * values),
        count: images.length,
        release: () => {
          if (lent) give(slot);
          lent = false;
        },
      };
    },
  };
}
