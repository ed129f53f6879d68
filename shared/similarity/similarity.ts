/** How similar what networks compute is, layer by layer: canonical correlations of activations (Sections 4 and C of the paper). */
import { z } from 'zod';
import { modelIdSchema, type ModelId } from '../study/models.ts';
import type { TrainSize } from '../study/study.ts';

/**
 * `before-after`: each run against its own start (Figure 3). `seeds`: trained runs of one arm against each other (Table 5).
 * `inits`: trained runs of two arms of one model against each other (Figure 2). `initial-vs-final`: the same pairs of runs at their
 * start and after training (Figure 4).
 */
export const SIMILARITY_KINDS = ['before-after', 'seeds', 'inits', 'initial-vs-final'] as const;
export const similarityKindSchema = z.enum(SIMILARITY_KINDS);
export type SimilarityKind = z.infer<typeof similarityKindSchema>;

export const SIMILARITY_METHODS = ['cca', 'svcca'] as const;
export const similarityMethodSchema = z.enum(SIMILARITY_METHODS);
export type SimilarityMethod = z.infer<typeof similarityMethodSchema>;

export const similaritySettingsSchema = z.object({
  method: similarityMethodSchema.default('cca'),
  /** p: datapoints (places of feature maps, over images) aimed at. */
  patches: z.int().min(100).max(1_000_000).default(10_000),
  /** d: channels compared at most. */
  neurons: z.int().min(2).max(2048).default(128),
  /** Draws of images, places and channels, over which is averaged. */
  repeats: z.int().min(1).max(100).default(5),
  seed: z.int().nonnegative().default(0),
});
export type SimilaritySettings = z.infer<typeof similaritySettingsSchema>;

export const similarityRequestSchema = z.object({
  studyId: z.string().min(1),
  kinds: z
    .array(similarityKindSchema)
    .min(1)
    .default([...SIMILARITY_KINDS]),
  settings: similaritySettingsSchema.prefault({}),
  /** Forget what was computed before. */
  again: z.boolean().default(false),
});
export type SimilarityRequest = z.input<typeof similarityRequestSchema>;

/** A network: a run at its start (`initial`) or with the weights that it was tested with (`trained`). */
export const networkRefSchema = z.object({ runId: z.string(), when: z.enum(['initial', 'trained']) });
export type NetworkRef = z.infer<typeof networkRefSchema>;

/** What is looked at in one stage. */
export const stageSamplingSchema = z.object({
  stage: z.string(),
  /** The map of the stage's output. */
  height: z.int(),
  width: z.int(),
  channels: z.int(),
  /** Images: the first so many of the draw. */
  images: z.int(),
  /** Places of the map drawn in each image; height x width where that is all of them. */
  positions: z.int(),
  /** Channels drawn. */
  neurons: z.int(),
  /** images x positions. */
  datapoints: z.int(),
});
export type StageSampling = z.infer<typeof stageSamplingSchema>;

/**
 * What the similarity of unrelated networks would be: the root of the expected mean square of the coefficients between d independent
 * neurons and d others on n independent datapoints, d / (n - 1). Neighbouring places are not independent, so this is a lower bound.
 */
export function chanceSimilarity({ neurons, datapoints }: Pick<StageSampling, 'neurons' | 'datapoints'>): number {
  return Math.min(1, Math.sqrt(neurons / (datapoints - 1)));
}

/** One value a repeat. */
export const stageSimilaritySchema = z.object({
  stage: z.string(),
  /** Mean of all coefficients. */
  mean: z.array(z.number()),
  /** Mean of the coefficients that make up 98 % of their sum. */
  thresholded: z.array(z.number()),
});
export type StageSimilarity = z.infer<typeof stageSimilaritySchema>;

export const pairSimilaritySchema = z.object({
  a: networkRefSchema,
  b: networkRefSchema,
  stages: z.array(stageSimilaritySchema),
});
export type PairSimilarity = z.infer<typeof pairSimilaritySchema>;

/** `similarity-METHOD.json` in the folder of a study. It can be computed again from the runs at any time. */
export const similarityFileSchema = z.object({
  schema: z.literal(1),
  studyId: z.string(),
  /** Of the data that the networks saw. */
  contentHash: z.string(),
  settings: similaritySettingsSchema,
  computedAt: z.string(),
  /** Test images to draw from. */
  images: z.int(),
  models: z.array(z.object({ model: modelIdSchema, stages: z.array(stageSamplingSchema) })),
  pairs: z.array(pairSimilaritySchema),
});
export type SimilarityFile = z.infer<typeof similarityFileSchema>;

/** Mean over pairs of networks and draws. */
export interface SimilarityEstimate {
  mean: number;
  /**
   * 95 % interval over draws (Student's t): what other images, places and channels would change. Null with one draw, and where all
   * draws are the same: a small test split that is used whole each time.
   */
  low: number | null;
  high: number | null;
  /** Standard deviation over pairs: what other runs would change. Null with one pair. */
  sd: number | null;
  pairs: number;
}

/**
 * A similarity beside that of random runs. The interval over draws says nothing about other runs, so a difference counts only against
 * the variation between pairs of runs: from two standard deviations on, and not at all where that variation is unknown.
 */
export function besideBaseline(
  own: SimilarityEstimate,
  baseline: SimilarityEstimate,
): 'unknown' | 'within' | 'below' | 'above' {
  if (baseline.sd === null) return 'unknown';
  const difference = own.mean - baseline.mean;
  if (Math.abs(difference) <= 2 * Math.max(baseline.sd, own.sd ?? 0)) return 'within';
  return difference < 0 ? 'below' : 'above';
}

export interface StageEstimate extends SimilarityEstimate {
  stage: string;
}

interface InArm {
  armId: string;
  model: ModelId;
  trainSize: TrainSize;
  stages: StageEstimate[];
}

/** Trained against initial, mean over the runs of an arm. */
export type BeforeAfterRow = InArm;

/** Trained runs of an arm against each other. `top`: mean of the two topmost stages, as in Figure 2. */
export interface SeedsRow extends InArm {
  top: SimilarityEstimate;
}

/** Trained runs of two arms against each other, beside random runs against each other. */
export interface InitsRow {
  armA: string;
  armB: string;
  model: ModelId;
  trainSize: TrainSize;
  stages: StageEstimate[];
  top: SimilarityEstimate;
  /** The arm of the same model and size with random initialisation, by its runs against each other; null without two of them. */
  baseline: { armId: string; stages: StageEstimate[]; top: SimilarityEstimate } | null;
}

export interface StartCorrelation {
  armA: string;
  armB: string;
  /** Pairs that start from different weights. */
  pairs: number;
  /** Null where it cannot be had, and then `why` says so. */
  rSquared: number | null;
  why: string | null;
}

/** Every pair of runs of a model and size, at their start and after training. */
export interface InitialVsFinalRow {
  model: ModelId;
  trainSize: TrainSize;
  stages: {
    stage: string;
    points: { runA: string; runB: string; armA: string; armB: string; initial: number; final: number }[];
    /**
     * Squared correlation over the pairs of one kind (both runs of one arm, or of these two). Never over several kinds: their means differ,
     * and the line through those is no property of any pair.
     */
    correlations: StartCorrelation[];
  }[];
}

export interface StudySimilarity {
  studyId: string;
  settings: SimilaritySettings;
  computedAt: string;
  images: number;
  models: SimilarityFile['models'];
  /** Finished runs that are not in it yet. */
  missingRuns: number;
  beforeAfter: BeforeAfterRow[];
  seeds: SeedsRow[];
  inits: InitsRow[];
  initialVsFinal: InitialVsFinalRow[];
}
