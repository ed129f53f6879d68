/** Images that a reader suspects of a wrong label. A mark is a note: it changes no label and no result by itself. */
import { z } from 'zod';
import { splitSchema } from './dataset.ts';

/** `label`: its label may be wrong. `exclude`: an import of the same folder with the same answers leaves it out. */
export const markKindSchema = z.enum(['label', 'exclude']);
export type MarkKind = z.infer<typeof markKindSchema>;

export const markRequestSchema = z.object({
  datasetId: z.string().min(1),
  imageId: z.string().min(1),
  reason: z.string().trim().min(1, 'a reason is needed').max(500),
  kind: markKindSchema.default('label'),
});
export type MarkRequest = z.input<typeof markRequestSchema>;

export const unmarkRequestSchema = markRequestSchema.omit({ reason: true, kind: true });
export type UnmarkRequest = z.infer<typeof unmarkRequestSchema>;

export interface ImageMark {
  imageId: string;
  reason: string;
  /** ISO 8601. */
  markedAt: string;
}

/** A row of a dataset's list of marks; `patient` is the library's own number. */
export const markedImageSchema = z.object({
  imageId: z.string(),
  reason: z.string(),
  markedAt: z.string(),
  split: splitSchema,
  patient: z.int(),
});
export type MarkedImage = z.infer<typeof markedImageSchema>;

/** Reasons that are offered; any text will do. */
export const COMMON_REASONS = [
  'The label contradicts what the image shows',
  'The image cannot be graded',
  'Wrong eye, view or body part',
  'Borderline: readers would disagree',
] as const;
