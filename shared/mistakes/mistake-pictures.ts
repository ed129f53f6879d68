/** Pictures of errors in a report: an explicit wish for one report, never stored. */
import { z } from 'zod';

export const DEFAULT_ERROR_PICTURES = 3;
export const MOST_ERROR_PICTURES = 10;

export const mistakePicturesRequestSchema = z.object({
  /** Of false positives, and as many of false negatives. */
  count: z.int().min(1).max(MOST_ERROR_PICTURES).default(DEFAULT_ERROR_PICTURES),
  /** Absent: the first arm with a finished run that has kept its weights. */
  armId: z.string().min(1).optional(),
});
export type MistakePicturesRequest = z.input<typeof mistakePicturesRequestSchema>;
