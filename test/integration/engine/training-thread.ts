/** A worker thread of `two-threads.test.ts`: trains a small network on the native ops, and tells the bits of all that came out. */
import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { cbrGraph } from '../../../main/engine/models/cbr.ts';
import { loadNativeKernels } from '../../../main/engine/native-kernels.ts';
import { bindingFolder, loadBinding, Tf } from '../../../main/engine/tf.ts';
import { createGraphTrainer } from '../../../main/engine/train/trainer.ts';
import { someImages, someLabels, someTensors } from '../../unit/engine/support/networks.ts';

/** `meeting`: an int32 that counts those who are ready; nobody begins before `threads` are. */
export interface ThreadTask {
  seed: number;
  steps: number;
  threads: number;
  meeting: Int32Array<SharedArrayBuffer>;
}

export interface ThreadResult {
  isNative: boolean;
  losses: number[];
  weights: string;
  scores: string;
}

const OUTPUTS = 3;
const BATCH = 6;
const { seed, steps, threads, meeting } = workerData as ThreadTask;
const binding = loadBinding();
const { kernels } = loadNativeKernels(bindingFolder());
const size = 40 + seed;
const graph = cbrGraph({ kernelSize: 7, widths: [8, 20, 24], poolAfterLast: false, outputs: OUTPUTS });
const trainer = createGraphTrainer(
  {
    ...{ graph, outputs: OUTPUTS, head: 'sigmoid', size, tensors: someTensors(graph, seed) },
    optimizer: { kind: 'sgd', learningRate: 0.01, momentum: 0.9 },
  },
  new Tf(binding, { path: 'fft', kernels }),
);

Atomics.add(meeting, 0, 1);
Atomics.notify(meeting, 0);
for (let ready = Atomics.load(meeting, 0); ready < threads; ready = Atomics.load(meeting, 0))
  Atomics.wait(meeting, 0, ready);

const losses: number[] = [];
for (let step = 0; step < steps; step++) {
  const [images, labels] = [someImages(BATCH, size, seed + step), someLabels(BATCH, OUTPUTS, seed + step)];
  losses.push(trainer.trainStep(images, labels, 0.01).loss);
}
const bitsOf = (values: Float32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
const hash = createHash('sha256');
for (const { values } of trainer.weights()) hash.update(bitsOf(values));
const scores = createHash('sha256').update(bitsOf(trainer.predict(someImages(BATCH, size), BATCH)));
trainer.dispose();
const result: ThreadResult = {
  ...{ isNative: kernels !== null, losses, weights: hash.digest('hex'), scores: scores.digest('hex') },
};
parentPort?.postMessage(result);
