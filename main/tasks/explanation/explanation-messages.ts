/** What a process that explains one image is asked and answers. */
import { z } from 'zod';
import { endpointSchema, modalitySchema } from '../../../shared/dataset/dataset.ts';
import { explanationMethodSchema, type ExplanationMap } from '../../../shared/mistakes/explanation.ts';
import { modelIdSchema } from '../../../shared/study/models.ts';
import { protocolSchema } from '../../../shared/study/protocol.ts';

export const explanationWorkSchema = z.object({
  method: explanationMethodSchema,
  model: modelIdSchema,
  /** The run's best weights, a safetensors file. */
  weightsFile: z.string(),
  outputs: z.int().positive(),
  endpoint: endpointSchema,
  head: protocolSchema.shape.head,
  normalisation: protocolSchema.shape.normalisation,
  /** Image side in pixels. */
  size: z.int().positive(),
  modality: modalitySchema,
  imageFile: z.string(),
  /** Of the file, when it was imported. */
  sha256: z.string(),
});
export type ExplanationWork = z.infer<typeof explanationWorkSchema>;

export type ExplanationMessage =
  | { type: 'progress'; done: number; total: number }
  | { type: 'map'; map: ExplanationMap }
  | { type: 'failed'; code: string; message: string; action?: string | undefined };
