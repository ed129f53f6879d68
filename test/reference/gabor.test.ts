/** The Gabor bank against scikit-image (`gabor.json`). */
import { describe, expect, test } from 'vitest';
import { gaborBank, rawGaborKernel } from '../../main/engine/inits/gabor.ts';
import { statistics } from './support/deterministic.ts';
import { notInThisSet, readReference } from './support/reference-set.ts';

interface GaborFile {
  frequency: number[];
  theta: number[];
  raw_size: number[];
  raw_kernels: Record<string, number[]>;
  kernels: number[][];
  kernels_without_anti_aliasing: number[][];
  aggregate: { mean: number; std: number; l2: number; max_abs: number };
}

const file = readReference<GaborFile>('gabor.json');

if (!file) test(notInThisSet('gabor.json'), () => undefined);
else {
  describe('Gabor bank', () => {
    const bank = gaborBank();

    test('64 kernels of 7 x 7', () => {
      expect(bank.length).toBe(file.kernels.length);
      expect(worst(bank, file.kernels_without_anti_aliasing)).toBeLessThanOrEqual(1e-12);
      expect(worst(bank, file.kernels)).toBeLessThanOrEqual(1e-10);
    });

    test('kernels before resizing', () => {
      file.raw_size.forEach((size, index) => {
        expect(rawGaborKernel(file.frequency[index] ?? 0, file.theta[index] ?? 0).size).toBe(size);
      });
      for (const [index, want] of Object.entries(file.raw_kernels)) {
        const raw = rawGaborKernel(file.frequency[Number(index)] ?? 0, file.theta[Number(index)] ?? 0);
        expect(worst([raw.values], [want.flat()])).toBeLessThanOrEqual(1e-12);
      }
    });

    test('aggregate of all kernels', () => {
      const { mean, std, l2, min, max } = statistics(bank.flatMap((kernel) => [...kernel]));
      const got = [mean, std, l2, Math.max(-min, max)];
      [file.aggregate.mean, file.aggregate.std, file.aggregate.l2, file.aggregate.max_abs].forEach((want, i) => {
        // The aggregate is that of the anti-aliased kernels.
        expect(Math.abs((got[i] ?? NaN) - want)).toBeLessThanOrEqual(1e-9);
      });
    });
  });
}

function worst(got: readonly Float64Array[], want: readonly number[][]): number {
  return Math.max(
    ...got.map((kernel, k) => {
      expect(kernel.length).toBe(want[k]?.length);
      return Math.max(...kernel.map((value, i) => Math.abs(value - (want[k]?.[i] ?? NaN))));
    }),
  );
}
