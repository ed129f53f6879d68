/** What a process that compares networks is asked and answers. */
import { z } from 'zod';
import { modalitySchema } from '../../../shared/dataset/dataset.ts';
import { modelIdSchema } from '../../../shared/study/models.ts';
import { protocolSchema } from '../../../shared/study/protocol.ts';
import { similarityFileSchema, similaritySettingsSchema } from '../../../shared/similarity/similarity.ts';

export const similarityWorkSchema = z.object({
  settings: similaritySettingsSchema,
  manifestFile: z.string(),
  contentHash: z.string(),
  cacheFolder: z.string(),
  modality: modalitySchema,
  /** Image side in pixels. */
  size: z.int().positive(),
  networks: z.array(
    z.object({
      key: z.string(),
      model: modelIdSchema,
      /** Its weights, a safetensors file. */
      file: z.string(),
      normalisation: protocolSchema.shape.normalisation,
    }),
  ),
  /** Keys of two networks of the same model. */
  pairs: z.array(z.tuple([z.string(), z.string()])),
  /** An empty folder for activations; whoever asks removes it. */
  scratchFolder: z.string(),
});
export type SimilarityWork = z.infer<typeof similarityWorkSchema>;
export type NetworkWork = SimilarityWork['networks'][number];

export type SimilarityMessage =
  | { type: 'progress'; done: number; total: number }
  /** Sent once, before any similarity. */
  | { type: 'plan'; images: number; models: z.infer<typeof similarityFileSchema>['models'] }
  | { type: 'similarity'; pair: [string, string]; repeat: number; stage: string; mean: number; thresholded: number }
  | { type: 'done' }
  | { type: 'failed'; code: string; message: string; action?: string | undefined };
