/** Which test images a model gets wrong, and how sure of itself it is about them. */
import { z } from 'zod';
import type { LabelValue } from '../dataset/dataset.ts';
import type { ImageMark } from '../dataset/image-marks.ts';

export const CONFUSION_CELLS = ['tp', 'fp', 'fn', 'tn'] as const;
export const confusionCellSchema = z.enum(CONFUSION_CELLS);
export type ConfusionCell = z.infer<typeof confusionCellSchema>;

/** Bands of equal width on the score's scale from 0 to 1. */
export const SCORE_BANDS = 10;

/** One arm (scores averaged over its finished runs) or one run of it, and the question that is asked. */
export const mistakesOfSchema = z.object({
  studyId: z.string().min(1),
  armId: z.string().min(1),
  /** Only this run of the arm; absent: all of them. */
  runId: z.string().min(1).optional(),
  endpointId: z.string().min(1),
  /** How the threshold is chosen on validation: `youden`, `sensitivity:0.9`, `specificity:0.9`. */
  rule: z.string().min(1).default('youden'),
});
export type MistakesOf = z.input<typeof mistakesOfSchema>;

/** Which images; all that are given must hold. */
export const errorFilterSchema = z.object({
  cell: confusionCellSchema.optional(),
  band: z
    .int()
    .min(0)
    .max(SCORE_BANDS - 1)
    .optional(),
  label: z.union([z.literal(0), z.literal(1)]).optional(),
  /** Only images that are marked as probable label noise. */
  marked: z.literal(true).optional(),
});
export type ErrorFilter = z.infer<typeof errorFilterSchema>;

export const mistakenImagesQuerySchema = mistakesOfSchema.extend({
  filter: errorFilterSchema.default({}),
  offset: z.int().nonnegative().default(0),
  limit: z.int().min(1).max(500).default(60),
});
export type MistakenImagesQuery = z.input<typeof mistakenImagesQuerySchema>;

export interface ScoreBand {
  /** Scores in [low, high); the last band holds 1 as well. */
  low: number;
  high: number;
  positives: number;
  negatives: number;
}

/** Mean over the runs of the AUC on test images, as in the study's results. */
export interface MistakesAuc {
  mean: number | null;
  low: number | null;
  high: number | null;
  /** Why something is missing. */
  why: string | null;
  images: number;
  positives: number;
  negatives: number;
}

export interface Mistakes {
  studyId: string;
  datasetId: string;
  armId: string;
  endpoint: { id: string; name: string };
  /** Whose scores were averaged, by seed. */
  runs: { runId: string; seed: number }[];
  /** Null: nothing is called positive (the rule asks for more than any threshold gives). */
  threshold: number | null;
  rule: string;
  /** At the threshold on the validation images for which it was chosen; null where none could be chosen. */
  validation: { sensitivity: number; specificity: number; positives: number; negatives: number } | null;
  /** Test images by cell; null where no threshold could be chosen; then `why` says so. */
  counts: Record<ConfusionCell, number> | null;
  why: string | null;
  bands: ScoreBand[];
  /** Test images without a known answer to the endpoint's question; they are in no cell and no band. */
  unknown: number;
  auc: MistakesAuc;
  /** Exploratory: without the marked images. Null where none of these test images is marked. */
  aucWithoutMarked: MistakesAuc | null;
  marked: number;
}

export interface MistakenImage {
  id: string;
  /** Null where no threshold could be chosen. */
  cell: ConfusionCell | null;
  /** The endpoint's answer by the reference standard. */
  label: 0 | 1;
  /** Of the dataset's outputs. */
  labels: LabelValue[];
  /** Mean over `seeds`, 0 to 1. */
  score: number;
  seeds: { seed: number; score: number }[];
  /** The library's own number; it means nothing outside. */
  patient: number;
  eye: string | null;
  view: string | null;
  mark: ImageMark | null;
}

export interface MistakenImagePage {
  total: number;
  images: MistakenImage[];
}

export const CELL_WORDS: Record<ConfusionCell, { name: string; plural: string; meaning: string }> = {
  tp: { name: 'True positive', plural: 'true positives', meaning: 'positive, called positive' },
  fp: { name: 'False positive', plural: 'false positives', meaning: 'negative, called positive' },
  fn: { name: 'False negative', plural: 'false negatives', meaning: 'positive, called negative' },
  tn: { name: 'True negative', plural: 'true negatives', meaning: 'negative, called negative' },
};
