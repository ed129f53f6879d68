/** The images of a dataset as they are looked through, page by page. */
import { z } from 'zod';
import { splitSchema, type LabelValue, type Split } from './dataset.ts';
import { imageFlagSchema, type ImageFlag } from './image-flags.ts';

export interface DatasetImage {
  id: string;
  split: Split;
  labels: LabelValue[];
  eye: string | null;
  view: string | null;
  flags: ImageFlag[];
}

/** Query of `datasets.images`; `output` names an output: only images where it is labelled 1; `flag`: only images that have it. */
export const imageQuerySchema = z.object({
  id: z.string().min(1),
  split: splitSchema.optional(),
  output: z.string().optional(),
  flag: imageFlagSchema.optional(),
  offset: z.int().nonnegative().default(0),
  limit: z.int().min(1).max(500).default(60),
});
export type ImageQuery = z.input<typeof imageQuerySchema>;
