/** A study: one dataset, one protocol, a grid of arms (model x initialisation x training-set size), repeated over seeds. */
import { z } from 'zod';
import { initLabel, initSchema, modelIdSchema, type Init, type ModelId } from './models.ts';
import {
  augmentationSchema,
  NORMALISATIONS,
  optimizerSchema,
  PROTOCOLS,
  protocolSchema,
  scheduleSchema,
  type Protocol,
} from './protocol.ts';

/** The YAML's short forms: `random`, `{transfer: NAME}`, `{transfusion: NAME, upto: block1}`. */
function expandInit(value: unknown): unknown {
  if (typeof value === 'string') return { kind: value };
  if (typeof value !== 'object' || value === null || 'kind' in value) return value;
  const { transfer, transfusion, gabor, 'mean-var': meanVar, ...rest } = value as Record<string, unknown>;
  if (transfer !== undefined) return { kind: 'transfer', weights: transfer, ...rest };
  if (meanVar !== undefined) return { kind: 'mean-var', weights: meanVar, ...rest };
  if (transfusion !== undefined) return { kind: 'transfusion', weights: transfusion, ...rest };
  if (gabor !== undefined) return { kind: 'gabor', weights: gabor, ...rest };
  return value;
}

export const trainSizeSchema = z.union([z.literal('all'), z.int().positive()]);
export type TrainSize = z.infer<typeof trainSizeSchema>;

/** A study file (YAML or JSON), or what the wizard sends. Protocol fields given here override the named protocol's. */
export const studySpecSchema = z.strictObject({
  name: z.string().trim().min(1).max(160),
  /** A dataset's id or name. */
  dataset: z.string().min(1),
  protocol: z.enum(['retina', 'chexpert']).default('retina'),
  size: z.int().min(16).max(1024).optional(),
  batch: z.int().min(1).max(512).optional(),
  epochs: z.number().positive().optional(),
  steps: z.int().positive().optional(),
  optimizer: optimizerSchema.optional(),
  schedule: scheduleSchema.optional(),
  augmentation: augmentationSchema.partial().optional(),
  head: z.enum(['sigmoid', 'softmax']).optional(),
  normalisation: z.enum(NORMALISATIONS).optional(),
  evaluateEverySteps: z.int().positive().optional(),
  checkpointEverySteps: z.int().positive().optional(),
  thresholdAuc: z.number().gt(0.5).lt(1).optional(),
  models: z.array(modelIdSchema).min(1),
  inits: z.array(z.preprocess(expandInit, initSchema)).min(1),
  train_sizes: z.array(trainSizeSchema).min(1).default(['all']),
  seeds: z.array(z.int().nonnegative()).min(1),
});
export type StudySpec = z.infer<typeof studySpecSchema>;
export type StudySpecInput = z.input<typeof studySpecSchema>;

/** The protocol of a study with all overrides applied. */
export function resolveProtocol(spec: StudySpec): Protocol {
  const base = PROTOCOLS[spec.protocol];
  return protocolSchema.parse({
    ...base,
    size: spec.size ?? base.size,
    batch: spec.batch ?? base.batch,
    epochs: spec.epochs ?? base.epochs,
    steps: spec.steps ?? base.steps,
    optimizer: spec.optimizer ?? base.optimizer,
    schedule: spec.schedule ?? base.schedule,
    augmentation: { ...base.augmentation, ...spec.augmentation },
    head: spec.head ?? base.head,
    normalisation: spec.normalisation ?? base.normalisation,
    evaluateEverySteps: spec.evaluateEverySteps ?? base.evaluateEverySteps,
    checkpointEverySteps: spec.checkpointEverySteps ?? base.checkpointEverySteps,
    thresholdAuc: spec.thresholdAuc ?? base.thresholdAuc,
  });
}

/** One cell of the grid; its runs differ only by seed. */
export interface Arm {
  id: string;
  model: ModelId;
  init: Init;
  initLabel: string;
  trainSize: TrainSize;
}

/** Arms in the order in which tables show them. Arm ids are stable for a given spec. */
export function expandArms(spec: StudySpec): Arm[] {
  return spec.models.flatMap((model) =>
    spec.inits.flatMap((init) =>
      spec.train_sizes.map((trainSize) => ({
        id: `${model}/${initLabel(init)}/${trainSize}`,
        model,
        init,
        initLabel: initLabel(init),
        trainSize,
      })),
    ),
  );
}

export type StudyState = 'draft' | 'running' | 'paused' | 'finished' | 'failed' | 'cancelled' | 'interrupted';

export interface StudySummary {
  id: string;
  name: string;
  datasetId: string;
  datasetName: string;
  synthetic: boolean;
  state: StudyState;
  createdAt: string;
  runs: { total: number; succeeded: number; failed: number; running: number; queued: number; other: number };
  /** Best arm's mean headline test AUC, null before any run has finished. */
  headline: { armId: string; endpoint: string; meanAuc: number } | null;
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
  /** Time to decode all images once into the cache, included in `totalSeconds`. */
  cacheSeconds: number;
  peakMemoryBytes: number;
  availableMemoryBytes: number;
  diskBytes: number;
  availableDiskBytes: number;
  warnings: string[];
}
