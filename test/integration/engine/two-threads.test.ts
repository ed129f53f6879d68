/** Two trainings in two threads of one process, which share the addon, its workers and TensorFlow: the bits that each has alone. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { loadNativeKernels } from '../../../main/engine/native-kernels.ts';
import { bindingFolder, loadBinding } from '../../../main/engine/tf.ts';
import type { ThreadResult, ThreadTask } from './training-thread.ts';

const STEPS = 8;

async function trainTogether(seeds: readonly number[]): Promise<ThreadResult[]> {
  const meeting = new Int32Array(new SharedArrayBuffer(4));
  return await Promise.all(
    seeds.map(async (seed) => {
      const workerData: ThreadTask = { seed, steps: STEPS, threads: seeds.length, meeting };
      const worker = new Worker(new URL('./training-thread.ts', import.meta.url), { workerData });
      const [messages] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
      return messages[0] as ThreadResult;
    }),
  );
}

test('runs in two threads of one process have the bits that they have one after the other', async () => {
  const alone = [...(await trainTogether([1])), ...(await trainTogether([2]))];
  const [first, second] = alone as [ThreadResult, ThreadResult];
  loadBinding();
  expect(first.isNative).toBe(loadNativeKernels(bindingFolder()).kernels !== null);
  expect(first.weights).not.toBe(second.weights);
  for (const result of alone) {
    expect(result.losses).toHaveLength(STEPS);
    for (const loss of result.losses) expect(Number.isFinite(loss)).toBe(true);
  }
  expect(await trainTogether([1, 2])).toEqual(alone);
  expect(await trainTogether([2, 1])).toEqual(alone.toReversed());
});
