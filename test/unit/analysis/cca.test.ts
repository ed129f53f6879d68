import { describe, expect, it } from 'vitest';
import { cca } from '../../../main/analysis/cca/coefficients.ts';
import { principalAngles } from '../../../main/analysis/cca/principal-angles.ts';
import { svcca } from '../../../main/analysis/cca/svcca.ts';
import { createLinearAlgebra } from '../../../main/engine/linalg/linear-algebra.ts';
import { AppError } from '../../../shared/system/errors.ts';
import type { Activations } from '../../../main/platform/linear-algebra.ts';
import { RandomStream } from '../../../shared/system/random.ts';

const algebra = createLinearAlgebra();

function noise(neurons: number, datapoints: number, seed: number): Activations {
  const stream = new RandomStream(seed, 'cca-test');
  return { neurons, datapoints, values: Float64Array.from({ length: neurons * datapoints }, () => stream.normal()) };
}

/** Rows of `map` are new neurons as sums of old ones, shifted by their index. */
function mapped({ neurons, datapoints, values }: Activations, map: number[][]): Activations {
  const result = new Float64Array(map.length * datapoints);
  map.forEach((weights, row) => {
    for (let point = 0; point < datapoints; point++) {
      let sum = row;
      for (let neuron = 0; neuron < neurons; neuron++) {
        sum += (weights[neuron] ?? 0) * (values[neuron * datapoints + point] as number);
      }
      result[row * datapoints + point] = sum;
    }
  });
  return { neurons: map.length, datapoints, values: result };
}

const x = noise(4, 200, 1);

describe('cca', () => {
  it('does not see invertible linear maps and shifts', () => {
    const y = mapped(x, [
      [1, 2, 0, 0],
      [0, 1, 0, -1],
      [3, 0, 1, 0],
      [0, 0, 2, 5],
    ]);
    const { coefficients, mean } = cca(algebra, x, y);
    expect(coefficients).toHaveLength(4);
    expect(mean).toBeCloseTo(1, 7);
  });

  it('is symmetric, and counts the smaller set', () => {
    const y = noise(7, 200, 2);
    const forth = cca(algebra, x, y);
    const back = cca(algebra, y, x);
    expect(forth.coefficients).toHaveLength(4);
    forth.coefficients.forEach((value, i) => expect(back.coefficients[i]).toBeCloseTo(value, 12));
    expect([forth.keptX, forth.keptY]).toEqual([4, 7]);
  });

  it('gives the correlation of two single neurons', () => {
    const a = { neurons: 1, datapoints: 4, values: Float64Array.of(1, 2, 3, 4) };
    const b = { neurons: 1, datapoints: 4, values: Float64Array.of(-2, -1, -4, -3) };
    expect(cca(algebra, a, b, { epsilon: 0 }).coefficients[0]).toBeCloseTo(0.6, 12);
  });

  it('finds shared directions without epsilon where neurons repeat each other', () => {
    const repeated = mapped(x, [
      [1, 0, 0, 0],
      [2, 0, 0, 0],
      [0, 1, 0, 0],
    ]);
    const { coefficients } = cca(algebra, repeated, x, { epsilon: 0 });
    expect(coefficients.map((value) => Math.round(value * 1e9) / 1e9)).toEqual([1, 1, 0]);
  });

  it('gives 0 where a set does not vary', () => {
    const constant = { neurons: 2, datapoints: 200, values: new Float64Array(400).fill(3) };
    expect(cca(algebra, constant, x)).toMatchObject({
      coefficients: [],
      mean: 0,
      sum: 0,
      thresholdCount: null,
      meanThresholded: 0,
      keptX: 0,
    });
    expect(svcca(algebra, constant, x)).toMatchObject({ coefficients: [], carriedX: 0 });
    expect(principalAngles(algebra, constant, x)).toMatchObject({ cosines: [], rankX: 0, rankY: 4 });
  });

  it.each([
    ['other datapoints', noise(4, 199, 1), 'got 200 and 199 datapoints'],
    ['more neurons than datapoints', noise(300, 200, 1), 'got 300 neurons and 200 datapoints'],
    [
      'values that are not numbers',
      { neurons: 1, datapoints: 200, values: new Float64Array(200).fill(NaN) },
      'Expected finite activations',
    ],
  ])('refuses %s', (_, y, message) => {
    for (const measure of [cca, svcca, principalAngles]) {
      expect(() => measure(algebra, x, y)).toThrow(AppError);
      expect(() => measure(algebra, x, y)).toThrow(message);
    }
  });
});

describe('svcca', () => {
  it('looks only at the directions that carry the variance', () => {
    const faint = mapped(x, [
      [10, 0, 0, 0],
      [0, 10, 0, 0],
      [0, 0, 0.01, 0],
    ]);
    const result = svcca(algebra, faint, x);
    expect(result.directionsX).toBe(2);
    expect(result.carriedX).toBeGreaterThan(0.99);
    expect(result.coefficients).toHaveLength(2);
    expect(result.mean).toBeCloseTo(1, 7);
  });
});

describe('principalAngles', () => {
  it('agrees with cca without epsilon', () => {
    const y = noise(6, 200, 3);
    const exact = principalAngles(algebra, x, y);
    const { coefficients } = cca(algebra, x, y, { epsilon: 0 });
    exact.cosines.forEach((value, i) => expect(value).toBeCloseTo(coefficients[i] as number, 12));
    expect([exact.rankX, exact.rankY]).toEqual([4, 6]);
  });
});
