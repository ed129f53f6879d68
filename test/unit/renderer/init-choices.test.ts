import { describe, expect, it } from 'vitest';
import {
  commonStages,
  initProblem,
  listInits,
  NO_INITS,
  proposeSet,
  transfusionStages,
  type InitChoices,
} from '../../../renderer/state/studies/init-choices.ts';
import { describeModel } from '../../../main/engine/models/catalogue.ts';
import { initLabel, type ModelId, type WeightSetSummary } from '../../../shared/study/models.ts';

const info = (model: ModelId) => describeModel(model, { outputs: 5, size: 224, batch: 8 });
const P: InitChoices['weights'] = { resnet50: 'P', 'resnet50-slim': 'P' };
const inits = (change: Partial<InitChoices>): InitChoices => ({ ...NO_INITS, weights: P, ...change });
const labels = (change: Partial<InitChoices>, weights: string | null = 'P') =>
  listInits(inits(change), weights).map(initLabel);
const madeUpSet: WeightSetSummary = {
  ...{ id: 'p', name: 'P', model: 'resnet50', source: 'file', origin: '', runId: null, sha256: '', outputs: [] },
  ...{ normalisation: 'imagenet', synthetic: true, licenceNote: '', createdAt: '' },
};

describe('initialisations of the wizard', () => {
  it('are listed in the order of the figures, frozen ones last', () => {
    const all = {
      ...{ random: true, transfer: true, meanVar: true, sampling: true, shuffled: true, gabor: true },
      ...{ transfusion: ['block1'], frozenRandom: ['block2'], frozenTransfer: ['block1'], frozenTransfusion: true },
    };
    expect(labels(all)).toEqual([
      'random',
      'transfer(P)',
      'mean-var(P)',
      'sampling(P)',
      'shuffled(P)',
      'transfusion(P, block1)',
      'gabor',
      'random, frozen to block2',
      'transfer(P), frozen to block1',
      'transfusion(P, block1), frozen to block1',
    ]);
    expect(labels(all, null)).toEqual(['random', 'gabor', 'random, frozen to block2']);
    expect(labels({ random: true, gabor: true, gaborScaled: true })).toEqual(['random', 'gabor(P)']);
    expect(labels({ sampling: true, bn: 'imagenet-transfer' })).toEqual(['sampling(P, bn imagenet-transfer)']);
  });

  it('offer the stages that every chosen model has', () => {
    const mixed = [info('resnet50'), info('cbr-small')];
    expect(commonStages(mixed, { last: false })).toEqual(['block1', 'block2', 'block3']);
    expect(commonStages(mixed, { last: true })).toEqual(['block1', 'block2', 'block3', 'block4']);
    expect(commonStages([info('inception-v3')], { last: true })).toHaveLength(16);
    expect(transfusionStages([info('resnet50'), info('resnet50-slim')], () => ({ model: 'resnet50' }))).toEqual([
      'conv1',
      'block1',
      'block2',
    ]);
    expect(transfusionStages(mixed, () => ({ model: 'resnet50' }))).toEqual([]);
    expect(transfusionStages(mixed, () => undefined)).toEqual(['block1', 'block2', 'block3']);
  });

  it('propose weights only where there is nothing to choose', () => {
    const set = (name: string, model: ModelId, id = name) => ({ ...madeUpSet, id, name, model });
    const tiny = info('cbr-tiny');
    expect(proposeSet(tiny, [])).toBeNull();
    expect(proposeSet(tiny, [set('a', 'cbr-tiny'), set('b', 'cbr-small')])).toBe('a');
    expect(proposeSet(tiny, [set('new', 'cbr-tiny'), set('old', 'cbr-tiny')])).toBeNull();
    expect(proposeSet(tiny, [set('new', 'cbr-tiny'), set('shipped', 'cbr-tiny', 'starting-cbr-tiny')])).toBe('shipped');
    expect(proposeSet(info('resnet50-slim'), [set('wide', 'resnet50')])).toBeNull();
  });

  it('name the first thing to put right', () => {
    const set = { name: 'P', model: 'resnet50' } as const;
    const problem = (change: Partial<InitChoices>, models: ModelId[]) =>
      initProblem(inits(change), models.map(info), [set]);
    expect(problem({ random: true }, ['resnet50'])).toBeNull();
    expect(problem({}, ['resnet50'])).toBe('Choose at least one.');
    expect(problem({ transfer: true, weights: {} }, ['resnet50'])).toMatch(/Choose the weights of ResNet-50/);
    expect(problem({ transfer: true }, ['resnet50', 'resnet50-slim'])).toMatch(
      /P fits the first stages of ResNet-50 \(slim\) only/,
    );
    expect(problem({ transfusion: ['block2'] }, ['resnet50', 'resnet50-slim'])).toBeNull();
    expect(problem({ transfusion: ['block3'] }, ['resnet50', 'resnet50-slim'])).toMatch(/transfusion up to block3/);
    expect(problem({ frozenRandom: ['conv1'] }, ['cbr-tiny'])).toMatch(/frozen to conv1/);
    expect(problem({ gabor: true }, ['inception-v3'])).toMatch(/first layer of Inception-v3/);
  });
});
