import { expect, it } from 'vitest';
import { warnOfSaturation } from '../../../main/runs/training/training-run.ts';

it('outputs of exactly 0 or 1 are told, and others are not', () => {
  const told: string[] = [];
  const report = { log: (_level: string, message: string) => void told.push(message) };
  warnOfSaturation(Float32Array.of(0.2, 1e-30, 1 - 2 ** -24), report);
  expect(told).toEqual([]);
  warnOfSaturation(Float32Array.of(0, 1, 0.5, 0.25), report);
  expect(told).toEqual([expect.stringContaining('50.0 % of the outputs are exactly 0 or 1')]);
});
