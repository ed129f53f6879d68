/** What the study wizard has collected, and the study file it stands for. Pure. */
import { marginSchema, type Margin } from '../../../shared/study/margin.ts';
import type { LengthId } from '../../../shared/study/length.ts';
import { initLabel, usesWeightValues, weightsOf, type Init, type ModelId } from '../../../shared/study/models.ts';
import { PROTOCOLS, type Protocol } from '../../../shared/study/protocol.ts';
import type { ArmSpec, StudySpecInput, TrainSize } from '../../../shared/study/study.ts';
import { toArmSpec, type ArmInput } from './extra-arms.ts';
import { listInits, needsWeights, NO_INITS, type InitChoices } from './init-choices.ts';
import type { TemplateId } from '../../../shared/templates/template-ids.ts';
import type { ChosenWeights } from '../../../shared/templates/template-weights.ts';
import type { TemplateScale } from '../../../shared/templates/templates.ts';
import { parseSeeds, parseTrainSizes } from '../../../shared/study/number-lists.ts';

export const STUDY_STEPS = ['data', 'models', 'inits', 'protocol', 'review'] as const;
export type StudyStep = (typeof STUDY_STEPS)[number];

/** Fields of a protocol that the wizard lets a user override; null keeps the paper's value. */
export interface ProtocolOverrides {
  size: number | null;
  batch: number | null;
  epochs: number | null;
  steps: number | null;
  learningRate: number | null;
  optimizer: 'adam' | 'sgd' | null;
  schedule: 'constant' | 'warmup-step' | null;
  head: 'sigmoid' | 'softmax' | null;
  normalisation: Protocol['normalisation'] | null;
  augmentation: 'paper' | 'off' | null;
  evaluateEverySteps: number | null;
  thresholdAuc: number | null;
  /** Evaluations without a gain after which a run stops; null: it trains to its end. */
  patience: number | null;
  /** The gain in AUC that early stopping asks for. */
  minDelta: number | null;
  classWeights: 'none' | 'balanced' | null;
  /** Whether runs with frozen stages see augmented images. */
  augmentFrozen: 'off' | 'on' | null;
}

/** The table or figure of the paper that the study starts from. */
export interface TemplateInput {
  id: TemplateId;
  scale: TemplateScale;
  /** Weight sets other than the ones that are proposed. */
  weights: ChosenWeights;
  /** What the later steps were filled from: they are filled again when this changes, and else keep what the user changed. */
  applied: string | null;
}

export const NO_OVERRIDES: ProtocolOverrides = {
  size: null,
  batch: null,
  epochs: null,
  steps: null,
  learningRate: null,
  optimizer: null,
  schedule: null,
  head: null,
  normalisation: null,
  augmentation: null,
  evaluateEverySteps: null,
  thresholdAuc: null,
  patience: null,
  minDelta: null,
  classWeights: null,
  augmentFrozen: null,
};

export interface StudyInput {
  step: StudyStep;
  name: string;
  /** Null until the user has typed a name: then it follows the choices. */
  nameTouched: boolean;
  datasetId: string | null;
  /** Null: the user's own choice of models and initialisations. */
  template: TemplateInput | null;
  models: ModelId[];
  inits: InitChoices;
  /** Beside the grid. */
  arms: ArmInput[];
  protocol: Protocol['id'];
  protocolTouched: boolean;
  overrides: ProtocolOverrides;
  /** The preset that decides image size, steps and seeds; null: the user's own. */
  length: LengthId | null;
  /** As typed: `0, 1, 2` and `all, 500`. */
  seeds: string;
  trainSizes: string;
  /** The margin, declared with the study where both are given; see {@link readMargin}. */
  marginDelta: number | null;
  marginReason: string;
  /** The running or finished estimate, and the study that it was made for. */
  estimate: { jobId: string; fingerprint: string } | null;
}

export const EMPTY_STUDY: StudyInput = {
  step: 'data',
  name: '',
  nameTouched: false,
  datasetId: null,
  template: null,
  models: ['cbr-small', 'cbr-tiny'],
  inits: { ...NO_INITS, random: true, transfer: true },
  arms: [],
  protocol: 'retina',
  protocolTouched: false,
  overrides: NO_OVERRIDES,
  length: 'quick',
  seeds: '0, 1, 2',
  trainSizes: 'all',
  marginDelta: null,
  marginReason: '',
  estimate: null,
};

