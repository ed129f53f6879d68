/** Synthetic data: what can be asked for. */
import { z } from 'zod';

export const PHANTOM_KINDS = ['fundus', 'cxr', 'natural'] as const;
export const phantomKindSchema = z.enum(PHANTOM_KINDS);
export type PhantomKind = z.infer<typeof phantomKindSchema>;

export const phantomRequestSchema = z.object({
  kind: phantomKindSchema,
  /** Patients; for `natural`, images per class. */
  patients: z.int().min(1).max(60_000),
  /** Side of the images in pixels. */
  size: z.int().min(32).max(2048),
  seed: z.int().nonnegative(),
});
export type PhantomRequest = z.infer<typeof phantomRequestSchema>;
