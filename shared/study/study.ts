/** A study: one dataset, one protocol, a grid of arms (model x initialisation x training-set size), repeated over seeds. */
import { armIdOf } from './arms.ts';
import { z } from 'zod';
import type { Modality } from '../dataset/dataset.ts';
import type { Verdict } from '../results/verdict-sentence.ts';
import { LONGEST_STUDY_NAME, nameSchema } from '../system/names.ts';
import type { BundleOrigin } from '../bundle/bundle.ts';
import { marginSchema } from './margin.ts';
import { initLabel, initSchema, modelIdSchema, type Init, type ModelId } from './models.ts';
import { augmentationSchema, protocolFields, PROTOCOLS, protocolSchema, type Protocol } from './protocol.ts';
import { templateIdSchema, type TemplateId } from '../templates/template-ids.ts';

const WEIGHTED_KINDS = ['transfer', 'mean-var', 'sampling', 'shuffled', 'transfusion', 'gabor'] as const;

/**
 * The YAML's short forms: `random`, `{random: true, freeze: block2}`, `{transfer: NAME}`, `{sampling: NAME, bn: identity}`,
 * `{transfusion: NAME, upto: block1}`.
 */
function expandInit(value: unknown): unknown {
  if (typeof value === 'string') return { kind: value };
  if (typeof value !== 'object' || value === null || 'kind' in value) return value;
  const { random, ...options } = value as Record<string, unknown>;
  if (random === true) return { kind: 'random', ...options };
  for (const kind of WEIGHTED_KINDS) {
    if (!(kind in value)) continue;
    const { [kind]: weights, ...rest } = value as Record<string, unknown>;
    return { kind, weights, ...rest };
  }
  return value;
}

const initFieldSchema = z.preprocess(expandInit, initSchema);

export const trainSizeSchema = z.union([z.literal('all'), z.int().positive()]);
export type TrainSize = z.infer<typeof trainSizeSchema>;

/** One arm beside the grid, or one for each of its `train_sizes`; without these, for each of the study's. */
export const armSpecSchema = z.strictObject({
  model: modelIdSchema,
  init: initFieldSchema,
  train_sizes: z.array(trainSizeSchema).min(1).optional(),
});
export type ArmSpec = z.infer<typeof armSpecSchema>;

/** A study file (YAML or JSON), or what the wizard sends. Protocol fields given here override the named protocol's. */
const specFields = z.strictObject({
  name: nameSchema(LONGEST_STUDY_NAME),
  /** A dataset's id or name. */
  dataset: z.string().min(1),
  /** The table or figure of the paper that the study was made from; it only decides which of the paper's numbers are shown beside it. */
  template: templateIdSchema.optional(),
  protocol: z.enum(['retina', 'chexpert']).default('retina'),
  ...z.object(protocolFields).partial().shape,
  augmentation: augmentationSchema.partial().optional(),
  /** The grid: every model with every initialisation. Both may be left out where `arms` lists what to run. */
  models: z.array(modelIdSchema).default([]),
  inits: z.array(initFieldSchema).default([]),
  /** Arms beside the grid. */
  arms: z.array(armSpecSchema).default([]),
  train_sizes: z.array(trainSizeSchema).min(1).default(['all']),
  seeds: z.array(z.int().nonnegative()).min(1),
  /** Weights that were trained on images of the dataset may be compared all the same, although that is not fair. */
  acceptSeenWeights: z.literal(true).optional(),
  /** Declared with the study, and so before its test images are scored; later: `study margin`. */
  margin: marginSchema.optional(),
});

/** A grid needs models and initialisations; a study of explicit arms needs neither. */
export const studySpecSchema = specFields.superRefine(({ models, inits, arms }, context) => {
  const grid = { models, inits };
  const empty = (['models', 'inits'] as const).filter((field) => grid[field].length === 0);
  if (empty.length === 0 || (empty.length === 2 && arms.length > 0)) return;
  for (const field of empty) {
    context.addIssue({ code: 'too_small', origin: 'array', minimum: 1, inclusive: true, input: [], path: [field] });
  }
});
export type StudySpec = z.infer<typeof studySpecSchema>;
export type StudySpecInput = z.input<typeof studySpecSchema>;

export const studyRenameSchema = z.object({ id: z.string().min(1), name: nameSchema(LONGEST_STUDY_NAME) });
export type StudyRename = z.infer<typeof studyRenameSchema>;

/** The protocol of a study with all overrides applied. */
export function resolveProtocol(spec: StudySpec): Protocol {
  const base = PROTOCOLS[spec.protocol];
  const fields = Object.keys(protocolFields) as (keyof typeof protocolFields)[];
  const given = fields.flatMap((field) => (spec[field] === undefined ? [] : [[field, spec[field]] as const]));
  const augmentation = { ...base.augmentation, ...spec.augmentation };
  return protocolSchema.parse({ ...base, ...Object.fromEntries(given), augmentation });
}

