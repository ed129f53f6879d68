/** Learning rate by update, and Adam's corrected rate. */
import { expect, test } from 'vitest';
import { effectiveRate } from '../../../main/engine/train/optimizer.ts';
import { learningRateAt } from '../../../main/engine/train/schedule.ts';
import { PROTOCOLS, type Schedule } from '../../../shared/study/protocol.ts';

test('constant', () => {
  const { optimizer, schedule } = PROTOCOLS.retina;
  expect(learningRateAt({ optimizer, schedule, step: 12345, stepsPerEpoch: 10 })).toBe(1e-3);
});

test('CheXpert: warm-up over five epochs, then a tenth at 30, 60 and 90', () => {
  const { optimizer, schedule } = PROTOCOLS.chexpert;
  const at = (epoch: number) => learningRateAt({ optimizer, schedule, step: epoch * 40, stepsPerEpoch: 40 });
  expect([at(0), at(2.5), at(5), at(29.975)]).toEqual([0, 0.00625, 0.0125, 0.0125]);
  expect(at(30)).toBeCloseTo(0.00125, 15);
  expect(at(60)).toBeCloseTo(0.000125, 15);
  expect(at(99)).toBeCloseTo(0.0000125, 15);
});

test('no warm-up is no division by zero', () => {
  const schedule: Schedule = { kind: 'warmup-step', warmupEpochs: 0, decayEpochs: [], decayFactor: 0.1 };
  expect(learningRateAt({ optimizer: { learningRate: 0.1 }, schedule, step: 0, stepsPerEpoch: 7 })).toBe(0.1);
});

test('Adam’s rate carries the bias corrections', () => {
  const adam = { kind: 'adam', learningRate: 1, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;
  expect(effectiveRate(adam, 1, 1e-3)).toBeCloseTo((1e-3 * Math.sqrt(0.001)) / 0.1, 15);
  expect(effectiveRate(adam, 100000, 1e-3)).toBeCloseTo(1e-3, 10);
  expect(effectiveRate({ kind: 'sgd', learningRate: 1, momentum: 0.9 }, 1, 0.5)).toBe(0.5);
});
