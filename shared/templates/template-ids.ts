/** Names of the study templates: what a study file's `template` may say. */
import { z } from 'zod';

/** Tables first, then figures, in the order of the paper. */
export const TEMPLATE_IDS = [
  'table-1',
  'table-2',
  'table-3',
  'table-4',
  'similarity',
  'filters',
  'mean-var',
  'transfusion-depth',
  'slim-gabor',
  'frozen-features',
  'batch-norm',
  'sampling-shuffled',
] as const;
export const templateIdSchema = z.enum(TEMPLATE_IDS);
export type TemplateId = z.infer<typeof templateIdSchema>;
