/** Many training steps: tensors, memory and descriptors must not pile up. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { SoakSample } from '../../main/engine/train/benchmark.ts';
import { RUNTIME_ENVIRONMENT } from '../../main/engine/tf.ts';
import type { Campaign } from './campaign.ts';

export const soak: Campaign = async ({ amount }) => {
  const program = path.join(import.meta.dirname, '../integration/engine/soak-process.ts');
  const env = { ...process.env, ...RUNTIME_ENVIRONMENT };
  const { stdout } = await promisify(execFile)(process.execPath, [program, String(amount)], { env });
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
