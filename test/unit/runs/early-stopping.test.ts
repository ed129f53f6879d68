import { describe, expect, it } from 'vitest';
import {
  afterEvaluation,
  NOT_WAITING,
  stopsEarly,
  type StoppingState,
} from '../../../main/runs/training/early-stopping.ts';

/** Index of the evaluation at which training stops; null where it never does. */
function stopAt(aucs: readonly (number | null)[], rule: { patience: number; minDelta: number }): number | null {
  let state: StoppingState = NOT_WAITING;
  for (const [index, auc] of aucs.entries()) {
    state = afterEvaluation(state, auc, rule);
    if (stopsEarly(state, rule)) return index;
  }
  return null;
}

describe('early stopping', () => {
  it('stops at the evaluation that makes `patience` of them without an improvement', () => {
    expect(stopAt([0.6, 0.7, 0.7, 0.69], { patience: 2, minDelta: 0 })).toBe(3);
    expect(stopAt([0.6, 0.7, 0.69, 0.71, 0.7, 0.7], { patience: 2, minDelta: 0 })).toBe(5);
    expect(stopAt([0.6, 0.61, 0.62, 0.63], { patience: 1, minDelta: 0 })).toBeNull();
  });

  it('never stops at the first evaluation, and asks for more than `minDelta`', () => {
    expect(stopAt([0.9, 0.1], { patience: 1, minDelta: 0 })).toBe(1);
    expect(stopAt([0.5, 0.75, 0.7], { patience: 2, minDelta: 0.25 })).toBe(2);
    expect(stopAt([0.5, 0.76, 0.8, 0.9], { patience: 2, minDelta: 0.25 })).toBe(3);
  });

  it('measures improvement from the last improvement, so that many small gains add up', () => {
    expect(stopAt([0.5, 0.504, 0.508, 0.512, 0.516], { patience: 3, minDelta: 0.01 })).toBeNull();
  });

  it('counts nothing where the AUC is undefined, and is off without a rule', () => {
    expect(stopAt([null, null, null, 0.5, null, 0.4], { patience: 1, minDelta: 0 })).toBe(5);
    expect(stopsEarly({ best: 0.5, waited: 99 }, null)).toBe(false);
  });
});
