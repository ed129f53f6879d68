/** A run takes hundreds of thousands of steps: nothing may pile up. In a process of its own, so that nothing else allocates. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { RUNTIME_ENVIRONMENT } from '../../../main/engine/tf.ts';
import { SOAK_WARM_UP, type SoakSample } from '../../../main/engine/train/benchmark.ts';

const STEPS = 2000;

test(`${STEPS} short steps: the tensor count is constant, and resident memory grows by less than 2 %`, async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [path.join(import.meta.dirname, 'soak-process.ts'), String(STEPS)],
    { env: { ...process.env, ...RUNTIME_ENVIRONMENT } },
  );
  const samples = JSON.parse(stdout) as SoakSample[];
  const [warm, last] = [samples[0], samples.at(-1)] as [SoakSample, SoakSample];
  expect([warm.step, last.step]).toEqual([SOAK_WARM_UP, STEPS]);
  expect(new Set(samples.map(({ tensors }) => tensors)).size).toBe(1);
  expect(last.residentBytes / warm.residentBytes).toBeLessThan(1.02);
});
