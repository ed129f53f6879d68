/** The initialisations that the study wizard offers for every chosen model, and what stands in their way. Pure. */
import {
  isStartingSet,
  weightsOf,
  type BnOption,
  type Init,
  type ModelId,
  type ModelInfo,
  type WeightSetSummary,
} from '../../../shared/study/models.ts';
import { fittingSets, sharedStages } from './extra-arms.ts';

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
  /** Name of each model's weight set, for the arms that need one; absent until one is proposed or chosen. */
  weights: Partial<Record<ModelId, string | null>>;
  /** Weights that were trained on images of this very dataset may be compared all the same. */
  acceptSeen: boolean;
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
  weights: {},
  acceptSeen: false,
};

/** True where a chosen initialisation starts from pretrained weights. */
export const needsWeights = (inits: InitChoices): boolean => needWhole(inits) || inits.transfusion.length > 0;

/** True where a chosen initialisation needs weights for the whole network. */
function needWhole(inits: InitChoices): boolean {
  const { transfer, meanVar, sampling, shuffled, frozenTransfer, gabor, gaborScaled } = inits;
  return transfer || meanVar || sampling || shuffled || frozenTransfer.length > 0 || (gabor && gaborScaled);
}

/**
 * The initialisations of one model in the order of the paper's figures, frozen ones last.
 * @param weights the model's weight set; null: none
 */
export function listInits(inits: InitChoices, weights: string | null): Init[] {
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
    ...(weights === null ? [] : withWeights(weights)),
    ...(inits.gabor && !inits.gaborScaled ? [{ kind: 'gabor' } as const] : []),
    ...inits.frozenRandom.map((freeze): Init => ({ kind: 'random', freeze })),
    ...(weights === null ? [] : frozenWithWeights(weights)),
  ];
}

/** Stages that every model has, from the image up; `last`: also where it is the last one below the classifier. */
export function commonStages(models: readonly ModelInfo[], { last }: { last: boolean }): string[] {
  const [first, ...rest] = models.map(({ stages }) => (last ? stages : stages.slice(0, -1)));
  return (first ?? []).filter((stage) => rest.every((stages) => stages.includes(stage)));
}

/** The sets that a model can start from, as a whole or in its first stages. */
export const setsFor = <T extends Pick<WeightSetSummary, 'model'>>(model: ModelInfo, sets: readonly T[]): T[] =>
  fittingSets({ model: model.id, kind: 'transfusion' }, sets, model);

/** The set that is chosen for a model; undefined where none is, or it has gone. */
export const chosenSet = <T extends Pick<WeightSetSummary, 'name' | 'model'>>(
  { weights }: Pick<InitChoices, 'weights'>,
  model: ModelInfo,
  sets: readonly T[],
): T | undefined => setsFor(model, sets).find(({ name }) => name === weights[model.id]);

/** What a user need not choose: the only set of the model, or the one that came with the app. Which of several is not guessed. */
export function proposeSet(model: ModelInfo, sets: readonly WeightSetSummary[]): string | null {
  const whole = sets.filter((set) => set.model === model.id);
  const proposed = whole.length === 1 ? whole[0] : whole.find(isStartingSet);
  return proposed?.name ?? null;
}

/** Every model has a set for all its layers: the chosen one, or any where none is chosen. */
export function canTransfer(
  inits: InitChoices,
  models: readonly ModelInfo[],
  sets: readonly Pick<WeightSetSummary, 'name' | 'model'>[],
): boolean {
  return models.every((model) => {
    const chosen = chosenSet(inits, model, sets);
    return (chosen === undefined ? sets : [chosen]).some((set) => set.model === model.id);
  });
}

/** Stages up to which every model can keep the weights of its set; of models without one, those below the last. */
export function transfusionStages(
  models: readonly ModelInfo[],
  setOf: (model: ModelInfo) => Pick<WeightSetSummary, 'model'> | undefined,
): string[] {
  const [first, ...rest] = models.map((model) => sharedStages(model, setOf(model)?.model ?? model.id));
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
  if (listInits(inits, 'any').length === 0) return 'Choose at least one.';
  // Until the models have come, the server's answer in the last step has to do.
  if (needsWeights(inits)) {
    for (const model of models) {
      const set = chosenSet(inits, model, sets);
      if (set === undefined) return `Choose the weights of ${model.name}, or leave out what needs them.`;
      if (needWhole(inits) && set.model !== model.id) {
        return `${set.name} fits the first stages of ${model.name} only: leave out all that use it but transfusion, or choose others.`;
      }
    }
  }
  const stages = transfusionStages(models, (model) => chosenSet(inits, model, sets));
  const lost = inits.transfusion.find((stage) => !stages.includes(stage));
  if (models.length > 0 && lost !== undefined)
    return `Leave out transfusion up to ${lost}: not every chosen model can have it.`;
  const all = commonStages(models, { last: true });
  const missing = [...inits.frozenRandom, ...inits.frozenTransfer].find((stage) => !all.includes(stage));
  if (models.length > 0 && missing !== undefined) {
    return `Leave out what is frozen to ${missing}: not every chosen model has that stage.`;
  }
  const [no] = inits.gabor ? withoutGabor(models) : [];
  return no === undefined ? null : `Leave out Gabor: the first layer of ${no} is too small for it.`;
}

/** True where some arms start from the values of a weight set and others do not. */
export function mixesPreparations(inits: InitChoices): boolean {
  const chosen = listInits(inits, 'any');
  return chosen.some((init) => weightsOf(init) !== null) && chosen.some((init) => weightsOf(init) === null);
}
