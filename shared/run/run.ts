/** A run: one arm at one seed. Its folder is the truth; these are the files in it and the messages about it. */
import { z } from 'zod';
import { endpointSchema, labelValueSchema, modalitySchema, splitSchema } from '../dataset/dataset.ts';
import { initSchema, modelIdSchema, provenanceSchema } from '../study/models.ts';
import { protocolSchema } from '../study/protocol.ts';
import { trainSizeSchema } from '../study/study.ts';

export const RUN_STATES = [
  'queued',
  'running',
  'pausing',
  'paused',
  'cancelling',
  'succeeded',
  'failed',
  'cancelled',
  'interrupted',
] as const;
export const runStateSchema = z.enum(RUN_STATES);
export type RunState = z.infer<typeof runStateSchema>;

/** `config.json`: everything a run process reads, written once by the host before the run starts. */
export const runConfigSchema = z.object({
  schema: z.literal(1),
  runId: z.string(),
  studyId: z.string(),
  armId: z.string(),
  model: modelIdSchema,
  init: initSchema,
  /** Safetensors file of the weight set that `init` names, with its SHA-256; null where `init` needs none. */
  weights: z.object({ id: z.string(), name: z.string(), file: z.string(), sha256: z.string() }).nullable(),
  trainSize: trainSizeSchema,
  seed: z.int().nonnegative(),
  protocol: protocolSchema,
  outputs: z.array(z.string()),
  endpoints: z.array(endpointSchema),
  modality: modalitySchema,
  /** `manifest.json` of the dataset and the folder of decoded images shared by all runs at this size. */
  manifestFile: z.string(),
  contentHash: z.string(),
  cacheFolder: z.string(),
});
export type RunConfig = z.infer<typeof runConfigSchema>;

/** One line of `metrics.jsonl`. Steps count from 1; `step` is the number of updates done. */
export const metricEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('step'),
    step: z.int(),
    epoch: z.number(),
    loss: z.number(),
    learningRate: z.number(),
    /** Mean milliseconds per step since the last event, and of those the ones spent waiting for data. */
    stepMs: z.number(),
    waitMs: z.number(),
    /** Images decoded since the last event, and the milliseconds that one took a feeding thread; 0 where none was. */
    decodedImages: z.int().default(0),
    decodeMs: z.number().default(0),
    /** Milliseconds that a feeding thread took to augment and normalise one training image. */
    augmentMs: z.number().default(0),
  }),
  z.object({
    type: z.literal('evaluation'),
    step: z.int(),
    epoch: z.number(),
    loss: z.number(),
    /** By endpoint id; null where a class is missing in the validation split. */
    auc: z.record(z.string(), z.number().nullable()),
    /** Mean over the headline endpoints that are defined; null when none is. */
    headlineAuc: z.number().nullable(),
    best: z.boolean(),
  }),
]);
export type MetricEvent = z.infer<typeof metricEventSchema>;

/** One row of `predictions.csv`: one per image of the validation and test splits, from the best checkpoint. */
export const predictionSchema = z.object({
  imageId: z.string(),
  patient: z.int(),
  eye: z.string().nullable(),
  split: splitSchema,
  labels: z.array(labelValueSchema),
  /** Predicted probability per output. */
  probabilities: z.array(z.number()),
});
export type Prediction = z.infer<typeof predictionSchema>;

/**
 * What each label weighs in the training loss, one value an output: a positive label (softmax: the image's class), and a
 * negative one (null for softmax, which has none).
 */
export const classWeightsSchema = z.object({
  positive: z.array(z.number().positive()),
  negative: z.array(z.number().positive()).nullable(),
});
export type ClassWeights = z.infer<typeof classWeightsSchema>;

/**
 * Where the time of a run went beside the step itself, over all attempts. Decoding and preparing happen in other threads while
 * the step runs; only `waitMs` delays training.
 */
export const runTimingSchema = z.object({
  /** Images that this run decoded; those that an earlier run had left in the cache are not decoded again. */
  decodedImages: z.int(),
  /** Milliseconds that a feeding thread takes to check and decode one image; null where none was decoded. */
  decodeMs: z.number().nullable(),
  /** Milliseconds that a feeding thread takes to augment and normalise one training image; null where steps took stored activations. */
  augmentMs: z.number().nullable(),
  /** Milliseconds of the mean step (`meanStepMs`) in which training waited for images. */
  waitMs: z.number(),
});
export type RunTiming = z.infer<typeof runTimingSchema>;

