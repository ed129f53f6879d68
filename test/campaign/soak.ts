/** Many training steps in a process of their own, so that nothing else allocates: tensors and memory must not pile up. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { SoakSample } from '../../main/engine/train/benchmark.ts';
import { RUNTIME_ENVIRONMENT } from '../../main/engine/tf.ts';
import type { Campaign } from './campaign.ts';

/** V8 doubles its space for young objects, up to 16 MB, at moments of its own choice: that is no leak, and is kept apart from one. */
const SMALL_NURSERY = '--max-semi-space-size=1';

export const soak: Campaign = async ({ amount }) => {
  const program = path.join(import.meta.dirname, 'soak-process.ts');
  const env = { ...process.env, ...RUNTIME_ENVIRONMENT };
  const { stdout } = await promisify(execFile)(process.execPath, [SMALL_NURSERY, program, String(amount)], { env });
  const samples = JSON.parse(stdout) as SoakSample[];
  const [warm, last] = [samples[0], samples.at(-1)] as [SoakSample, SoakSample];
  const faults = [
    ...(new Set(samples.map(({ tensors }) => tensors)).size > 1 ? ['The number of tensors grows.'] : []),
    ...(last.residentBytes > 1.02 * warm.residentBytes ? ['Resident memory grows by more than 2 %.'] : []),
  ];
  return {
    figures: { steps: last.step, tensors: last.tensors, warmBytes: warm.residentBytes, lastBytes: last.residentBytes },
    faults,
  };
};