/** One cell of the grid; its runs differ only by seed. */
export interface Arm {
  id: string;
  model: ModelId;
  init: Init;
  initLabel: string;
  trainSize: TrainSize;
}

export type SpecPath = (string | number)[];

/** Every initialisation that a specification names, with its field: `['inits', 1]`, `['arms', 0, 'init']`. */
export function specInits(spec: Pick<StudySpec, 'inits' | 'arms'>): { init: Init; path: SpecPath }[] {
  return [
    ...spec.inits.map((init, index) => ({ init, path: ['inits', index] })),
    ...spec.arms.map(({ init }, index) => ({ init, path: ['arms', index, 'init'] })),
  ];
}

/** The models of a specification, each once, in the order in which tables show them. */
export function specModels(spec: Pick<StudySpec, 'models' | 'arms'>): ModelId[] {
  return [...new Set([...spec.models, ...spec.arms.map((arm) => arm.model)])];
}

/** The specification with every initialisation replaced. */
export function mapInits(spec: StudySpec, change: (init: Init) => Init): StudySpec {
  return {
    ...spec,
    inits: spec.inits.map(change),
    arms: spec.arms.map((arm) => ({ ...arm, init: change(arm.init) })),
  };
}

/** A model with an initialisation, at one or more sizes of the training set. */
export interface Combination {
  model: ModelId;
  init: Init;
  sizes: TrainSize[];
  /** The field that asks for it. */
  path: SpecPath;
}

/** What a specification asks for, training-set sizes apart: under their model, the grid's before those of `arms`. */
export function specCombinations(spec: StudySpec): Combination[] {
  const grid = spec.models.flatMap((model) =>
    spec.inits.map((init, index) => ({ model, init, sizes: spec.train_sizes, path: ['inits', index] })),
  );
  const arms = spec.arms.map(({ model, init, train_sizes: sizes }, index) => ({
    model,
    init,
    sizes: sizes ?? spec.train_sizes,
    path: ['arms', index],
  }));
  return [...Map.groupBy<ModelId, Combination>([...grid, ...arms], ({ model }) => model).values()].flat();
}

function toArms({ model, init, sizes }: Combination): Arm[] {
  return sizes.map((trainSize) => {
    const named = { model, initLabel: initLabel(init), trainSize };
    return { id: armIdOf(named), init, ...named };
  });
}

/** Arms in the order in which tables show them. Their ids are stable for a given spec, and unique where {@link repeatedArm} is null. */
export const expandArms = (spec: StudySpec): Arm[] => specCombinations(spec).flatMap(toArms);

/** The first arm that a specification asks for twice, with the second field that does; null where each is asked for once. */
export function repeatedArm(spec: StudySpec): { armId: string; path: SpecPath } | null {
  const seen = new Set<string>();
  for (const combination of specCombinations(spec)) {
    for (const { id } of toArms(combination)) {
      if (seen.has(id)) return { armId: id, path: combination.path };
      seen.add(id);
    }
  }
  return null;
}

export type StudyState = 'draft' | 'running' | 'paused' | 'finished' | 'failed' | 'cancelled' | 'interrupted';

export interface StudySummary {
  id: string;
  name: string;
  datasetId: string;
  datasetName: string;
  /** Of the dataset. */
  modality: Modality;
  synthetic: boolean;
  /** The table or figure of the paper that it was made from; null where it was made freely. */
  template: TemplateId | null;
  state: StudyState;
  createdAt: string;
  runs: { total: number; succeeded: number; failed: number; running: number; queued: number; other: number };
  /** Where the study was opened from a bundle: it is read-only. */
  bundle: BundleOrigin | null;
  /** What its results say in brief, null before any run has finished. */
  headline: Pick<Verdict, 'kind' | 'largest'> | null;
}

export interface StudyDetail extends StudySummary {
  spec: StudySpec;
  protocol: Protocol;
  arms: Arm[];
  /** The sentence(s) that the report prints as methods. */
  methods: string;
}

/** What the study will cost on this machine, from a short calibration of each model at the study's size and batch. */
export interface StudyEstimate {
  arms: { armId: string; secondsPerStep: number; stepsPerRun: number; secondsPerRun: number }[];
  totalSeconds: number;
  /** Runs may stop early: steps and times are those of runs that train to the end of their schedule. */
  atMost: boolean;
  /** Time to decode all images once into the cache, included in `totalSeconds`. */
  cacheSeconds: number;
  peakMemoryBytes: number;
  availableMemoryBytes: number;
  diskBytes: number;
  /** Of `diskBytes`, what the activations of frozen stages take at most, while one run lasts. */
  storedActivationsBytes: number;
  availableDiskBytes: number;
  warnings: string[];
}
