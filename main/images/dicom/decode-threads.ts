/**
 * Large DICOM images are decoded in a few threads of their own: unlike sharp, which brings its threads along, these decoders would stop
 * everything else for seconds. The threads live as long as the process, and do not keep it alive.
 */
import { availableParallelism } from 'node:os';
import { isMainThread, Worker } from 'node:worker_threads';
import { moduleUrl } from '../../platform/module-url.ts';
import { RefusedImage } from '../failure.ts';
import { decodeDicom, type DicomImage } from './decode-dicom.ts';
import type { DecodeAnswer, DecodeWork } from './decode-messages.ts';
import type { RenderedPixels } from './grey.ts';

/** Pixels up to which sending them takes longer than decoding them. */
const FEW_PIXELS = 2 ** 16;
const MOST_THREADS = 4;

interface Waiting {
  resolve: (pixels: RenderedPixels) => void;
  reject: (error: unknown) => void;
}

interface Thread {
  worker: Worker;
  waiting: Map<number, Waiting>;
}

const threads: Thread[] = [];
let works = 0;

function startThread(): Thread {
  const worker = new Worker(moduleUrl(import.meta.url, './decode-worker'), { execArgv: [] });
  const thread: Thread = { worker, waiting: new Map() };
  worker.on('message', ({ id, result }: DecodeAnswer) => {
    const waiting = thread.waiting.get(id);
    thread.waiting.delete(id);
    if (thread.waiting.size === 0) worker.unref();
    if ('pixels' in result) waiting?.resolve(result.pixels);
    else waiting?.reject('failure' in result ? new RefusedImage(result.failure) : new Error(result.message));
  });
  const end = (error: unknown): void => {
    if (threads.includes(thread)) threads.splice(threads.indexOf(thread), 1);
    for (const { reject } of thread.waiting.values()) reject(error);
    thread.waiting.clear();
  };
  worker.on('error', end);
  worker.on('exit', () => end(new Error('The thread that decodes DICOM has ended.')));
  threads.push(thread);
  return thread;
}

function freeThread(): Thread {
  const [first] = threads.toSorted((a, b) => a.waiting.size - b.waiting.size);
  const most = Math.max(1, Math.min(MOST_THREADS, availableParallelism() - 1));
  return first === undefined || (first.waiting.size > 0 && threads.length < most) ? startThread() : first;
}

/** As {@link decodeDicom}; `bytes`: the file that `image` was opened from. */
export function decodeInThread(bytes: Buffer, image: DicomImage, failOn: 'error' | 'warning'): Promise<RenderedPixels> {
  const { width, height } = image.description;
  if (!isMainThread || width * height <= FEW_PIXELS) return decodeDicom(image, failOn);
  const thread = freeThread();
  thread.worker.ref();
  return new Promise((resolve, reject) => {
    const id = works++;
    thread.waiting.set(id, { resolve, reject });
    thread.worker.postMessage({ id, bytes, failOn } satisfies DecodeWork);
  });
}
