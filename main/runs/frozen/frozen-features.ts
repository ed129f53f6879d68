/**
 * Frozen stages of a run. Their weights never change, so each image is sent through them once and what comes out is kept for all
 * steps and evaluations. Where the disk has no room for that, or where training images are augmented all the same
 * (`augmentFrozen`), they are evaluated at each step instead.
 */
import { AppError } from '../../../shared/system/errors.ts';
import { formatBytes } from '../../../shared/words/numbers.ts';
import { freezeOf } from '../../../shared/study/models.ts';
import type { RunConfig } from '../../../shared/run/run.ts';
import { sha256Of } from '../../platform/sha256.ts';
import type { Learner } from '../../engine/train/learner.ts';
import type { FrozenStages, Trainer } from '../../engine/train/trainer.ts';
import { elementCount } from '../../engine/tensors.ts';
import { prefetch, type BatchFeed, type BatchSource } from '../feed/batch-feed.ts';
import { createFeatureFeed } from './feature-feed.ts';
import {
  declaredRows,
  DISK_RESERVE_BYTES,
  featureBytes,
  FeatureStore,
  removeFeatures,
  type FeatureShape,
} from './feature-store.ts';
import type { ImageLists } from '../feed/image-lists.ts';
import { batchesOf } from '../training/scoring.ts';
import { yieldToEventLoop, type TrainingContext } from '../training/training-context.ts';
import type { TrainingSession } from '../training/training-session.ts';

/** Whether training images are augmented: always, except where their activations are computed once and kept. */
export function augmentsTraining({ init, protocol }: Pick<RunConfig, 'init' | 'protocol'>): boolean {
  return freezeOf(init) === null || protocol.augmentFrozen;
}

export interface Features {
  /** Takes the place of the feed of images. */
  feed: BatchSource;
  /** Of this run's trainers, the learner that the feed is for. */
  learner(trainer: Trainer): Learner;
  close(): Promise<void>;
}

/**
 * The activations of all images of the run, made or completed where needed; null where steps and predictions are given images.
 * @throws Stopped; AppError when the images or the store cannot be read
 */
export async function openFeatures(params: {
  context: TrainingContext<BatchFeed>;
  lists: ImageLists;
  session: TrainingSession;
}): Promise<Features | null> {
  const { context, lists, session } = params;
  const { config, files, report } = context;
  const { trainer, state } = session;
  const { frozen } = trainer;
  if (frozen === null || augmentsTraining(config)) return null;
  const images = [...lists.train, ...lists.validation, ...lists.test].sort((a, b) => a - b);
  const shape = {
    rows: images.length,
    values: elementCount(frozen.featureShape),
    fingerprint: fingerprintOf(config, images),
  };
  // A run that began without stored activations goes on without: it is the same computation in other portions.
  state.frozenActivations ??= hasRoom(context, shape) ? 'stored' : 'each-step';
  if (state.frozenActivations === 'each-step') {
    removeFeatures(files);
    return null;
  }
  const store = await FeatureStore.open(files, shape);
  const started = context.now();
  try {
    await fillStore({ context, frozen, store, images });
    state.seconds += context.now() - started;
  } catch (error) {
    if (error instanceof AppError && error.code === 'out-of-space') {
      await store.discard();
      state.frozenActivations = 'each-step';
      report.log('warning', `The disk is full. ${EACH_STEP}`);
      return null;
    }
    await store.close();
    throw error;
  }
  const rowOf = new Map(images.map((image, row) => [image, row]));
  const feed = createFeatureFeed({ store, rowOf, batch: config.protocol.batch });
  return { feed, learner: learnerOnFeatures, close: () => store.close() };
}

function learnerOnFeatures({ frozen }: Trainer): Learner {
  if (frozen !== null) return frozen.onFeatures;
  throw new AppError('internal', 'Expected a network with frozen stages; nothing is frozen in this one.');
}

const EACH_STEP = 'The frozen stages are evaluated at each step instead: the same result, only slower.';

function hasRoom(context: TrainingContext, shape: FeatureShape): boolean {
  const { files, report } = context;
  const needed = featureBytes(shape) - featureBytes({ ...shape, rows: declaredRows(files, shape) });
  const free = context.freeDiskBytes(files.folder);
  if (needed + DISK_RESERVE_BYTES <= free) return true;
  report.log(
    'warning',
    `The activations of the frozen stages need ${formatBytes(needed)} and some reserve, ${formatBytes(free)} are free on the disk. ${EACH_STEP}`,
  );
  return false;
}

/** In whole batches from the first image on, so that a store completed by a later attempt holds the same bits. */
async function fillStore(params: {
  context: TrainingContext<BatchFeed>;
  frozen: FrozenStages;
  store: FeatureStore;
  images: readonly number[];
}): Promise<void> {
  const { context, frozen, store, images } = params;
  const { config, feed, stop, report } = context;
  if (store.complete) return;
  const todo = images.slice(store.done);
  report.log(
    'info',
    `The frozen stages (to ${freezeOf(config.init) ?? ''}) are evaluated once for ${todo.length} images; their activations take ${formatBytes(featureBytes(store.shape))} on the disk while the run lasts.`,
  );
  report.progress('extracting', store.done, images.length, null);
  for await (const batch of prefetch(feed, batchesOf(todo, config.protocol.batch))) {
    stop.check();
    await store.append(frozen.features(batch.images, batch.count));
    report.progress('extracting', store.done, images.length, null);
    await yieldToEventLoop();
  }
}

/** What decides about every row, beside the configuration's file itself, which no run changes. */
function fingerprintOf({ runId, model, init, protocol }: RunConfig, images: readonly number[]): string {
  const { size, batch, normalisation } = protocol;
  const parts = { runId, model, init, size, batch, normalisation, images };
  return sha256Of(JSON.stringify(parts));
}
