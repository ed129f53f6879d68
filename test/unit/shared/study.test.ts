import { describe, expect, it } from 'vitest';
import { PROTOCOLS, protocolSchema } from '../../../shared/study/protocol.ts';
import {
  expandArms,
  mapInits,
  repeatedArm,
  resolveProtocol,
  specInits,
  specModels,
  studySpecSchema,
  type StudySpecInput,
} from '../../../shared/study/study.ts';

const base = { name: 'n', dataset: 'd', seeds: [0] };
const parse = (change: Partial<StudySpecInput>) => studySpecSchema.parse({ ...base, ...change });

describe('arms', () => {
  const mixed = parse({
    models: ['cbr-small', 'cbr-tiny'],
    inits: ['random', { transfer: 'w' }],
    arms: [
      { model: 'cbr-small', init: { transfusion: 'w', upto: 'block2' } },
      { model: 'cbr-largew', init: 'random', train_sizes: [50, 'all'] },
    ],
  });

  it('lists the grid, then explicit arms, all under their model', () => {
    expect(expandArms(mixed).map(({ id }) => id)).toEqual([
      'cbr-small/random/all',
      'cbr-small/transfer(w)/all',
      'cbr-small/transfusion(w, block2)/all',
      'cbr-tiny/random/all',
      'cbr-tiny/transfer(w)/all',
      'cbr-largew/random/50',
      'cbr-largew/random/all',
    ]);
    expect(specModels(mixed)).toEqual(['cbr-small', 'cbr-tiny', 'cbr-largew']);
    expect(specInits(mixed).map(({ path }) => path.join('.'))).toEqual([
      'inits.0',
      'inits.1',
      'arms.0.init',
      'arms.1.init',
    ]);
    expect(repeatedArm(mixed)).toBeNull();
  });

  it('gives an explicit arm the sizes of the study where it names none', () => {
    const spec = parse({ arms: [{ model: 'cbr-tiny', init: 'random' }], train_sizes: [50, 100] });
    expect(expandArms(spec).map(({ trainSize }) => trainSize)).toEqual([50, 100]);
  });

  it('finds an arm that is asked for twice, by the grid or by another arm', () => {
    const again = { model: 'cbr-tiny' as const, init: 'random' };
    const inGrid = parse({ models: ['cbr-tiny'], inits: ['random'], arms: [again] });
    expect(repeatedArm(inGrid)).toEqual({ armId: 'cbr-tiny/random/all', path: ['arms', 0] });
    const inArms = parse({ arms: [again, { ...again, train_sizes: ['all'] }] });
    expect(repeatedArm(inArms)).toEqual({ armId: 'cbr-tiny/random/all', path: ['arms', 1] });
    expect(repeatedArm(parse({ arms: [again, { ...again, train_sizes: [50] }] }))).toBeNull();
  });

  it('changes the initialisations of grid and arms alike', () => {
    const renamed = mapInits(mixed, (init) => (init.kind === 'random' ? init : { ...init, weights: 'v' }));
    expect(expandArms(renamed).map(({ initLabel }) => initLabel)).toContain('transfusion(v, block2)');
    expect(expandArms(renamed).map(({ initLabel }) => initLabel)).toContain('transfer(v)');
  });
});

describe('protocols', () => {
  it("are the paper's Appendix A", () => {
    expect(PROTOCOLS.retina).toMatchObject({
      ...{ size: 587, batch: 8, head: 'sigmoid', schedule: { kind: 'constant' } },
      optimizer: { kind: 'adam', learningRate: 0.001 },
      augmentation: { flipHorizontal: true, flipVertical: true },
    });
    expect(PROTOCOLS.chexpert).toMatchObject({
      ...{ size: 224, batch: 32, head: 'sigmoid' },
      optimizer: { kind: 'sgd', learningRate: 0.0125, momentum: 0.9 },
      schedule: { kind: 'warmup-step', warmupEpochs: 5, decayEpochs: [30, 60, 90], decayFactor: 0.1 },
      augmentation: { flipHorizontal: false, flipVertical: false },
    });
    for (const { augmentation } of Object.values(PROTOCOLS)) {
      expect(Math.min(augmentation.crop, augmentation.hue, augmentation.contrast)).toBeGreaterThan(0);
    }
  });

  it('of earlier versions are read with what they did', () => {
    const { earlyStopping, classWeights, augmentFrozen, movingStatistics, ...old } = PROTOCOLS.retina;
    expect([earlyStopping, classWeights, augmentFrozen, movingStatistics]).toEqual([null, 'none', false, 'warm-up']);
    expect(protocolSchema.parse(old)).toEqual({ ...PROTOCOLS.retina, movingStatistics: 'keras' });
  });

  it('take the new options from the study', () => {
    const grid: Partial<StudySpecInput> = { models: ['cbr-tiny'], inits: ['random'] };
    const change: Partial<StudySpecInput> = {
      earlyStopping: { patience: 3 },
      classWeights: 'balanced',
      augmentFrozen: true,
      movingStatistics: 'keras',
    };
    expect(resolveProtocol(parse({ ...grid, ...change }))).toEqual({
      ...PROTOCOLS.retina,
      earlyStopping: { patience: 3, minDelta: 0 },
      classWeights: 'balanced',
      augmentFrozen: true,
      movingStatistics: 'keras',
    });
    expect(resolveProtocol(parse({ ...grid, earlyStopping: null }))).toEqual(PROTOCOLS.retina);
  });
});
