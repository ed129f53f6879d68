/** A feeding thread: decodes images into the shared cache, and fills batch slots from it while the training step runs. */
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { toErrorShape } from '../../../shared/system/errors.ts';
import { RandomStream } from '../../../shared/system/random.ts';
import { augmentInto } from '../../images/augment.ts';
import { ImageCache } from '../../images/cache.ts';
import { decodeToSquare } from '../../images/decode.ts';
import { sha256OfFile } from '../../platform/sha256.ts';
import type { DecodeOutcome, FeedReply, FeedRequest, FeedSetup } from './feed-messages.ts';

const port = parentPort;
if (port === null) throw new Error('feeding-worker.ts is a worker thread, not a program.');

const setup = workerData as FeedSetup;
const { size } = setup;
const values = size * size * 3;
const cache = ImageCache.open(setup.cacheFolder, { images: setup.images, size });
const slots = setup.slots.map((memory) => new Float32Array(memory));
const pixels = new Uint8Array(values);

port.on('message', (request: FeedRequest) => {
  void answer(request).then((reply) => port.postMessage(reply));
});

async function answer(request: FeedRequest): Promise<FeedReply> {
  try {
    const { id } = request;
    if (request.type === 'decode') {
      const took = startDecoding();
      const outcome = await decode(request).finally(took);
      return { type: 'done', id, outcome, ms: took() };
    }
    const started = performance.now();
    fill(request);
    return { type: 'done', id, outcome: null, ms: performance.now() - started };
  } catch (error) {
    return { type: 'failed', id: request.id, error: toErrorShape(error) };
  }
}

let decoding = 0;
let accounted = 0;

/**
 * Several images are decoded at once, since reading a file and decoding it wait for others. Each takes the time since the one
 * before was finished, so that all of them together take the time in which this thread had something to decode.
 */
function startDecoding(): () => number {
  if (decoding++ === 0) accounted = performance.now();
  let ms: number | null = null;
  return () => {
    if (ms !== null) return ms;
    decoding--;
    const now = performance.now();
    ms = now - accounted;
    accounted = now;
    return ms;
  };
}

async function decode({ image, path, sha256 }: Extract<FeedRequest, { type: 'decode' }>): Promise<DecodeOutcome> {
  const hash = await sha256OfFile(path);
  if (hash === null) return 'missing';
  if (hash !== sha256) return 'changed';
  const decoded = await decodeToSquare(path, { size, modality: setup.modality });
  // The disk failed, not the image: nothing is remembered about it.
  if (!decoded.ok && (decoded.error.reason === 'missing' || decoded.error.reason === 'unreadable')) return 'missing';
  cache.write(image, decoded.ok ? decoded.value.pixels : null);
  return decoded.ok ? 'decoded' : 'unreadable';
}

function fill({ slot, from, images, epoch }: Extract<FeedRequest, { type: 'fill' }>): void {
  const out = slots[slot] as Float32Array;
  images.forEach((image, position) => {
    cache.read(image, pixels);
    augmentInto({
      pixels,
      size,
      augmentation: epoch === null ? null : setup.augmentation,
      normalisation: setup.normalisation,
      stream: new RandomStream(setup.seed, 'augment', epoch ?? 0, image),
      out,
      offset: (from + position) * values,
    });
  });
}
