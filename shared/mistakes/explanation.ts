/** Where in an image a score comes from, as far as two common methods can tell. */
import { z } from 'zod';

export const EXPLANATION_METHODS = ['occlusion', 'gradient'] as const;
export const explanationMethodSchema = z.enum(EXPLANATION_METHODS);
export type ExplanationMethod = z.infer<typeof explanationMethodSchema>;

export const explanationRequestSchema = z.object({
  runId: z.string().min(1),
  /** An image of the study's dataset. */
  imageId: z.string().min(1),
  endpointId: z.string().min(1),
  method: explanationMethodSchema,
});
export type ExplanationRequest = z.infer<typeof explanationRequestSchema>;

/** A map over the square that the model sees, in equal cells. */
export const explanationMapSchema = z.object({
  /** The endpoint's score of the untouched image. */
  score: z.number(),
  /** Cells in each direction. */
  cells: z.int().positive(),
  /** Row-major from the upper left. Occlusion: score minus the score with that cell hidden. Gradient: 0 or more, no unit. */
  values: z.array(z.number()),
  /** Side of the grey patch in pixels of the model's input; null for gradients. */
  patch: z.int().positive().nullable(),
  /** Side of the model's input in pixels. */
  size: z.int().positive(),
  /** The same image with a grey patch over the strongest place of the map. */
  hidden: z.object({
    /** The endpoint's score then. */
    score: z.number(),
    /** Centre of the patch as a share of the side, from the left and from the top. */
    x: z.number().min(0).max(1),
    y: z.number().min(0).max(1),
    /** Side of the patch in pixels of the model's input. */
    patch: z.int().positive(),
  }),
});
export type ExplanationMap = z.infer<typeof explanationMapSchema>;

export interface Explanation extends ExplanationRequest, ExplanationMap {
  seed: number;
}

/** What each method does, and what it does not show. */
export const EXPLANATION_WORDS: Record<ExplanationMethod, { name: string; what: string; limits: string }> = {
  occlusion: {
    name: 'Occlusion',
    what: 'The image is shown in grey. A grey patch is slid over the image. Each cell tells by how much the score falls (orange) or rises (blue) while the patch is there.',
    limits:
      'It shows what this network reacts to, not where disease is. Two signs that say the same can hide each other, and the grey patch is itself something that the network never saw.',
  },
  gradient: {
    name: 'Gradient',
    what: 'The image is shown in grey. How strongly the log odds of the score react to a very small change of each pixel, averaged over each cell. More orange is stronger; there is no unit.',
    limits:
      'It shows sensitivity at this one image, not what the score is made of: a sign that the network is sure of can have a small gradient. It is noisy, and edges light up in untrained networks too.',
  },
};
