/** Heads: values by hand, masks, and gradients against central differences. */
import { describe, expect, test } from 'vitest';
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

test.each<Head>(['sigmoid', 'softmax'])('%s: gradient agrees with central differences', (head) => {
  const labels = head === 'sigmoid' ? Float32Array.of(1, 0, NaN, 0, 1, 1) : Float32Array.of(0, 0, 1, 1, 0, 0);
  const { gradient } = headLoss(head, LOGITS, labels, 3);
  const at = (index: number, delta: number) => {
    const logits = LOGITS.slice();
    logits[index] = (logits[index] as number) + delta;
    return { loss: headLoss(head, logits, labels, 3).loss, logit: logits[index] };
  };
  for (let i = 0; i < LOGITS.length; i++) {
    const [up, down] = [at(i, 1e-3), at(i, -1e-3)];
    expect(gradient[i]).toBeCloseTo((up.loss - down.loss) / (up.logit - down.logit), 5);
  }
});
