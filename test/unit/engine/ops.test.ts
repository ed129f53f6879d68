/** Single ops against plain JavaScript: ties and odd sides in pooling, batch-norm statistics, the moving averages. */
import { describe, expect, test } from 'vitest';
import { batchNormTraining } from '../../../main/engine/ops/batch-norm.ts';
import { conv2d } from '../../../main/engine/ops/convolution.ts';
import { hasOneDnn } from '../../../main/engine/ops/kernels.ts';
import {
  globalAveragePool,
  globalAveragePoolGradient,
  maxPoolGradient,
  maxPoolTraining,
} from '../../../main/engine/ops/pooling.ts';
import { Variable } from '../../../main/engine/ops/variable.ts';
import { loadTensorFlow, type Tf } from '../../../main/engine/tf.ts';
import { AppError } from '../../../shared/system/errors.ts';
import { tensorFlowWithoutOneDnn } from './support/networks.ts';

const KERNELS: [string, Tf][] = [
  ['chosen kernels', loadTensorFlow()],
  ['TensorFlow’s own kernels', tensorFlowWithoutOneDnn()],
];
const tf = loadTensorFlow();
const WINDOW = { size: 3, stride: 2, padding: 'SAME' } as const;

describe.each(KERNELS)('max pooling 3x3, stride 2, SAME, %s', (_, tf) => {
  test.each([4, 5, 7, 8])('side %i: winners are the first of equal maxima', (side) => {
    // Few distinct values, so that ties abound.
    const x = Float32Array.from({ length: side * side }, (_, i) => (i * 7) % 3);
    const pooledSide = Math.ceil(side / 2);
    const gradient = Float32Array.from({ length: pooledSide ** 2 }, (_, i) => i + 1);
    const { output, argument } = maxPoolTrainingOf([1, side, side, 1], x);
    const want = referencePool(x, side, gradient);
    expect([...tf.download(output)]).toEqual(want.output);
    const upstream = tf.upload([1, pooledSide, pooledSide, 1], gradient);
    const dx = maxPoolGradient(tf, argument, upstream, WINDOW);
    expect([...tf.download(dx)]).toEqual(want.gradient);
    tf.release(output, upstream, dx, ...argument.tensors);
  });

  function maxPoolTrainingOf(shape: number[], values: Float32Array) {
    const x = tf.upload(shape, values);
    const result = maxPoolTraining(tf, x, WINDOW);
    tf.release(x);
    return result;
  }

  function referencePool(x: Float32Array, side: number, upstream: Float32Array) {
    const pooled = Math.ceil(side / 2);
    const before = Math.floor(Math.max((pooled - 1) * 2 + 3 - side, 0) / 2);
    const output: number[] = [];
    const gradient = new Array<number>(side * side).fill(0);
    for (let row = 0; row < pooled; row++) {
      for (let column = 0; column < pooled; column++) {
        let [best, at] = [-Infinity, -1];
        for (let y = row * 2 - before; y < row * 2 - before + 3; y++) {
          for (let xx = column * 2 - before; xx < column * 2 - before + 3; xx++) {
            if (y < 0 || xx < 0 || y >= side || xx >= side) continue;
            const value = x[y * side + xx] as number;
            if (value > best) [best, at] = [value, y * side + xx];
          }
        }
        output.push(best);
        gradient[at] = (gradient[at] as number) + (upstream[row * pooled + column] as number);
      }
    }
    return { output, gradient };
  }
});

test.each(KERNELS)('batch norm normalises by the biased variance and reports the corrected one, %s', (_, tf) => {
  const values = Float32Array.from([1, 10, 2, 20, 3, 30, 6, 60]);
  const x = tf.upload([1, 2, 2, 2], values);
  const [gamma, beta] = [tf.upload([2], Float32Array.of(2, 1)), tf.upload([2], Float32Array.of(0.5, 0))];
  const { output, mean, correctedVariance, reserved } = batchNormTraining(tf, x, gamma, beta, 1e-3);
  expect([...tf.download(mean)]).toEqual([3, 30]);
  const biased = [3.5, 350];
  tf.download(correctedVariance).forEach((value, c) => expect(value).toBeCloseTo(((biased[c] as number) * 4) / 3, 3));
  expect(tf.download(output)[0]).toBeCloseTo((2 * (1 - 3)) / Math.sqrt(3.5 + 1e-3) + 0.5, 4);
  tf.release(x, gamma, beta, output, mean, correctedVariance, ...reserved);
});

test('global average pooling and its gradient', () => {
  const x = tf.upload(
    [1, 2, 3, 2],
    Float32Array.from({ length: 12 }, (_, i) => i),
  );
  const pooled = globalAveragePool(tf, x);
  expect([...tf.download(pooled)]).toEqual([5, 6]);
  const gradient = globalAveragePoolGradient(tf, pooled, x.shape);
  expect(gradient.shape).toEqual([1, 2, 3, 2]);
  expect(tf.download(gradient)[0]).toBeCloseTo(5 / 6, 6);
  expect(tf.download(gradient)[11]).toBeCloseTo(1, 6);
  tf.release(x, pooled, gradient);
});

test('oneDNN’s convolution and TensorFlow’s own agree', () => {
  const x = tf.upload(
    [2, 9, 9, 3],
    Float32Array.from({ length: 486 }, (_, i) => Math.sin(i)),
  );
  const kernel = tf.upload(
    [5, 5, 3, 8],
    Float32Array.from({ length: 600 }, (_, i) => Math.cos(3 * i)),
  );
  const chosen = conv2d(tf, x, kernel, { stride: 1, padding: 'SAME' });
  const own = tf.run(
    'Conv2D',
    [
      { name: 'T', type: 4, value: 1 },
      { name: 'strides', type: 1, value: [1, 1, 1, 1] },
      { name: 'padding', type: 0, value: 'SAME' },
    ],
    [x, kernel],
  );
  const [a, b] = [tf.download(chosen), tf.download(own)];
  expect(Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number))))).toBeLessThan(1e-4);
  expect(typeof hasOneDnn(tf)).toBe('boolean');
  tf.release(x, kernel, chosen, own);
});

test('a variable keeps its value apart from the array that it was made of', () => {
  const values = new Float32Array(64 * 1024).fill(3);
  const variable = new Variable(tf, [values.length], values);
  values.fill(9);
  expect(variable.values().every((value) => value === 3)).toBe(true);
  const rate = tf.scalar(1);
  const gradient = tf.upload([values.length], new Float32Array(values.length).fill(1));
  tf.execute('ResourceApplyGradientDescent', [{ name: 'T', type: 4, value: 1 }], [variable.handle, rate, gradient], 0);
  expect(variable.values()[5]).toBe(2);
  expect(values[5]).toBe(9);
  tf.release(rate, gradient);
  variable.dispose();
});

test('a tensor that is freed twice or used after its end is told', () => {
  const tensor = tf.scalar(1);
  tf.release(tensor);
  expect(() => tf.release(tensor)).toThrow(AppError);
  expect(() => tf.run('Neg', [{ name: 'T', type: 4, value: 1 }], [tensor])).toThrow('after it was freed');
});
