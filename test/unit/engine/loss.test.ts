/** Heads: values by hand, masks, and gradients against central differences. */
import { describe, expect, test } from 'vitest';
import { balancedWeights } from '../../../main/engine/train/class-weights.ts';
import { headLoss, headProbabilities, type Head } from '../../../main/engine/train/loss.ts';

const LOGITS = Float32Array.of(0.3, -1.2, 2, -0.4, 0.9, 0.1);

describe('sigmoid', () => {
  test('mean binary cross-entropy over the known labels only', () => {
    const labels = Float32Array.of(1, 0, NaN, NaN, 1, NaN);
    const { loss, known, gradient } = headLoss('sigmoid', LOGITS, labels, 3);
    const p = (i: number) => 1 / (1 + Math.exp(-(LOGITS[i] as number)));
    expect(known).toBe(3);
    expect(loss).toBeCloseTo(-(Math.log(p(0)) + Math.log(1 - p(1)) + Math.log(p(4))) / 3, 12);
    expect([gradient[2], gradient[3], gradient[5]]).toEqual([0, 0, 0]);
  });

  test('clipping bounds the loss and leaves the gradient alive', () => {
    const { loss, gradient } = headLoss('sigmoid', Float32Array.of(100), Float32Array.of(0), 1);
    expect(loss).toBeCloseTo(-Math.log(1e-7), 6);
    expect(gradient[0]).toBe(1);
  });

  test('an infinite or undefined logit shows in the loss', () => {
    expect(headLoss('sigmoid', Float32Array.of(NaN), Float32Array.of(1), 1).loss).toBeNaN();
  });
});

