import { describe, expect, it } from 'vitest';
import { reachableStep } from '../../../renderer/features/studies/wizard/reachable-step.ts';
import { listInits, NO_INITS } from '../../../renderer/state/studies/init-choices.ts';
import {
  EMPTY_STUDY,
  NO_OVERRIDES,
  readMargin,
  toSpec,
  unfairSets,
  type StudyInput,
} from '../../../renderer/state/studies/study-input.ts';
import { PROTOCOLS } from '../../../shared/study/protocol.ts';
import { expandArms, resolveProtocol, studySpecSchema } from '../../../shared/study/study.ts';

const FULL: StudyInput = {
  ...EMPTY_STUDY,
  name: 'Study',
  datasetId: 'd',
  models: ['cbr-tiny'],
  inits: {
    ...NO_INITS,
    random: true,
    transfer: true,
    meanVar: true,
    gabor: true,
    transfusion: ['block1'],
    weights: { 'cbr-tiny': 'natural' },
  },
};

function protocolOf(input: StudyInput) {
  return resolveProtocol(studySpecSchema.parse(toSpec(input)));
}

describe('study wizard input', () => {
  it("is the paper's protocol where nothing is overridden", () => {
    expect(protocolOf(FULL)).toEqual(PROTOCOLS.retina);
    expect(protocolOf({ ...FULL, protocol: 'chexpert' })).toEqual(PROTOCOLS.chexpert);
  });

  it('overrides only what was changed', () => {
    const overrides = { ...NO_OVERRIDES, size: 64, learningRate: 0.01, augmentation: 'off' as const };
    const protocol = protocolOf({ ...FULL, overrides });
    expect(protocol).toMatchObject({ size: 64, batch: 8, optimizer: { kind: 'adam', learningRate: 0.01, beta1: 0.9 } });
    expect(protocol.augmentation).toMatchObject({ crop: 0, flipHorizontal: false });
  });

  it('sets early stopping, class weights and the augmentation of fixed features', () => {
    const overrides = { ...NO_OVERRIDES, patience: 4, classWeights: 'balanced' as const, augmentFrozen: 'on' as const };
    expect(protocolOf({ ...FULL, overrides })).toEqual({
      ...PROTOCOLS.retina,
      earlyStopping: { patience: 4, minDelta: 0 },
      classWeights: 'balanced',
      augmentFrozen: true,
    });
    expect(protocolOf({ ...FULL, overrides: { ...NO_OVERRIDES, minDelta: 0.01 } }).earlyStopping).toBeNull();
  });

  it('takes the other protocol’s optimiser whole', () => {
    const protocol = protocolOf({ ...FULL, overrides: { ...NO_OVERRIDES, optimizer: 'sgd' } });
    expect(protocol.optimizer).toEqual(PROTOCOLS.chexpert.optimizer);
  });

  it('lists initialisations in the order of the figures, and none that lacks its weights', () => {
    expect(listInits(FULL.inits, 'natural').map((init) => init.kind)).toEqual([
      'random',
      'transfer',
      'mean-var',
      'transfusion',
      'gabor',
    ]);
    expect(listInits(FULL.inits, null).map((init) => init.kind)).toEqual(['random', 'gabor']);
  });

  it('gives each model its own weights, and shares what all have', () => {
    const weights = { 'cbr-small': 'S', 'cbr-tiny': 'T' };
    const inits = { ...NO_INITS, random: true, transfer: true, weights };
    const models: StudyInput['models'] = ['cbr-small', 'cbr-tiny'];
    const spec = studySpecSchema.parse(toSpec({ ...FULL, models, inits }));
    expect(expandArms(spec).map(({ id }) => id)).toEqual([
      'cbr-small/random/all',
      'cbr-small/transfer(S)/all',
      'cbr-tiny/random/all',
      'cbr-tiny/transfer(T)/all',
    ]);
    expect(toSpec({ ...FULL, models, inits: { ...inits, weights: { 'cbr-tiny': 'T' } } })).toBeNull();
    const only = studySpecSchema.parse(toSpec({ ...FULL, models, inits: { ...inits, random: false } }));
    expect(expandArms(only)).toHaveLength(2);
  });

  it('names the weights that have seen the dataset, of arms beside the grid, too', () => {
    const arms = [{ model: 'cbr-tiny', kind: 'transfer', weights: 'own', upto: null, freeze: null }] as const;
    expect(unfairSets({ ...FULL, arms: [...arms] }, ['own', 'natural', 'other'])).toEqual(['own', 'natural']);
    expect(
      unfairSets({ ...FULL, inits: { ...FULL.inits, ...NO_INITS, gabor: true, gaborScaled: true } }, ['natural']),
    ).toEqual([]);
    expect(toSpec({ ...FULL, inits: { ...FULL.inits, acceptSeen: true } })?.acceptSeenWeights).toBe(true);
  });

  it('is no study while something is missing', () => {
    expect(toSpec({ ...FULL, name: ' ' })).toBeNull();
    expect(toSpec({ ...FULL, seeds: 'x' })).toBeNull();
    expect(toSpec({ ...FULL, models: [] })).toBeNull();
    expect(toSpec(EMPTY_STUDY)).toBeNull();
  });

  it('may be walked as far as its choices go', () => {
    expect(reachableStep(EMPTY_STUDY)).toBe(0);
    expect(reachableStep({ ...FULL, models: [] })).toBe(1);
    expect(reachableStep({ ...FULL, inits: { ...FULL.inits, weights: {} } })).toBe(2);
    expect(reachableStep({ ...FULL, seeds: '' })).toBe(3);
    expect(reachableStep(FULL)).toBe(4);
  });
});

describe('the margin', () => {
  const reason = 'Two readers differ by as much.';

  it('is optional, and part of the study file where it is whole', () => {
    expect(readMargin(EMPTY_STUDY)).toEqual({ ok: true, value: null });
    expect(readMargin({ marginDelta: 0.02, marginReason: reason })).toEqual({
      ok: true,
      value: { delta: 0.02, reason },
    });
  });

  it.each([
    [{ marginDelta: null, marginReason: reason }, 'delta', 'Expected the margin'],
    [{ marginDelta: 0, marginReason: reason }, 'delta', 'above 0 and below 0.5'],
    [{ marginDelta: 0.5, marginReason: reason }, 'delta', 'above 0 and below 0.5'],
    [{ marginDelta: 0.02, marginReason: 'small' }, 'reason', 'Expected a sentence'],
  ] as const)('says what is wrong with %j', (input, field, words) => {
    const found = readMargin(input);
    expect(found.ok ? '' : found[field]).toContain(words);
    expect(
      toSpec({ ...EMPTY_STUDY, name: 's', datasetId: 'd', models: ['cbr-tiny'], inits: FULL.inits, ...input }),
    ).toBeNull();
  });
});
