/** Training protocols: the paper's Appendix A as defaults, every field overridable. */
import { z } from 'zod';

export const optimizerSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('adam'),
    learningRate: z.number().positive(),
    beta1: z.number().min(0).max(1).default(0.9),
    beta2: z.number().min(0).max(1).default(0.999),
    epsilon: z.number().positive().default(1e-7),
  }),
  z.object({
    kind: z.literal('sgd'),
    learningRate: z.number().positive(),
    momentum: z.number().min(0).max(1).default(0.9),
  }),
]);
export type Optimizer = z.infer<typeof optimizerSchema>;

export const scheduleSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('constant') }),
  z.object({
    kind: z.literal('warmup-step'),
    warmupEpochs: z.number().nonnegative(),
    decayEpochs: z.array(z.number().positive()),
    decayFactor: z.number().positive(),
  }),
]);
export type Schedule = z.infer<typeof scheduleSchema>;

export const augmentationSchema = z.object({
  /** Largest fraction of the side that a random crop removes before resizing back. */
  crop: z.number().min(0).max(0.5),
  /** Largest hue shift, as a fraction of a full turn. */
  hue: z.number().min(0).max(0.5),
  /** Contrast factor is drawn from [1 - contrast, 1 + contrast]. */
  contrast: z.number().min(0).max(0.9),
  flipHorizontal: z.boolean(),
  flipVertical: z.boolean(),
});
export type Augmentation = z.infer<typeof augmentationSchema>;

/**
 * How bytes become a network's input: ImageNet's mean and deviation of each channel; -1..1; or blue, green, red with ImageNet's
 * mean taken off and no scaling (Keras's "caffe" mode). `main/images/augment.ts` has the numbers.
 */
export const NORMALISATIONS = ['imagenet', 'minus-one-to-one', 'imagenet-bgr-mean'] as const;
export type Normalisation = (typeof NORMALISATIONS)[number];

/**
 * Training ends at the evaluation at which the validation AUC of the headline has not risen by more than `minDelta` above the
 * last improvement for `patience` evaluations.
 */
export const earlyStoppingSchema = z.object({
  /** Evaluations (not epochs) without an improvement. */
  patience: z.int().min(1).max(1000),
  /** An AUC counts as an improvement when it is higher than the last one by more than this. */
  minDelta: z.number().min(0).max(0.5).default(0),
});
export type EarlyStopping = z.infer<typeof earlyStoppingSchema>;

/** `balanced`: rare labels weigh more in the training loss (`main/engine/train/class-weights.ts` has the formula). */
export const CLASS_WEIGHTINGS = ['none', 'balanced'] as const;

/** `keras`: they begin at 0 and 1, or at the pretrained ones, and follow at batch norm's momentum; `warm-up`: faster at first. */
export const MOVING_STATISTICS = ['warm-up', 'keras'] as const;
export type MovingStatistics = (typeof MOVING_STATISTICS)[number];

/** What a study may override. */
export const protocolFields = {
  /** Image side in pixels; images are square. */
  size: z.int().min(16).max(1024),
  batch: z.int().min(1).max(512),
  epochs: z.number().positive().max(10000),
  /** Overrides `epochs` where given. */
  steps: z.int().positive().optional(),
  optimizer: optimizerSchema,
  schedule: scheduleSchema,
  augmentation: augmentationSchema,
  head: z.enum(['sigmoid', 'softmax']),
  normalisation: z.enum(NORMALISATIONS),
  /** Validation is scored this often; default once an epoch. */
  evaluateEverySteps: z.int().positive().optional(),
  /** A resumable checkpoint is written this often (and at every evaluation). */
  checkpointEverySteps: z.int().positive(),
  /** Validation AUC of the headline that 'steps to threshold' waits for. */
  thresholdAuc: z.number().gt(0.5).lt(1),
  /** Null: every run trains for its whole schedule, as in the paper. */
  earlyStopping: earlyStoppingSchema.nullable(),
  classWeights: z.enum(CLASS_WEIGHTINGS),
  /**
   * Runs with frozen stages. False: they train on images without augmentation, and each image's frozen activations are computed
   * once and kept. True: with augmentation, and the frozen stages are evaluated at each step.
   */
  augmentFrozen: z.boolean(),
  /** Of batch norm; runs of earlier versions did as Keras does. */
  movingStatistics: z.enum(MOVING_STATISTICS),
};
/** The defaults are of protocols that earlier versions stored. */
export const protocolSchema = z.object({
  id: z.enum(['retina', 'chexpert']),
  ...protocolFields,
  checkpointEverySteps: protocolFields.checkpointEverySteps.default(200),
  thresholdAuc: protocolFields.thresholdAuc.default(0.8),
  earlyStopping: protocolFields.earlyStopping.default(null),
  classWeights: protocolFields.classWeights.default('none'),
  augmentFrozen: protocolFields.augmentFrozen.default(false),
  movingStatistics: protocolFields.movingStatistics.default('keras'),
});
export type Protocol = z.infer<typeof protocolSchema>;

export const PROTOCOLS: Record<Protocol['id'], Protocol> = {
  retina: {
    id: 'retina',
    size: 587,
    batch: 8,
    epochs: 20,
    optimizer: { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
    schedule: { kind: 'constant' },
    augmentation: { crop: 0.1, hue: 0.02, contrast: 0.2, flipHorizontal: true, flipVertical: true },
    head: 'sigmoid',
    normalisation: 'imagenet',
    checkpointEverySteps: 200,
    thresholdAuc: 0.8,
    earlyStopping: null,
    classWeights: 'none',
    augmentFrozen: false,
    movingStatistics: 'warm-up',
  },
  chexpert: {
    id: 'chexpert',
    size: 224,
    batch: 32,
    epochs: 100,
    optimizer: { kind: 'sgd', learningRate: (0.1 * 32) / 256, momentum: 0.9 },
    schedule: { kind: 'warmup-step', warmupEpochs: 5, decayEpochs: [30, 60, 90], decayFactor: 0.1 },
    augmentation: { crop: 0.1, hue: 0.02, contrast: 0.2, flipHorizontal: false, flipVertical: false },
    head: 'sigmoid',
    normalisation: 'imagenet',
    checkpointEverySteps: 200,
    thresholdAuc: 0.8,
    earlyStopping: null,
    classWeights: 'none',
    augmentFrozen: false,
    movingStatistics: 'warm-up',
  },
};