describe('softmax', () => {
  test('mean cross-entropy over the known rows only', () => {
    const labels = Float32Array.of(0, 1, 0, NaN, 1, 0);
    const { loss, known, gradient, probabilities } = headLoss('softmax', LOGITS, labels, 3);
    expect(known).toBe(1);
    expect(loss).toBeCloseTo(-Math.log(probabilities[1] as number), 6);
    expect([...gradient.subarray(3)]).toEqual([0, 0, 0]);
  });

  test('probabilities add up to one, without overflow', () => {
    const p = headProbabilities('softmax', Float32Array.of(1000, 999, 0), 3);
    expect(p[0]).toBeCloseTo(1 / (1 + Math.exp(-1)), 6);
    expect(p.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
  });
});

test.each<Head>(['sigmoid', 'softmax'])('%s: nothing known is no loss and no gradient', (head) => {
  const { loss, known, gradient } = headLoss(head, LOGITS, new Float32Array(6).fill(NaN), 3);
  expect({ loss, known }).toEqual({ loss: 0, known: 0 });
  expect(gradient.every((value) => value === 0)).toBe(true);
});

const UNEVEN = { positive: [3, 0.5, 1.25], negative: [0.6, 2, 1] };

test.each<[Head, typeof UNEVEN | null]>([
  ['sigmoid', null],
  ['softmax', null],
  ['sigmoid', UNEVEN],
  ['softmax', UNEVEN],
])('%s: gradient agrees with central differences, weights %j', (head, weights) => {
  const labels = head === 'sigmoid' ? Float32Array.of(1, 0, NaN, 0, 1, 1) : Float32Array.of(0, 0, 1, 1, 0, 0);
  const { gradient } = headLoss(head, LOGITS, labels, 3, weights);
  const at = (index: number, delta: number) => {
    const logits = LOGITS.slice();
    logits[index] = (logits[index] as number) + delta;
    return { loss: headLoss(head, logits, labels, 3, weights).loss, logit: logits[index] };
  };
  for (let i = 0; i < LOGITS.length; i++) {
    const [up, down] = [at(i, 1e-3), at(i, -1e-3)];
    expect(gradient[i]).toBeCloseTo((up.loss - down.loss) / (up.logit - down.logit), 5);
  }
});

/**
 * Loss and d loss / d logits of Keras 3.15.1 (TensorFlow 2.21.0, float64): `Model.train_on_batch` with `class_weight`, or
 * `sample_weight` where Keras has no class weights (several outputs, one row a known label), of a layer that adds a variable of zeros to
 * the logits below; the gradient is minus that variable after one step of SGD with learning rate 1.
 */
describe('balanced class weights, as in Keras', () => {
  const logits = Float64Array.of(0.3, -1.2, 2, -0.7, 0.1, 0.4, 1.5, -0.2, -2.2, 0, 0.9, -0.5);
  const N = NaN;

  function expectLike(head: Head, outputs: number, x: readonly number[], y: readonly number[], keras: KerasLoss): void {
    const labels = Float32Array.from(y);
    const { weights, missing } = balancedWeights(head, labels, outputs);
    expect(missing).toEqual([]);
    expect(weights).toEqual(keras.weights);
    const { loss, gradient } = headLoss(head, Float32Array.from(x), labels, outputs, weights);
    expect(loss).toBeCloseTo(keras.loss, 6);
    const got = Array.from(gradient).filter((_, i) => head === 'softmax' || !Number.isNaN(labels[i]));
    expect(got.length).toBe(keras.gradient.length);
    keras.gradient.forEach((value, i) => expect(got[i]).toBeCloseTo(value, 6));
  }
  interface KerasLoss {
    weights: { positive: number[]; negative: number[] | null };
    loss: number;
    gradient: number[];
  }

  test('softmax: class_weight {0: 4/3, 1: 4/3, 2: 2/3} for classes 0, 2, 2, 1', () => {
    expectLike('softmax', 3, Array.from(logits), [1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0], {
      weights: { positive: [4 / 3, 4 / 3, 4 / 6], negative: null },
      loss: 1.5710886898875143,
      gradient: [
        -0.2835603792722029, 0.011105847210720464, 0.27245453206148246, 0.026753532379467287, 0.059541081292252926,
        -0.08629461367172025, 0.13803685061675197, 0.025217058319809145, -0.1632539089365611, 0.08197795550195257,
        -0.13170009893444481, 0.049722143432492205,
      ],
    });
  });

  test('one sigmoid: class_weight {0: 4/6, 1: 4/2} for labels 1, 0, 0, 0', () => {
    expectLike('sigmoid', 1, [0.3, -0.7, 1.5, 0], [1, 0, 0, 0], {
      weights: { positive: [2], negative: [4 / 6] },
      loss: 0.7434687068056228,
      gradient: [-0.21277874159417054, 0.05530203797197231, 0.1362624126989406, 0.08333333333333333],
    });
  });

  test('several sigmoids with unknown labels: sample_weight, one row a known label', () => {
    expectLike('sigmoid', 3, Array.from(logits), [1, 0, N, 0, N, 1, 0, 1, 0, N, 0, 0], {
      weights: { positive: [1.5, 1.5, 1.5], negative: [0.75, 0.75, 0.75] },
      loss: 0.659934558782273,
      gradient: [
        -0.07092624719805685, 0.01928960137508186, 0.027651018985986157, -0.066885389981258, 0.0681312063494703,
        -0.09163899955207964, 0.00831254075997376, 0.059245791885416996, 0.03146172239984545,
      ],
    });
  });
});

describe('balanced class weights of a training set', () => {
  test('sigmoid: N / (2 N+) and N / (2 N-) over the known labels of each output', () => {
    const labels = Float32Array.of(1, 0, 0, 0, 0, NaN, 0, 1, 0, NaN);
    expect(balancedWeights('sigmoid', labels, 2)).toEqual({
      weights: { positive: [5 / 2, 3 / 2], negative: [5 / 8, 3 / 4] },
      missing: [],
    });
  });

  test('sigmoid: 1 and 1 where an output has no positive, or no negative label', () => {
    const labels = Float32Array.of(0, 1, 1, 0, 1, 0, 0, NaN, 1);
    expect(balancedWeights('sigmoid', labels, 3)).toEqual({
      weights: { positive: [1, 1, 3 / 4], negative: [1, 1, 3 / 2] },
      missing: [
        { output: 0, class: 'positive' },
        { output: 1, class: 'negative' },
      ],
    });
  });

  test('softmax: N / (K n_k) over the classes that occur, images of unknown class left out', () => {
    const labels = Float32Array.of(1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, NaN, 1, 0, 0, 0, 0);
    expect(balancedWeights('softmax', labels, 3)).toEqual({
      weights: { positive: [4 / 6, 4 / 2, 1], negative: null },
      missing: [{ output: 2, class: 'positive' }],
    });
  });
});
