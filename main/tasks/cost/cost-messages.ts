/** What a calibration process is asked and answers. */
import { z } from 'zod';
import { modalitySchema } from '../../../shared/dataset/dataset.ts';
import { modelIdSchema } from '../../../shared/study/models.ts';
import { protocolSchema } from '../../../shared/study/protocol.ts';

/** What is timed on its own: a model, all of it trained or frozen up to a stage. */
export const calibrationCaseSchema = z.object({ model: modelIdSchema, freeze: z.string().nullable() });
export type CalibrationCase = z.infer<typeof calibrationCaseSchema>;

export const calibrationRequestSchema = z.object({
  cases: z.array(calibrationCaseSchema),
  outputs: z.int().positive(),
  protocol: protocolSchema,
  modality: modalitySchema,
  /** Files to time the decoding with. */
  sampleImages: z.array(z.string()),
});
export type CalibrationRequest = z.infer<typeof calibrationRequestSchema>;

export interface CaseCost {
  secondsPerStep: number;
  secondsPerScoredImage: number;
  /** Of sending one image through the frozen stages, and what is stored of it then; 0 where nothing is stored. */
  secondsPerExtractedImage: number;
  storedBytesPerImage: number;
}

export type CalibrationMessage =
  | { type: 'decoding'; secondsPerImage: number | null; augmentSecondsPerImage: number }
  | ({ type: 'case' } & CalibrationCase & CaseCost)
  | { type: 'done'; peakMemoryBytes: number }
  | { type: 'failed'; code: string; message: string; action?: string | undefined };
