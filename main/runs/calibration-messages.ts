/** What a calibration process is asked and answers. */
import { z } from 'zod';
import { modalitySchema } from '../../shared/dataset.ts';
import { MODEL_IDS, modelIdSchema } from '../../shared/models.ts';
import { protocolSchema } from '../../shared/protocol.ts';

export const calibrationRequestSchema = z.object({
  models: z.array(modelIdSchema),
  outputs: z.int().positive(),
  protocol: protocolSchema,
  modality: modalitySchema,
  /** Files to time the decoding with. */
  sampleImages: z.array(z.string()),
});
export type CalibrationRequest = z.infer<typeof calibrationRequestSchema>;

export type CalibrationMessage =
  | { type: 'decoding'; secondsPerImage: number | null; augmentSecondsPerImage: number }
  | { type: 'model'; model: (typeof MODEL_IDS)[number]; secondsPerStep: number; secondsPerScoredImage: number }
  | { type: 'done'; peakMemoryBytes: number }
  | { type: 'failed'; code: string; message: string; action?: string | undefined };
