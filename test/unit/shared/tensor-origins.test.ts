import { describe, expect, it } from 'vitest';
import { initialise } from '../../../main/engine/inits/initialise.ts';
import { tensorOrigins } from '../../../main/services/results/tensor-origins.ts';
import type { Init } from '../../../shared/study/models.ts';
import {
  describeOrigin,
  originsByStage,
  summariseOrigins,
  type TensorOrigin,
} from '../../../shared/weights/tensor-origins.ts';
import { madeUpResult } from '../made-up-runs.ts';

const start = (init: Init) => {
  const P = initialise({ model: 'cbr-tiny', outputs: 2, init: { kind: 'random' }, seed: 1, pretrained: null }).tensors;
  return initialise({ model: 'cbr-tiny', outputs: 5, init, seed: 0, pretrained: P });
};
function originsOf(init: Init): TensorOrigin[] {
  const { provenance, frozenStages } = start(init);
  return tensorOrigins({ model: 'cbr-tiny', result: { ...madeUpResult('run'), provenance, frozenStages } }, 5);
}

describe('origins of tensors', () => {
  it('name stages with the same origin together', () => {
    const frozen = originsOf({ kind: 'transfusion', weights: 'P', upto: 'block3', freeze: 'block2' });
    expect(summariseOrigins(frozen)).toBe(
      'block1 to block2: copied, frozen; block3: copied; block4: random; head: random',
    );
    expect(frozen.map(({ name }) => name)).toEqual(start({ kind: 'random' }).tensors.map(({ name }) => name));
  });

  it('tell batch norm apart where it differs', () => {
    const origins = originsOf({ kind: 'shuffled', weights: 'P', bn: 'identity' });
    expect(summariseOrigins(origins)).toBe('block1 to block4: shuffled, batch norm neutral; head: random');
    const copied = originsOf({ kind: 'sampling', weights: 'P', bn: 'imagenet-transfer' });
    expect(summariseOrigins(copied)).toBe('block1 to block4: resampled, batch norm copied; head: random');
    const gamma = origins.find(({ name }) => name === 'bn1/gamma') as TensorOrigin;
    expect(describeOrigin(gamma)).toBe('neutral');
    expect(describeOrigin({ ...gamma, frozen: true })).toBe('neutral, frozen');
  });

  it('count what a stage holds', () => {
    const [first] = originsByStage(originsOf({ kind: 'random' }));
    expect(first).toMatchObject({ stage: 'block1', values: 25 * 3 * 32 + 4 * 32, words: 'random' });
    expect(originsByStage(originsOf({ kind: 'gabor' }))[0]?.words).toBe('synthetic, batch norm neutral');
  });

  it('are none before the run has finished', () => {
    expect(tensorOrigins({ model: 'cbr-tiny', result: null }, 5)).toEqual([]);
  });
});
