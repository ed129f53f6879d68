/** From a template, data and weights to a study's specification, with what had to be changed in words. Pure. */
import { AppError } from '../system/errors.ts';
import { formatCount } from '../words/numbers.ts';
import { MODEL_NAMES, type Init, type ModelId } from '../study/models.ts';
import { PROTOCOLS } from '../study/protocol.ts';
import type { ArmSpec, StudySpecInput, TrainSize } from '../study/study.ts';
import type { StudyTemplate, TemplateInit, TemplateScale } from './templates.ts';
import { whereToGet, type TemplateChoice } from './template-weights.ts';

/** What `small` sets; the wizard and the command line can change each. */
export const SMALL_SCALE = { size: 128, steps: 600, evaluateEverySteps: 60, seeds: [0, 1, 2] } as const;
/** This app's choice: as many as give an interval over seeds. */
export const PAPER_SEEDS = [0, 1, 2, 3, 4];

export interface TemplateData {
  /** Name or id. */
  dataset: string;
  modality: string;
  /** Of the training split. */
  trainImages: number;
}

export interface TemplateOverrides {
  name?: string | undefined;
  size?: number | undefined;
  batch?: number | undefined;
  steps?: number | undefined;
  epochs?: number | undefined;
  seeds?: readonly number[] | undefined;
}

export interface TemplateStudy {
  spec: Omit<StudySpecInput, 'arms'> & { arms: ArmSpec[] };
  /** What differs from the paper, and why; whole sentences. */
  notes: string[];
  /** Models whose weights are not there; they and their slim relatives are left out. */
  missing: ModelId[];
}

/** @throws AppError `bad-input` where no model of the template has weights, with what to do */
export function buildTemplate({
  template,
  scale,
  choices,
  data,
  overrides = {},
}: {
  template: StudyTemplate;
  scale: TemplateScale;
  choices: readonly TemplateChoice[];
  data: TemplateData;
  overrides?: TemplateOverrides;
}): TemplateStudy {
  const small = scale === 'small' ? SMALL_SCALE : null;
  const protocol = data.modality === 'cxr' || template.modality === 'cxr' ? 'chexpert' : 'retina';
  const size = overrides.size ?? small?.size;
  const steps = overrides.steps ?? (overrides.epochs === undefined ? small?.steps : undefined);
  const seeds = overrides.seeds ?? small?.seeds ?? PAPER_SEEDS;
  const { sizes, note: sizeNote } = scaleSizes(template.sizes, data.trainImages);
  const side = size ?? PROTOCOLS[protocol].size;
  const used = choices.filter(({ model, set }) => set !== null && model.minimumSize <= side);
  if (used.length === 0) throw nothingLeft(template, choices, side);
  const spec: TemplateStudy['spec'] = {
    name: overrides.name ?? `${template.shows}: ${template.title}`.slice(0, 160),
    dataset: data.dataset,
    template: template.id,
    protocol,
    ...(size === undefined ? {} : { size }),
    ...(overrides.batch === undefined ? {} : { batch: overrides.batch }),
    ...(overrides.epochs === undefined ? {} : { epochs: overrides.epochs }),
    ...(steps === undefined ? {} : { steps }),
    ...(small === null || steps === undefined ? {} : { evaluateEverySteps: evaluationsOf(steps) }),
    // At the small scale few networks come so far.
    ...(small !== null || template.thresholdAuc === undefined ? {} : { thresholdAuc: template.thresholdAuc }),
    models: used.map(({ model }) => model.id),
    inits: [{ kind: 'random' }],
    arms: used.flatMap((choice) => armsOf(template, choice)),
    train_sizes: sizes,
    seeds: [...seeds],
  };
  const notes = [...sizeNote, ...notesOf({ template, scale, choices, data, side, seeds })];
  return { spec, notes, missing: missingOf(choices) };
}

