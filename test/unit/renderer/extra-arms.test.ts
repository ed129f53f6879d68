import { describe, expect, it } from 'vitest';
import {
  armProblems,
  fittingSets,
  sharedStages,
  toArmSpec,
  type ArmInput,
} from '../../../renderer/state/studies/extra-arms.ts';
import { NO_INITS } from '../../../renderer/state/studies/init-choices.ts';
import { EMPTY_STUDY, gridOf, toSpec, type StudyInput } from '../../../renderer/state/studies/study-input.ts';
import { reachableStep } from '../../../renderer/features/studies/wizard/reachable-step.ts';
import { describeModels } from '../../../main/engine/models/catalogue.ts';
import { expandArms, studySpecSchema } from '../../../shared/study/study.ts';

const models = describeModels({ outputs: 5, size: 64, batch: 8 });
const info = (id: string) => models.find((model) => model.id === id) as (typeof models)[number];
const sets = [
  { name: 'natural', model: 'resnet50' as const },
  { name: 'tiny', model: 'cbr-tiny' as const },
];
const slim: ArmInput = { model: 'resnet50-slim', kind: 'random', weights: null, upto: null, freeze: null };
const hybrid: ArmInput = { ...slim, kind: 'transfusion', weights: 'natural', upto: 'block2' };
const study: StudyInput = {
  ...EMPTY_STUDY,
  name: 's',
  datasetId: 'd',
  models: ['resnet50'],
  inits: { ...NO_INITS, random: true },
  arms: [slim, hybrid],
};

describe('arms beside the grid', () => {
  it('become arms of the study', () => {
    const spec = studySpecSchema.parse(toSpec(study));
    expect(expandArms(spec).map(({ id }) => id)).toEqual([
      'resnet50/random/all',
      'resnet50-slim/random/all',
      'resnet50-slim/transfusion(natural, block2)/all',
    ]);
  });

  it('keep the study from going on while one is incomplete', () => {
    const incomplete = { ...study, arms: [{ ...hybrid, upto: null }] };
    expect(toSpec(incomplete)).toBeNull();
    expect(reachableStep(incomplete)).toBe(2);
    expect(reachableStep(study)).toBe(4);
  });

  it('take weights of their own model, and for transfusion those of the model they were made slimmer from', () => {
    expect(fittingSets(slim, sets, info('resnet50-slim'))).toEqual([]);
    expect(fittingSets(hybrid, sets, info('resnet50-slim')).map(({ name }) => name)).toEqual(['natural']);
    expect(sharedStages(info('resnet50-slim'), 'resnet50')).toEqual(['conv1', 'block1', 'block2']);
    expect(sharedStages(info('resnet50'), 'resnet50')).toEqual(['conv1', 'block1', 'block2', 'block3']);
    expect(sharedStages(info('resnet50'), 'cbr-tiny')).toEqual([]);
  });

  it('say what is wrong with each of them', () => {
    const problems = (arms: ArmInput[]) => armProblems(arms, gridOf(study), sets, models);
    expect(problems([slim, hybrid])).toEqual([null, null]);
    expect(problems([{ ...slim, model: 'resnet50' }])).toEqual(['This arm is in the study already.']);
    expect(problems([slim, slim])).toEqual([null, 'This arm is in the study already.']);
    expect(problems([{ ...hybrid, weights: null }])).toEqual(['Choose pretrained weights.']);
    expect(problems([{ ...hybrid, weights: 'tiny' }])).toEqual(['Choose pretrained weights.']);
    expect(problems([{ ...hybrid, upto: 'block3' }])[0]).toContain('last stage that keeps');
    expect(problems([{ ...hybrid, kind: 'transfer' }])[0]).toContain('no pretrained weights for ResNet-50 (slim)');
  });

  it('may scale Gabor kernels to weights, and choose what happens to batch norm', () => {
    const gabor: ArmInput = { model: 'cbr-tiny', kind: 'gabor', weights: 'tiny', upto: null, freeze: null };
    expect(toArmSpec(gabor)?.init).toEqual({ kind: 'gabor' });
    expect(toArmSpec({ ...gabor, scaled: true })?.init).toEqual({ kind: 'gabor', weights: 'tiny' });
    expect(armProblems([{ ...gabor, scaled: true, weights: 'natural' }], [], sets, models)).toEqual([
      'Choose pretrained weights.',
    ]);
    const bn = 'imagenet-transfer';
    expect(toArmSpec({ ...gabor, kind: 'sampling', bn })?.init).toEqual({ kind: 'sampling', weights: 'tiny', bn });
  });

  it('drop what their kind does not use', () => {
    const full: ArmInput = { model: 'resnet50', kind: 'random', weights: 'natural', upto: 'block1', freeze: 'conv1' };
    expect(toArmSpec(full)?.init).toEqual({ kind: 'random', freeze: 'conv1' });
    expect(toArmSpec({ ...full, kind: 'gabor' })?.init).toEqual({ kind: 'gabor' });
    expect(toArmSpec({ ...full, kind: 'shuffled' })?.init).toEqual({
      ...{ kind: 'shuffled', weights: 'natural', bn: 'identity' },
    });
    expect(toArmSpec({ ...full, kind: 'transfer', freeze: null })?.init).toEqual({
      kind: 'transfer',
      weights: 'natural',
    });
  });
});
