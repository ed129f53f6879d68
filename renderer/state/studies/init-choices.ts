/** The initialisations that the study wizard offers for every chosen model, and what stands in their way. Pure. */
import {
  weightsOf,
  type BnOption,
  type Init,
  type ModelInfo,
  type WeightSetSummary,
} from '../../../shared/study/models.ts';
import { sharedStages } from './extra-arms.ts';

export interface InitChoices {
  random: boolean;
  transfer: boolean;
  meanVar: boolean;
  sampling: boolean;
  shuffled: boolean;
  /** What mean-var, sampling and shuffled do about batch norm. */
  bn: BnOption;
  gabor: boolean;
  /** Its kernels are as strong as the first layer of the pretrained weights; else as a random one. */
  gaborScaled: boolean;
  /** Stages up to which pretrained weights are kept, one arm each. */
  transfusion: string[];
  /** Stages up to which random or transferred weights stay as they are, one arm each. */
  frozenRandom: string[];
  frozenTransfer: string[];
  /** Each transfusion once more, with its pretrained stages frozen. */
  frozenTransfusion: boolean;
  /** Name of the weight set for the arms that need one. */
  weights: string | null;
}

export const NO_INITS: InitChoices = {
  random: false,
  transfer: false,
  meanVar: false,
  sampling: false,
  shuffled: false,
  bn: 'identity',
  gabor: false,
  gaborScaled: false,
  transfusion: [],
  frozenRandom: [],
  frozenTransfer: [],
  frozenTransfusion: false,
  weights: null,
};

/** True where a chosen initialisation starts from pretrained weights. */
export const needsWeights = (inits: InitChoices): boolean => needWhole(inits) || inits.transfusion.length > 0;

/** True where a chosen initialisation needs weights for the whole network. */
function needWhole(inits: InitChoices): boolean {
  const { transfer, meanVar, sampling, shuffled, frozenTransfer, gabor, gaborScaled } = inits;
  return transfer || meanVar || sampling || shuffled || frozenTransfer.length > 0 || (gabor && gaborScaled);
}

/** The initialisations in the order of the paper's figures, frozen ones last. */
export function listInits(inits: InitChoices): Init[] {
  const { bn } = inits;
  const withWeights = (weights: string): Init[] => [
    ...(inits.transfer ? [{ kind: 'transfer', weights } as const] : []),
    ...(inits.meanVar ? [{ kind: 'mean-var', weights, bn } as const] : []),
    ...(inits.sampling ? [{ kind: 'sampling', weights, bn } as const] : []),
    ...(inits.shuffled ? [{ kind: 'shuffled', weights, bn } as const] : []),
    ...inits.transfusion.map((upto): Init => ({ kind: 'transfusion', weights, upto })),
    ...(inits.gabor && inits.gaborScaled ? [{ kind: 'gabor', weights } as const] : []),
  ];
  const frozenWithWeights = (weights: string): Init[] => [
    ...inits.frozenTransfer.map((freeze): Init => ({ kind: 'transfer', weights, freeze })),
    ...(inits.frozenTransfusion
      ? inits.transfusion.map((upto): Init => ({ kind: 'transfusion', weights, upto, freeze: upto }))
      : []),
  ];
  return [
    ...(inits.random ? [{ kind: 'random' } as const] : []),
    ...(inits.weights === null ? [] : withWeights(inits.weights)),
    ...(inits.gabor && !inits.gaborScaled ? [{ kind: 'gabor' } as const] : []),
    ...inits.frozenRandom.map((freeze): Init => ({ kind: 'random', freeze })),
    ...(inits.weights === null ? [] : frozenWithWeights(inits.weights)),
  ];
}

/** Stages that every model has, from the image up; `last`: also where it is the last one below the classifier. */
export function commonStages(models: readonly ModelInfo[], { last }: { last: boolean }): string[] {
  const [first, ...rest] = models.map(({ stages }) => (last ? stages : stages.slice(0, -1)));
  return (first ?? []).filter((stage) => rest.every((stages) => stages.includes(stage)));
}

/** Stages up to which every model can keep the weights of a set; without a set those that all models have. */
export function transfusionStages(
  models: readonly ModelInfo[],
  set: Pick<WeightSetSummary, 'model'> | undefined,
): string[] {
  const [first, ...rest] = models.map((model) =>
    set === undefined ? model.stages.slice(0, -1) : sharedStages(model, set.model),
  );
  return (first ?? []).filter((stage) => rest.every((stages) => stages.includes(stage)));
}

/** Names of the chosen models whose first layer the Gabor bank has no kernels for. */
export function withoutGabor(models: readonly ModelInfo[]): string[] {
  return models.filter(({ firstConvolution: { kernel } }) => kernel[0] < 5).map(({ name }) => name);
}

/** The first thing to put right before the next step, or null. */
export function initProblem(
  inits: InitChoices,
  models: readonly ModelInfo[],
  sets: readonly Pick<WeightSetSummary, 'name' | 'model'>[],
): string | null {
  const chosen = listInits(inits);
  if (needsWeights(inits) && inits.weights === null) {
    return 'Choose pretrained weights, or leave out what needs them.';
  }
  if (chosen.length === 0) return 'Choose at least one.';
  // Until the models have come, the server's answer in the last step has to do.
  if (models.length === 0) return null;
  const set = sets.find(({ name }) => name === inits.weights);
  if (set !== undefined && needWhole(inits) && models.some(({ id }) => id !== set.model)) {
    return `${set.name} does not fit every chosen model as a whole: leave out all that use it but transfusion, or choose others.`;
  }
  const stages = transfusionStages(models, set);
  const lost = inits.transfusion.find((stage) => !stages.includes(stage));
  if (lost !== undefined) return `Leave out transfusion up to ${lost}: not every chosen model can have it.`;
  const all = commonStages(models, { last: true });
  const missing = [...inits.frozenRandom, ...inits.frozenTransfer].find((stage) => !all.includes(stage));
  if (missing !== undefined) return `Leave out what is frozen to ${missing}: not every chosen model has that stage.`;
  const [no] = inits.gabor ? withoutGabor(models) : [];
  return no === undefined ? null : `Leave out Gabor: the first layer of ${no} is too small for it.`;
}

/** True where some arms start from the values of a weight set and others do not. */
export function mixesPreparations(inits: InitChoices): boolean {
  const chosen = listInits(inits);
  return chosen.some((init) => weightsOf(init) !== null) && chosen.some((init) => weightsOf(init) === null);
}