function overridden(input: StudyInput): Partial<StudySpecInput> {
  const { overrides: o } = input;
  const base = PROTOCOLS[input.protocol];
  const spec: Partial<StudySpecInput> = {};
  for (const key of [
    'size',
    'batch',
    'epochs',
    'steps',
    'head',
    'normalisation',
    'evaluateEverySteps',
    'thresholdAuc',
    'classWeights',
  ] as const) {
    if (o[key] !== null) Object.assign(spec, { [key]: o[key] });
  }
  if (o.optimizer !== null || o.learningRate !== null) {
    const kind = o.optimizer ?? base.optimizer.kind;
    const other = PROTOCOLS[kind === 'adam' ? 'retina' : 'chexpert'].optimizer;
    const from = kind === base.optimizer.kind ? base.optimizer : other;
    spec.optimizer = { ...from, learningRate: o.learningRate ?? from.learningRate };
  }
  if (o.schedule !== null) {
    spec.schedule = o.schedule === 'constant' ? { kind: 'constant' } : PROTOCOLS.chexpert.schedule;
  }
  if (o.augmentation === 'off') {
    spec.augmentation = { crop: 0, hue: 0, contrast: 0, flipHorizontal: false, flipVertical: false };
  }
  if (o.augmentFrozen !== null) spec.augmentFrozen = o.augmentFrozen === 'on';
  if (o.patience !== null) spec.earlyStopping = { patience: o.patience, minDelta: o.minDelta ?? 0 };
  return spec;
}

export type MarginInput = Pick<StudyInput, 'marginDelta' | 'marginReason'>;

/** The margin as it was filled in: `value` null where it was left out, or what is wrong with which field. */
export function readMargin({
  marginDelta,
  marginReason,
}: MarginInput): { ok: true; value: Margin | null } | { ok: false; delta: string | null; reason: string | null } {
  if (marginDelta === null && marginReason.trim() === '') return { ok: true, value: null };
  const parsed = marginSchema.safeParse({ delta: marginDelta ?? undefined, reason: marginReason });
  if (parsed.success) return { ok: true, value: parsed.data };
  const wrong = new Set(parsed.error.issues.map(({ path }) => path[0]));
  const number =
    marginDelta === null
      ? 'Expected the margin that this reason is for, or no reason.'
      : 'Expected a number above 0 and below 0.5, such as 0.02 for two hundredths of AUC.';
  return {
    ok: false,
    delta: wrong.has('delta') ? number : null,
    reason: wrong.has('reason') ? 'Expected a sentence on why a smaller loss would not matter to patients.' : null,
  };
}

/** Every chosen model with every chosen initialisation. */
export function gridOf({ models, inits }: Pick<StudyInput, 'models' | 'inits'>): { model: ModelId; init: Init }[] {
  return models.flatMap((model) => listInits(inits, inits.weights[model] ?? null).map((init) => ({ model, init })));
}

/** The weight sets among `seen`, trained on images of the dataset, whose values an arm of the study starts from. */
export function unfairSets(input: Pick<StudyInput, 'models' | 'inits' | 'arms'>, seen: readonly string[]): string[] {
  const inits = [...gridOf(input), ...input.arms.flatMap((arm) => toArmSpec(arm) ?? [])].map(({ init }) => init);
  const used = inits.filter(usesWeightValues).map(weightsOf);
  return seen.filter((name) => used.includes(name));
}

/** The initialisations that all models share word for word, and the arms of those that name a model's own weights. */
function shareGrid(input: Pick<StudyInput, 'models' | 'inits'>): { inits: Init[]; own: ArmSpec[] } {
  const grid = gridOf(input);
  const times = Map.groupBy(grid, ({ init }) => initLabel(init));
  const isShared = ({ init }: { init: Init }) => times.get(initLabel(init))?.length === input.models.length;
  const [model] = input.models;
  return {
    inits: grid.filter((arm) => arm.model === model && isShared(arm)).map(({ init }) => init),
    own: grid.filter((arm) => !isShared(arm)),
  };
}

/** The study file for these choices; null while something is missing or cannot be read. */
export function toSpec(input: StudyInput): StudySpecInput | null {
  const seeds = parseSeeds(input.seeds);
  const sizes = parseTrainSizes(input.trainSizes);
  const beside = input.arms.flatMap((arm) => toArmSpec(arm) ?? []);
  if (beside.length < input.arms.length) return null;
  if (needsWeights(input.inits) && input.models.some((model) => input.inits.weights[model] == null)) return null;
  const { inits, own } = shareGrid(input);
  const arms = [...own, ...beside];
  const margin = readMargin(input);
  if (!seeds.ok || !sizes.ok || !margin.ok || input.datasetId === null) return null;
  if (input.models.length === 0 || inits.length + own.length === 0 || input.name.trim() === '') return null;
  return {
    name: input.name.trim(),
    dataset: input.datasetId,
    ...(input.template === null ? {} : { template: input.template.id }),
    protocol: input.protocol,
    ...overridden(input),
    ...(inits.length === 0 ? {} : { models: input.models, inits }),
    ...(input.inits.acceptSeen ? { acceptSeenWeights: true } : {}),
    ...(arms.length === 0 ? {} : { arms }),
    train_sizes: sizes.value satisfies TrainSize[],
    seeds: seeds.value,
    ...(margin.value === null ? {} : { margin: margin.value }),
  };
}