/** `result.json`: written last, so that its presence means the run succeeded. */
export const runResultSchema = z.object({
  schema: z.literal(1),
  runId: z.string(),
  steps: z.int(),
  bestStep: z.int(),
  bestValidationAuc: z.number().nullable(),
  stepsPerEpoch: z.int(),
  trainImages: z.int(),
  /** First evaluated step whose headline validation AUC reached `protocol.thresholdAuc`; null = never (censored). */
  stepsToThreshold: z.int().nullable(),
  parameters: z.int(),
  trainableParameters: z.int(),
  /** Wall-clock seconds of training and evaluation over all attempts, without pauses. */
  seconds: z.number(),
  meanStepMs: z.number(),
  peakMemoryBytes: z.number(),
  attempts: z.int(),
  /** Null in results of versions that did not measure it. */
  timing: runTimingSchema.nullable().default(null),
  /** Set where training ended before its schedule did, for want of improvement; `steps` is where. */
  stoppedEarly: z.object({ plannedSteps: z.int() }).nullable().default(null),
  /** Null: all labels weigh alike. */
  classWeights: classWeightsSchema.nullable().default(null),
  /** By tensor name. */
  provenance: z.record(z.string(), provenanceSchema),
  /** Stages that stayed as they started, from the image up. */
  frozenStages: z.array(z.string()).default([]),
  versions: z.record(z.string(), z.string()),
  device: z.string(),
  skippedImages: z.int(),
  predictionsSha256: z.string(),
  startedAt: z.string(),
  finishedAt: z.string(),
});
export type RunResult = z.infer<typeof runResultSchema>;

export const RUN_PHASES = [
  'starting',
  'caching',
  /** The frozen stages are evaluated once for each image. */
  'extracting',
  'training',
  'evaluating',
  'testing',
  'finished',
] as const;
export type RunPhase = (typeof RUN_PHASES)[number];

export const runProgressSchema = z.object({
  phase: z.enum(RUN_PHASES),
  /** Done and total of the phase: images while caching, extracting and testing, steps while training. */
  done: z.int(),
  total: z.int(),
  /** Seconds to the end of the run, null while unknown. */
  etaSeconds: z.number().nullable(),
  /** Training may stop early: `total` and `etaSeconds` are what is left at most. */
  atMost: z.boolean().optional(),
});
export type RunProgress = z.infer<typeof runProgressSchema>;

/** Why a run stopped, as the user sees it. */
export const runErrorSchema = z.object({ code: z.string(), message: z.string(), action: z.string().optional() });
export type RunError = z.infer<typeof runErrorSchema>;

export const runSummarySchema = z.object({
  id: z.string(),
  studyId: z.string(),
  armId: z.string(),
  model: z.string(),
  initLabel: z.string(),
  trainSize: trainSizeSchema,
  seed: z.int(),
  state: runStateSchema,
  attempts: z.int(),
  progress: runProgressSchema.nullable(),
  error: runErrorSchema.nullable(),
  result: runResultSchema.nullable(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

/** What a run tells while it works. Never carries paths or identifiers of patients. */
export type RunNews = { type: 'progress'; progress: RunProgress } | { type: 'metric'; metric: MetricEvent };

/** What the live stream of a study carries. */
export type RunEvent = { runId: string } & (RunNews | { type: 'state'; run: RunSummary });

/** Host to run process. */
export type RunCommand = { type: 'pause' } | { type: 'cancel' };

/** The last word of a run's process. */
export interface RunEnd {
  type: 'ended';
  outcome: 'succeeded' | 'paused' | 'cancelled' | 'failed';
  error?: RunError;
}

/** Run process to host; its training thread says the same, but for the heartbeats. */
export type RunMessage = RunNews | RunEnd | { type: 'heartbeat' };

/** More runs at a time than this are refused: each needs its own memory. */
export const MOST_PARALLEL_RUNS = 8;

export interface QueueStatus {
  paused: boolean;
  /** Why no run starts although the queue is not paused: what cannot be stored, needed and found; else null. */
  problem: RunError | null;
  /** Runs at a time. */
  parallel: number;
  /** In the order in which they were started. */
  running: { run: RunSummary; studyName: string }[];
  queued: number;
  /** Seconds until the queue is empty, null while unknown. */
  etaSeconds: number | null;
  /** Some run may stop early, so that `etaSeconds` is what is left at most. */
  etaAtMost: boolean;
}
