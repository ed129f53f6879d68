import { describe, expect, it } from 'vitest';
import type { Init, ModelId } from '../../../shared/study/models.ts';
import { prepareArms } from '../../../shared/study/preparation.ts';

const random: Init = { kind: 'random' };
const transfer = (weights: string): Init => ({ kind: 'transfer', weights });
const arm = (init: Init, model: ModelId = 'cbr-tiny') => ({ model, init });
const SETS = { keras: { normalisation: 'imagenet-bgr-mean' }, torch: { normalisation: 'imagenet' } } as const;
const prepare = (arms: ReturnType<typeof arm>[], named = false) => {
  const spec = named ? { normalisation: 'minus-one-to-one' as const } : {};
  const study = { spec, protocol: { normalisation: 'minus-one-to-one' as const } };
  const prepared = prepareArms(arms, study, (name) => SETS[name as keyof typeof SETS]);
  return arms.map((one) => prepared.get(one));
};

describe('prepareArms', () => {
  it('gives all arms of a model what its only weight set expects', () => {
    expect(prepare([arm(random), arm(transfer('keras'))])).toEqual(['imagenet-bgr-mean', 'imagenet-bgr-mean']);
    const gabor: Init = { kind: 'gabor', weights: 'keras' };
    expect(prepare([arm(gabor), arm(transfer('torch'))])).toEqual(['imagenet', 'imagenet']);
  });

  it('keeps to the study where it names a preparation, and where the sets disagree', () => {
    expect(prepare([arm(random), arm(transfer('keras'))], true)).toEqual(['minus-one-to-one', 'imagenet-bgr-mean']);
    expect(prepare([arm(random), arm(transfer('keras')), arm(transfer('torch'))])).toEqual([
      ...['minus-one-to-one', 'imagenet-bgr-mean', 'imagenet'],
    ]);
  });

  it('looks at each model by itself', () => {
    const arms = [arm(random), arm(random, 'resnet50'), arm(transfer('keras'), 'resnet50')];
    expect(prepare(arms)).toEqual(['minus-one-to-one', 'imagenet-bgr-mean', 'imagenet-bgr-mean']);
  });
});
