/** Arms beside the grid, as the study wizard collects them. Pure. */
import type { BnOption, Init, ModelId, ModelInfo, WeightSetSummary } from '../../../shared/study/models.ts';
import { freezeOf, initLabel, MODEL_NAMES, weightsOf } from '../../../shared/study/models.ts';
import type { ArmSpec } from '../../../shared/study/study.ts';

export const ARM_KINDS = [
  { value: 'random', label: 'Random' },
  { value: 'transfer', label: 'Transfer' },
  { value: 'mean-var', label: 'Mean-var' },
  { value: 'sampling', label: 'Sampling' },
  { value: 'shuffled', label: 'Shuffled' },
  { value: 'transfusion', label: 'Transfusion' },
  { value: 'gabor', label: 'Gabor' },
] as const;
export type ArmKind = (typeof ARM_KINDS)[number]['value'];

/** One row of the form; what its kind does not use is kept, so that it is there again when the kind is chosen back. */
export interface ArmInput {
  model: ModelId;
  kind: ArmKind;
  /** Name of the weight set. */
  weights: string | null;
  /** Last stage that keeps pretrained weights. */
  upto: string | null;
  /** Last stage that stays as it starts; null: everything is trained. */
  freeze: string | null;
  /** What mean-var, sampling and shuffled do about batch norm; absent: identity. */
  bn?: BnOption | undefined;
  /** Gabor kernels as strong as the first layer of `weights`; else as a random one. */
  scaled?: boolean | undefined;
}

export const needsWeightSet = (kind: ArmKind): boolean => kind !== 'random' && kind !== 'gabor';

export function canChooseBn(kind: ArmKind): boolean {
  return kind === 'mean-var' || kind === 'sampling' || kind === 'shuffled';
}

export const canFreeze = (kind: ArmKind): boolean => kind === 'random' || kind === 'transfer' || kind === 'transfusion';

/** Null while something is missing. */
export function toArmSpec({ model, kind, weights, upto, freeze, bn = 'identity', scaled }: ArmInput): ArmSpec | null {
  const frozen = freeze === null ? {} : { freeze };
  if (kind === 'random') return { model, init: { kind, ...frozen } };
  if (kind === 'gabor' && scaled !== true) return { model, init: { kind } };
  if (weights === null) return null;
  if (kind === 'gabor') return { model, init: { kind, weights } };
  if (kind === 'transfer') return { model, init: { kind, weights, ...frozen } };
  if (kind === 'transfusion') return upto === null ? null : { model, init: { kind, weights, upto, ...frozen } };
  return { model, init: { kind, weights, bn } };
}

/** The row of the form for an arm of a study. */
export function toArmInput({ model, init }: ArmSpec): ArmInput {
  const { kind } = init;
  return {
    ...{ model, kind, weights: weightsOf(init), freeze: freezeOf(init) },
    upto: kind === 'transfusion' ? init.upto : null,
    ...('bn' in init ? { bn: init.bn } : {}),
    ...(kind === 'gabor' ? { scaled: init.weights !== undefined } : {}),
  };
}

/**
 * Stages up to which an arm can keep the weights of a set made for `source`: those of its own model all but the last (to keep all
 * would be transfer), those of the model that it was made slimmer from as far as both have equal tensors.
 */
export function sharedStages(model: ModelInfo, source: ModelId): string[] {
  if (source === model.id) return model.stages.slice(0, -1);
  if (model.base?.model !== source) return [];
  return model.stages.slice(0, model.stages.indexOf(model.base.upto) + 1);
}

/** Weight sets that an arm can start from. */
export function fittingSets<T extends Pick<WeightSetSummary, 'model'>>(
  { model, kind }: Pick<ArmInput, 'model' | 'kind'>,
  sets: readonly T[],
  info: ModelInfo | undefined,
): T[] {
  const base = kind === 'transfusion' ? (info?.base?.model ?? null) : null;
  return sets.filter((set) => set.model === model || set.model === base);
}

/**
 * What is wrong with each row: the first thing to put right, or null.
 * @param grid the arms of the grid, as model and initialisation
 */
export function armProblems(
  arms: readonly ArmInput[],
  grid: readonly { model: ModelId; init: Init }[],
  sets: readonly Pick<WeightSetSummary, 'model' | 'name'>[],
  models: readonly ModelInfo[],
): (string | null)[] {
  const seen = new Set(grid.map(nameOf));
  return arms.map((arm) => {
    const info = models.find((model) => model.id === arm.model);
    if (needsWeightSet(arm.kind) || (arm.kind === 'gabor' && arm.scaled === true)) {
      const fitting = fittingSets(arm, sets, info);
      if (fitting.length === 0) return `There are no pretrained weights for ${MODEL_NAMES[arm.model]} yet.`;
      const set = fitting.find(({ name }) => name === arm.weights);
      if (set === undefined) return 'Choose pretrained weights.';
      if (arm.kind === 'transfusion' && info !== undefined && !sharedStages(info, set.model).includes(arm.upto ?? '')) {
        return 'Choose the last stage that keeps pretrained weights.';
      }
    }
    const spec = toArmSpec(arm);
    if (spec === null) return 'Complete this arm.';
    if (seen.has(nameOf(spec))) return 'This arm is in the study already.';
    seen.add(nameOf(spec));
    return null;
  });
}

const nameOf = ({ model, init }: { model: ModelId; init: Init }): string => `${model}/${initLabel(init)}`;
