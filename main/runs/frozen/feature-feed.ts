/** Batches of stored activations, read ahead by the file system's threads while the training step runs. */
import { lendSlots, type BatchSource } from '../feed/batch-feed.ts';
import type { FeatureStore } from './feature-store.ts';

/** One batch being trained on, one being read. Activations may be larger than images, so it is not more. */
const DEPTH = 2;

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
  const slots = Array.from({ length: DEPTH }, () => new Float32Array(batch * values));
  const lend = lendSlots(slots, batch);
  const rowAt = (image: number): number => {
    const row = rowOf.get(image);
    if (row === undefined) throw new RangeError(`Image ${image} takes no part in this run.`);
    return row;
  };
  return {
    depth: DEPTH,
    prepare: ({ images }) =>
      lend(images.length, (slot) =>
        Promise.all(images.map((image, position) => store.read(rowAt(image), slot, position * values))),
      ),
  };
}
