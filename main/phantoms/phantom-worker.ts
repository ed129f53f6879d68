/** Worker thread of write-phantoms.ts: writes its share of the images and counts them in shared memory. */
import { workerData } from 'node:worker_threads';
import type { PhantomRequest } from '../../shared/dataset/phantom.ts';
import { planPhantoms } from './plan.ts';
import { renderFiles } from './render-files.ts';

export interface PhantomWorkerData {
  options: PhantomRequest;
  out: string;
  first: number;
  step: number;
  /** [0] images written by all workers, [1] 1 = stop. */
  shared: Int32Array;
}

const { options, out, first, step, shared } = workerData as PhantomWorkerData;
await renderFiles({
  plan: planPhantoms(options),
  out,
  first,
  step,
  onWritten: () => Atomics.add(shared, 0, 1),
  isStopped: () => Atomics.load(shared, 1) === 1,
});
