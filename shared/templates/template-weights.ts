/** Which weights a template needs, which of the library's it takes, and what to do about those that are not there. Pure. */
import { AppError } from '../system/errors.ts';
import { MODEL_NAMES, type ModelId, type ModelInfo, type WeightSetSummary } from '../study/models.ts';
import type { StudyTemplate, TemplateScale } from './templates.ts';

export type TemplateSet = Pick<WeightSetSummary, 'name' | 'model' | 'synthetic'>;

/** One model of a template, with the weights that its pretrained arms start from. */
export interface TemplateChoice {
  /** The paper's model. */
  asked: ModelId;
  /** The model that takes its place: itself, or ResNet-50 v1.5 where only its weights are there. */
  model: ModelInfo;
  /** The model whose weights it needs: its own, or that of its base. */
  source: ModelId;
  /** All that fit, the first one being chosen where nothing else is. */
  fitting: TemplateSet[];
  /** Null: there are none, or the model was left out. */
  set: TemplateSet | null;
}

/** Weight sets by the model that they belong to; null leaves the models out that need it. */
export type ChosenWeights = Partial<Record<ModelId, string | null>>;

/** Models that do in place of the paper's where only theirs has weights: torchvision's and timm's ResNet-50. */
const STAND_INS: Partial<Record<ModelId, ModelId>> = { resnet50: 'resnet50-v15' };

/**
 * The models of a template with their weights: the ones that were named, else real ones before synthetic, in the order of `sets`.
 * @param sets the library's, newest first
 * @throws AppError `bad-input` where a name is no weight set of its model
 */
export function chooseWeights({
  template,
  scale,
  models,
  sets,
  weights = {},
  only,
}: {
  template: StudyTemplate;
  scale: TemplateScale;
  models: readonly ModelInfo[];
  sets: readonly TemplateSet[];
  weights?: ChosenWeights;
  /** In place of the template's models. */
  only?: readonly ModelId[] | undefined;
}): TemplateChoice[] {
  return (only ?? template.models[scale]).flatMap((asked) => {
    const own = choiceOf(asked, asked);
    const standIn = STAND_INS[asked];
    const other = standIn === undefined || weights[asked] !== undefined ? null : choiceOf(asked, standIn);
    const wanted = standIn !== undefined && typeof weights[standIn] === 'string';
    const chosen = other?.set != null && (wanted || own?.set == null) ? other : own;
    return chosen === null ? [] : [chosen];
  });

  function choiceOf(asked: ModelId, id: ModelId): TemplateChoice | null {
    const model = models.find((info) => info.id === id);
    if (model === undefined) return null;
    const source = model.base?.model ?? id;
    const fitting = sets.filter((set) => set.model === source);
    fitting.sort((a, b) => Number(a.synthetic) - Number(b.synthetic));
    const name = weights[source];
    if (name === undefined) return { asked, model, source, fitting, set: fitting[0] ?? null };
    if (name === null) return { asked, model, source, fitting, set: null };
    const set = fitting.find((candidate) => candidate.name === name);
    if (set === undefined) throw misfit(name, source);
    return { asked, model, source, fitting, set };
  }

  function misfit(name: string, source: ModelId): AppError {
    const found = sets.find((set) => set.name === name);
    const got = found === undefined ? 'which this library does not have' : `weights of ${MODEL_NAMES[found.model]}`;
    const fitting = sets.filter((set) => set.model === source).map((set) => `"${set.name}"`);
    return new AppError('bad-input', `Expected weights of ${MODEL_NAMES[source]}, got "${name}", ${got}.`, {
      action: fitting.length === 0 ? whereToGet(source) : `There is ${fitting.join(', ')}.`,
    });
  }
}

/** What to do where a library has no weights of a model. */
export function whereToGet(source: ModelId): string {
  const name = MODEL_NAMES[source];
  if (source === 'resnet50' || source === 'resnet50-v15' || source === 'inception-v3') {
    return `Import or download ImageNet weights of ${name}: Weights in the app, or the commands weights download and weights import.`;
  }
  return `No public weights of ${name} are known: train it once on natural images (softmax, random weights), then register that run: Weights in the app, or the command weights from-run.`;
}
