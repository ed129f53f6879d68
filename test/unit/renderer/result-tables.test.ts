import { describe, expect, it } from 'vitest';
import { againstWords, armName } from '../../../shared/study/arms.ts';
import type { ModelId } from '../../../shared/study/models.ts';
import type { ArmResult } from '../../../shared/results/results.ts';

function arm(model: ModelId, initLabel: string, trainSize: ArmResult['trainSize'] = 'all'): ArmResult {
  return {
    ...{ armId: `${model}/${initLabel}/${trainSize}`, model, modelName: model.toUpperCase(), initLabel, trainSize },
    ...{ runsTotal: 1, runsFinished: 1, parameters: 1, paperParameters: null, endpoints: [], stepsToThreshold: [] },
    ...{ medianStepsToThreshold: null, stepsRatio: null, meanSeconds: null, meanStepMs: null },
  };
}

describe('names of arms in tables', () => {
  it('says no more than what tells arms apart', () => {
    const one = [arm('cbr-tiny', 'random'), arm('cbr-tiny', 'transfer(natural)')];
    expect(armName(one, 'cbr-tiny/random/all')).toEqual({ init: 'random', rest: '' });
    expect(armName(one, 'cbr-tiny/random/all', true)).toEqual({ init: 'random', rest: 'CBR-Tiny' });
    const several = [arm('cbr-tiny', 'random'), arm('cbr-small', 'random', 1500)];
    expect(armName(several, 'cbr-tiny/random/all').rest).toBe('CBR-Tiny, all images');
    expect(armName(several, 'cbr-small/random/1500').rest).toBe('CBR-Small, 1,500 images');
    expect(armName(one, 'gone')).toEqual({ init: 'gone', rest: '' });
  });

  it('names of the other arm what differs', () => {
    const arms = [
      arm('cbr-tiny', 'random'),
      arm('cbr-tiny', 'transfer'),
      arm('cbr-small', 'random'),
      arm('cbr-small', 'transfer', 50),
    ];
    const against = (a: number, b: number) => againstWords(arms, arms[a]?.armId ?? '', arms[b]?.armId ?? '');
    expect(against(1, 0)).toBe('random');
    expect(against(0, 2)).toBe('CBR-Small');
    expect(against(0, 3)).toBe('CBR-Small, transfer, 50 images');
    expect(againstWords(arms, 'gone', 'other')).toBe('other');
  });
});
