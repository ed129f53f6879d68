/** Stored activations: resuming, other content, damage, and reading ahead. */
import fs from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { prefetch } from '../../../main/runs/feed/batch-feed.ts';
import { createFeatureFeed } from '../../../main/runs/frozen/feature-feed.ts';
import { declaredRows, FeatureStore, type FeatureShape } from '../../../main/runs/frozen/feature-store.ts';
import { runFiles, type RunFiles } from '../../../main/runs/process/run-folder.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const SHAPE: FeatureShape = { rows: 6, values: 5, fingerprint: 'a' };
const rows = (from: number, count: number): Float32Array =>
  Float32Array.from({ length: count * SHAPE.values }, (_, i) => from + i / 10);
const row = (index: number): Float32Array =>
  rows(2 * Math.floor(index / 2), 2).subarray((index % 2) * 5, (index % 2) * 5 + 5);

let files: RunFiles;
beforeEach(() => {
  files = runFiles(makeTemporaryFolder('feature-store'));
});

async function filled(): Promise<FeatureStore> {
  const store = await FeatureStore.open(files, SHAPE);
  for (const from of [0, 2, 4]) await store.append(rows(from, 2));
  return store;
}

describe('a store', () => {
  it('gives back every row to the bit, in any order', async () => {
    const store = await filled();
    expect(store.complete).toBe(true);
    const into = new Float32Array(15);
    await Promise.all([5, 0, 2].map((index, place) => store.read(index, into, place * 5)));
    [5, 0, 2].forEach((index, place) => expect(into.subarray(place * 5, place * 5 + 5)).toEqual(row(index)));
    await store.close();
  });

  it('goes on behind the last declared row', async () => {
    const first = await FeatureStore.open(files, SHAPE);
    await first.append(rows(0, 2));
    expect(declaredRows(files, SHAPE)).toBe(0);
    await first.close();
    expect(declaredRows(files, SHAPE)).toBe(2);
    const second = await FeatureStore.open(files, SHAPE);
    expect(second.done).toBe(2);
    await second.append(rows(2, 2));
    await second.append(rows(4, 2));
    const into = new Float32Array(5);
    await second.read(1, into, 0);
    expect(into).toEqual(row(1));
    await second.close();
  });

  it.each([
    ['other images or weights', () => ({ ...SHAPE, fingerprint: 'b' })],
    ['another shape', () => ({ ...SHAPE, values: 4 })],
    ['another number of images', () => ({ ...SHAPE, rows: 5 })],
  ])('starts over for %s', async (_, shape) => {
    await (await filled()).close();
    expect(declaredRows(files, SHAPE)).toBe(6);
    const store = await FeatureStore.open(files, shape());
    expect(store.done).toBe(0);
    await store.close();
  });

  it.each([
    ['cut short', () => fs.truncateSync(files.features, 30)],
    ['gone', () => fs.rmSync(files.features)],
    ['not declared legibly', () => fs.writeFileSync(files.featuresDone, '{"rows":')],
  ])('starts over where it is %s', async (_, damage) => {
    await (await filled()).close();
    damage();
    const store = await FeatureStore.open(files, SHAPE);
    expect(store.done).toBe(0);
    await store.close();
  });

  it('refuses rows that it has no place for, and rows that are not there yet', async () => {
    const store = await FeatureStore.open(files, SHAPE);
    await store.append(rows(0, 2));
    await expect(store.append(rows(2, 5))).rejects.toThrow('Expected at most 4 rows of 5 values');
    await expect(store.read(2, new Float32Array(5), 0)).rejects.toThrow('Expected a row from 0 to 1, got 2');
    await store.discard();
    expect(fs.readdirSync(files.folder)).toEqual([]);
  });

  it('says what is wrong when it is cut short while it is read', async () => {
    const store = await filled();
    fs.truncateSync(files.features, 30);
    await expect(store.read(5, new Float32Array(5), 0)).rejects.toThrow('cut short');
    await store.close();
  });
});

it('a feed lends batches by image, and waits for one to be given back', async () => {
  const store = await filled();
  // Images of the manifest 10, 12, ..., in the order of the rows.
  const rowOf = new Map([10, 12, 14, 16, 18, 20].map((image, index) => [image, index]));
  const feed = createFeatureFeed({ store, rowOf, batch: 2 });
  const requests = [[20, 10], [14], [12, 12], [16, 18]].map((images) => ({ images, epoch: null }));
  const seen: number[][] = [];
  for await (const batch of prefetch(feed, requests)) {
    expect(batch.images).toHaveLength(batch.count * SHAPE.values);
    seen.push(Array.from({ length: batch.count }, (_, i) => batch.images[i * SHAPE.values] as number));
  }
  const firsts = (...indices: number[]) => indices.map((index) => row(index)[0] as number);
  expect(seen).toEqual([firsts(5, 0), firsts(2), firsts(1, 1), firsts(3, 4)]);
  await expect(feed.prepare({ images: [11], epoch: null })).rejects.toThrow('takes no part');
  await expect(feed.prepare({ images: [10, 12, 14], epoch: null })).rejects.toThrow('at most 2');
  const [one, two] = [
    await feed.prepare({ images: [10], epoch: null }),
    await feed.prepare({ images: [12], epoch: null }),
  ];
  let third = false;
  const waiting = feed.prepare({ images: [14], epoch: null }).then((batch) => {
    third = true;
    batch.release();
  });
  await Promise.resolve();
  expect(third).toBe(false);
  one.release();
  await waiting;
  two.release();
  await store.close();
});
