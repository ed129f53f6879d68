/** Reproduces `npy/`: the values of two NPY files, and CCA, SVCCA and principal angles between them. */
import { describe, expect, it, test } from 'vitest';
import { ccaOfCovariance, jointCovariance } from '../../main/analysis/cca/coefficients.ts';
import { principalAngles } from '../../main/analysis/cca/principal-angles.ts';
import { svccaOfCovariance } from '../../main/analysis/cca/svcca.ts';
import { createLinearAlgebra } from '../../main/engine/linalg/linear-algebra.ts';
import { readNpy } from '../../main/platform/npy.ts';
import type { Activations } from '../../main/platform/linear-algebra.ts';
import { expectCca, expectClose, type ExpectedCca, type ExpectedSvcca } from './support/cca-expectations.ts';
import { notInThisSet, readReference, referencePath } from './support/reference-set.ts';

interface ExpectedFile {
  path: string;
  shape: [number, number];
  dtype: string;
  fortran_order: boolean;
  first8_of_row0: number[];
  first8_of_col0: number[];
  sum: number;
}
interface Expected {
  files: Record<'a' | 'b', ExpectedFile>;
  cca: ExpectedCca[];
  svcca?: ExpectedSvcca;
  principal_angle_cosines?: number[];
}

const TOLERANCE = 1e-6;
const expected = readReference<Expected>('npy', 'expected.json');

if (!expected) test(notInThisSet('npy/expected.json'), () => undefined);
else {
  const read = (file: ExpectedFile): Activations => {
    const { shape, values } = readNpy(referencePath(file.path));
    return { neurons: shape[0] as number, datapoints: shape[1] as number, values };
  };

  describe.each(Object.values(expected.files))('$path', (file) => {
    const { shape, values, dtype, fortranOrder } = readNpy(referencePath(file.path));
    const rounded = file.dtype === 'float32' ? Math.fround : (value: number) => value;

    it('has the header of the file', () => {
      expect({ shape, dtype, fortranOrder }).toEqual({
        shape: file.shape,
        dtype: file.dtype,
        fortranOrder: file.fortran_order,
      });
    });

    it('has its values, exactly', () => {
      const [rows, columns] = file.shape;
      expect(values).toHaveLength(rows * columns);
      expect([...values.subarray(0, file.first8_of_row0.length)]).toEqual(file.first8_of_row0.map(rounded));
      const column = file.first8_of_col0.map((_, row) => values[row * columns]);
      expect(column).toEqual(file.first8_of_col0.map(rounded));
      let sum = 0;
      for (const value of values) sum += value;
      expect(Math.abs(sum - file.sum)).toBeLessThanOrEqual(1e-12 * Math.abs(file.sum));
    });
  });

  describe('the two sets', () => {
    const algebra = createLinearAlgebra();
    const [a, b] = [read(expected.files.a), read(expected.files.b)];
    const covariance = jointCovariance(algebra, a, b);

    it.each(expected.cca)('CCA with epsilon $epsilon', (wanted) => {
      expectCca(ccaOfCovariance(algebra, covariance, { epsilon: wanted.epsilon }), wanted, TOLERANCE);
    });

    it('SVCCA', () => {
      const wanted = expected.svcca;
      if (!wanted) return;
      const { epsilon, variance_fraction: variance } = wanted;
      const result = svccaOfCovariance(algebra, covariance, { epsilon, variance });
      expectCca(result, wanted, TOLERANCE);
      expect([result.directionsX, result.directionsY]).toEqual([wanted.k_x, wanted.k_y]);
    });

    it('principal angles', () => {
      expectClose(principalAngles(algebra, a, b).cosines, expected.principal_angle_cosines ?? [], TOLERANCE);
    });
  });
}
