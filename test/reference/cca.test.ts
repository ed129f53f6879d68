/**
 * Reproduces every case of `cca.json` (google/svcca and an exact second route, both in NumPy) within each case's tolerance.
 * Which matrices, cases and epsilons there are is read from the file.
 */
import { describe, expect, it, test } from 'vitest';
import { ccaOfCovariance, jointCovariance } from '../../main/analysis/cca/coefficients.ts';
import { principalAngles } from '../../main/analysis/cca/principal-angles.ts';
import { svccaOfCovariance } from '../../main/analysis/cca/svcca.ts';
import { createLinearAlgebra } from '../../main/engine/linalg/linear-algebra.ts';
import { loadTensorFlow } from '../../main/engine/tf.ts';
import type { Activations } from '../../main/platform/linear-algebra.ts';
import { expectCca, expectClose, type ExpectedCca, type ExpectedSvcca } from './support/cca-expectations.ts';
import { notInThisSet, readReference } from './support/reference-set.ts';

interface Reference {
  matrices: Record<string, { neurons: number; datapoints: number; data: number[] }>;
  cases: {
    name: string;
    x: string;
    y: string;
    cca: ExpectedCca[];
    svcca?: ExpectedSvcca;
    principal_angle_cosines?: number[];
    intended?: { coefs: number[]; mean_all: number; mean_thresholded: number; sum: number; kept_y: number };
    tolerance: number;
  }[];
}

const reference = readReference<Reference>('cca.json');

if (!reference) test(notInThisSet('cca.json'), () => undefined);
else {
  const algebra = createLinearAlgebra();
  const activations = (name: string): Activations => {
    const matrix = reference.matrices[name];
    if (!matrix) throw new Error(`cca.json has no matrix "${name}".`);
    return { ...matrix, values: Float64Array.from(matrix.data) };
  };

  describe.each(reference.cases)('$name', ({ x, y, cca, svcca, principal_angle_cosines, intended, tolerance }) => {
    const [left, right] = [activations(x), activations(y)];
    const covariance = jointCovariance(algebra, left, right);

    it.each(cca)('CCA with epsilon $epsilon', (expected) => {
      const result = ccaOfCovariance(algebra, covariance, {
        epsilon: expected.epsilon,
        ...(expected.threshold === undefined ? {} : { threshold: expected.threshold }),
      });
      if (!intended) expectCca(result, expected, tolerance);
      else {
        expectClose(result.coefficients, intended.coefs, tolerance);
        expectClose(
          [result.mean, result.meanThresholded, result.sum],
          [intended.mean_all, intended.mean_thresholded, intended.sum],
          tolerance,
        );
        expect(result.keptY).toBe(intended.kept_y);
        expect(result.thresholdCount).toBeNull();
      }
    });

    if (svcca) {
      it('SVCCA', () => {
        const result = svccaOfCovariance(algebra, covariance, {
          epsilon: svcca.epsilon,
          variance: svcca.variance_fraction,
        });
        expectCca(result, svcca, tolerance);
        expect([result.directionsX, result.directionsY]).toEqual([svcca.k_x, svcca.k_y]);
        if (svcca.cum_at_k) expectClose([result.carriedX, result.carriedY], svcca.cum_at_k, tolerance);
      });
    }

    if (principal_angle_cosines) {
      it('principal angles', () => {
        expectClose(principalAngles(algebra, left, right).cosines, principal_angle_cosines, tolerance);
      });
    }
  });

  it('leaves no tensor behind', () => {
    const tf = loadTensorFlow();
    const before = tf.liveTensors();
    const [name] = Object.keys(reference.matrices);
    const x = activations(name as string);
    svccaOfCovariance(algebra, jointCovariance(algebra, x, x));
    principalAngles(algebra, x, x);
    expect(tf.liveTensors()).toBe(before);
  });
}