/** The arms of a model beside random weights; only those that take weights need its set. */
function armsOf(template: StudyTemplate, { model, set }: TemplateChoice): ArmSpec[] {
  const possible = template
    .inits(model)
    .filter(({ kind }) => kind !== 'gabor' || model.firstConvolution.kernel[0] >= SMALLEST_GABOR);
  return possible.map((init) => ({ model: model.id, init: named(init, set?.name ?? '') }));
}

/** Oriented edges need this many pixels. */
const SMALLEST_GABOR = 5;

const named = (init: TemplateInit, weights: string): Init => (init.kind === 'random' ? init : { ...init, weights });

/** Ten scorings a run, at the end among them. */
const evaluationsOf = (steps: number): number => Math.max(1, Math.round(steps / 10));

/**
 * The paper's numbers of training images, or, where the training split has fewer than the largest, the same proportions of what
 * is there, the largest being all.
 */
export function scaleSizes(sizes: readonly number[] | null, available: number): { sizes: TrainSize[]; note: string[] } {
  if (sizes === null) return { sizes: ['all'], note: [] };
  const largest = Math.max(...sizes);
  if (largest <= available) return { sizes: [...sizes], note: [] };
  const scaled = sizes.map((size): TrainSize =>
    size === largest ? 'all' : Math.max(1, Math.round((size / largest) * available)),
  );
  const unique = [...new Set(scaled)].filter((size) => size === 'all' || size < available);
  const words = unique.map((size) => (size === 'all' ? `all ${formatCount(available)}` : formatCount(size))).join(', ');
  return {
    sizes: unique,
    note: [
      `The paper's ${sizes.map(formatCount).join(', ')} training images exceed the ${formatCount(available)} of this dataset: scaled to ${words}.`,
    ],
  };
}

function notesOf(params: {
  template: StudyTemplate;
  scale: TemplateScale;
  choices: readonly TemplateChoice[];
  data: TemplateData;
  side: number;
  seeds: readonly number[];
}): string[] {
  const { template, scale, choices, data, side, seeds } = params;
  const notes: string[] = [];
  for (const { asked, model, source, set } of choices) {
    if (set === null) notes.push(`${model.name} is left out: no weights of ${MODEL_NAMES[source]} are here.`);
    else if (model.minimumSize > side) {
      notes.push(`${model.name} is left out: it needs images of at least ${model.minimumSize} pixels.`);
    } else if (asked !== model.id) {
      notes.push(`${model.name} takes the place of ${MODEL_NAMES[asked]}: these are the weights that are here.`);
    }
  }
  if (scale === 'small') {
    notes.push(
      `Small: ${side} pixels, few steps and models that a computer without a GPU can train. AUCs are lower than the paper's; comparisons between arms hold for what was trained.`,
    );
  }
  if (template.modality === 'cxr' && data.modality !== 'cxr') notes.push('The paper asks this of chest x-rays.');
  if (template.modality === 'fundus' && data.modality !== 'fundus') {
    notes.push('The paper asks this of fundus photographs.');
  }
  if (seeds.length < template.leastSeeds) {
    notes.push(
      `${template.shows} needs at least ${template.leastSeeds} seeds; with ${seeds.length} the question stays open.`,
    );
  }
  return notes;
}

function missingOf(choices: readonly TemplateChoice[]): ModelId[] {
  return [...new Set(choices.filter(({ set }) => set === null).map(({ source }) => source))];
}

function nothingLeft(template: StudyTemplate, choices: readonly TemplateChoice[], side: number): AppError {
  const missing = missingOf(choices);
  const [first] = missing;
  if (first === undefined) {
    return new AppError('bad-input', `Expected images that the models of ${template.shows} can take, got ${side} px.`, {
      action: 'Choose larger images or other models.',
    });
  }
  const names = missing.map((model) => MODEL_NAMES[model]).join(', ');
  return new AppError('bad-input', `Expected pretrained weights for ${template.shows} (${names}), found none.`, {
    action: whereToGet(first),
  });
}
