/**
 * Batches prepared by worker threads while the training step runs. The pool owns a few batch slots in shared memory; a
 * prepared batch is lent until it is released.
 */
import os from 'node:os';
import { Worker } from 'node:worker_threads';
import { AppError, fromErrorShape } from '../../../shared/system/errors.ts';
import type { ManifestImage } from '../../../shared/dataset/dataset.ts';
import { moduleUrl } from '../../platform/module-url.ts';
import type { DecodeOutcome, FeedReply, FeedRequest, FeedSetup } from './feed-messages.ts';
import { NO_WORK, type FeedWork } from './feed-work.ts';

export interface BatchRequest {
  /** Indices into the manifest. */
  images: number[];
  /** Epoch that names the augmentation's random streams; null = no augmentation. */
  epoch: number | null;
}

export interface PreparedBatch {
  /** count x size x size x 3, NHWC, normalised; valid until `release`. */
  images: Float32Array;
  count: number;
  release(): void;
}

export interface BatchSource {
  /** Batches that may be in preparation or lent at once. */
  readonly depth: number;
  /** Waits for a free slot, then fills it. */
  prepare(request: BatchRequest): Promise<PreparedBatch>;
}

export interface BatchFeed extends BatchSource {
  /** Decodes one image of the manifest into the cache. */
  decode(image: number): Promise<DecodeOutcome>;
  /** What the feeding threads have done since the feed was made. */
  work(): FeedWork;
  close(): Promise<void>;
}

export interface FeedOptions extends Omit<FeedSetup, 'slots' | 'images'> {
  manifest: { images: readonly Pick<ManifestImage, 'path' | 'sha256'>[] };
  batch: number;
  workers?: number;
}

/** Batches ahead of the training step: one being trained on, one ready, one in preparation. */
const DEPTH = 3;

/** TensorFlow uses every core for the step; feeding needs few, and fewer than cores. */
export function feedingWorkers(cores = os.availableParallelism()): number {
  return Math.max(1, Math.min(4, Math.floor(cores / 2)));
}

export function createBatchFeed(options: FeedOptions): BatchFeed {
  const { manifest, batch, workers = feedingWorkers(), ...rest } = options;
  const values = options.size * options.size * 3;
  const memory = Array.from({ length: DEPTH }, () => new SharedArrayBuffer(batch * values * 4));
  const slots = memory.map((buffer) => new Float32Array(buffer));
  const pool = createPool({ ...rest, images: manifest.images.length, slots: memory }, workers);
  const work = { ...NO_WORK };
  const lend = lendSlots(slots, batch);

  return {
    depth: DEPTH,
    async decode(image) {
      const { path, sha256 } = manifest.images[image] as FeedOptions['manifest']['images'][number];
      const { outcome, ms } = await pool.ask({ type: 'decode', image, path, sha256 });
      work.decodedImages++;
      work.decodeSeconds += ms / 1000;
      return outcome as DecodeOutcome;
    },
    work: () => ({ ...work }),
    prepare: ({ images, epoch }) =>
      lend(images.length, async (memoryOfSlot) => {
        const slot = slots.indexOf(memoryOfSlot);
        const share = Math.ceil(images.length / workers);
        const parts: Promise<Answer>[] = [];
        for (let from = 0; from < images.length; from += share) {
          parts.push(pool.ask({ type: 'fill', slot, from, images: images.slice(from, from + share), epoch }));
        }
        const answers = await Promise.all(parts);
        if (epoch !== null) {
          work.augmentedImages += images.length;
          for (const { ms } of answers) work.augmentSeconds += ms / 1000;
        }
      }),
    close: () => pool.close(),
  };
}

/** Lends slots that hold up to `most` images each: waits for a free one, has it filled, and gets it back when the batch is released. */
export function lendSlots<Slot extends Float32Array>(slots: readonly Slot[], most: number) {
  const free = [...slots];
  const waiting: ((slot: Slot) => void)[] = [];
  const give = (slot: Slot): void => {
    const next = waiting.shift();
    if (next === undefined) free.push(slot);
    else next(slot);
  };
  return async (count: number, fill: (slot: Slot) => Promise<unknown>): Promise<PreparedBatch> => {
    if (count > most) throw new RangeError(`Expected at most ${most} images, got ${count}.`);
    const slot = free.pop() ?? (await new Promise<Slot>((resolve) => waiting.push(resolve)));
    try {
      await fill(slot);
    } catch (error) {
      give(slot);
      throw error;
    }
    let lent = true;
    return {
      images: slot.subarray(0, count * (slot.length / most)),
      count,
      release: () => {
        if (lent) give(slot);
        lent = false;
      },
    };
  };
}

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

type Answer = Pick<Extract<FeedReply, { type: 'done' }>, 'outcome' | 'ms'>;

/** Requests go to the worker with the fewest open ones. A worker that dies fails everything that is open or comes later. */
function createPool(setup: FeedSetup, count: number) {
  let nextId = 0;
  let failure: Error | null = null;
  const pending = new Map<number, { resolve: (answer: Answer) => void; reject: (error: unknown) => void }>();
  const members = Array.from({ length: count }, () => {
    const worker = new Worker(moduleUrl(import.meta.url, './feeding-worker'), { workerData: setup, execArgv: [] });
    return { worker, open: 0 };
  });

  const fail = (error: Error): void => {
    failure ??= error;
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
  };
  for (const member of members) {
    member.worker.on('message', (reply: FeedReply) => {
      member.open--;
      const asked = pending.get(reply.id);
      pending.delete(reply.id);
      if (reply.type === 'done') asked?.resolve(reply);
      else asked?.reject(fromErrorShape(reply.error));
    });
    member.worker.on('error', fail);
    member.worker.on('exit', () => fail(new AppError('run-failed', 'A thread that prepares images ended too early.')));
  }

  return {
    ask(request: WithoutId<FeedRequest>): Promise<Answer> {
      if (failure !== null) return Promise.reject(failure);
      const id = nextId++;
      const member = members.reduce((least, other) => (other.open < least.open ? other : least));
      member.open++;
      return new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject });
        member.worker.postMessage({ ...request, id });
      });
    },
    async close(): Promise<void> {
      for (const { worker } of members) worker.removeAllListeners('exit');
      await Promise.all(members.map(({ worker }) => worker.terminate()));
      fail(new AppError('cancelled', 'The preparation of images was stopped.'));
    },
  };
}

/**
 * The batches of `requests` in order, prepared ahead as far as the feed has slots. Each batch is released when the next one
 * is asked for.
 */
export async function* prefetch(
  feed: BatchSource,
  requests: Iterable<BatchRequest>,
): AsyncGenerator<PreparedBatch, void, undefined> {
  const source = requests[Symbol.iterator]();
  const ahead: Promise<PreparedBatch>[] = [];
  const ask = (): void => {
    const next = source.next();
    if (next.done === true) return;
    const batch = feed.prepare(next.value);
    // A failure is met when its turn comes; until then it is no unhandled rejection.
    batch.catch(() => undefined);
    ahead.push(batch);
  };
  for (let i = 0; i < feed.depth; i++) ask();
  try {
    for (let promise = ahead.shift(); promise !== undefined; promise = ahead.shift()) {
      const batch = await promise;
      try {
        yield batch;
      } finally {
        batch.release();
      }
      ask();
    }
  } finally {
    for (const promise of ahead) promise.then((batch) => batch.release()).catch(() => undefined);
  }
}
