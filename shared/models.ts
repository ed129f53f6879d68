/** Model and initialisation names, as the user meets them. The engine holds what they mean. */
import { z } from 'zod';

export const MODEL_IDS = ['cbr-larget', 'cbr-largew', 'cbr-small', 'cbr-tiny', 'cbr-tiny-wide'] as const;
export const modelIdSchema = z.enum(MODEL_IDS);
export type ModelId = z.infer<typeof modelIdSchema>;

export const BN_OPTIONS = ['identity', 'imagenet-mean-var', 'imagenet-transfer'] as const;

const weightsName = z.string().min(1);
/** `weights` names a weight set of the library (its id or its name). */
export const initSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('random') }),
  z.object({ kind: z.literal('transfer'), weights: weightsName }),
  z.object({ kind: z.literal('mean-var'), weights: weightsName, bn: z.enum(BN_OPTIONS).default('identity') }),
  z.object({ kind: z.literal('transfusion'), weights: weightsName, upto: z.string().min(1) }),
  z.object({ kind: z.literal('gabor'), weights: weightsName.optional() }),
]);
export type Init = z.infer<typeof initSchema>;
export type InitKind = Init['kind'];

/** Where a tensor's initial values came from. */
export const provenanceSchema = z.enum(['copied', 'resampled', 'random', 'synthetic']);
export type Provenance = z.infer<typeof provenanceSchema>;

/** Short label of an initialisation, unique within a study: `transfusion(imagenet, block1)`. */
export function initLabel(init: Init): string {
  switch (init.kind) {
    case 'random':
      return 'random';
    case 'gabor':
      return 'gabor';
    case 'transfer':
      return `transfer(${init.weights})`;
    case 'mean-var':
      return init.bn === 'identity' ? `mean-var(${init.weights})` : `mean-var(${init.weights}, bn ${init.bn})`;
    case 'transfusion':
      return `transfusion(${init.weights}, ${init.upto})`;
  }
}

export interface ModelInfo {
  id: ModelId;
  name: string;
  kernelSize: number;
  widths: number[];
  stages: string[];
  /** Trainable and non-trainable parameters with a five-output head. */
  parameters: number;
  trainableParameters: number;
  /** Table 1 of the paper, null where the paper has no such model. */
  paperParameters: number | null;
  /** Multiply-accumulates of one forward pass of one image at `size`. */
  forwardMacs: number;
  /** Rough bytes of one training step at `size` and `batch`. */
  trainingBytes: number;
  size: number;
  batch: number;
}

export interface WeightSetSummary {
  id: string;
  name: string;
  model: ModelId;
  source: 'run' | 'file';
  /** Human-readable origin, e.g. 'run of study "natural pretraining", seed 0'. */
  origin: string;
  runId: string | null;
  sha256: string;
  normalisation: 'imagenet' | 'minus-one-to-one';
  outputs: string[];
  synthetic: boolean;
  licenceNote: string;
  createdAt: string;
}

/** Names as tables and sentences print them (Table 1 of the paper, and this project's own variant). */
export const MODEL_NAMES: Record<ModelId, string> = {
  'cbr-larget': 'CBR-LargeT',
  'cbr-largew': 'CBR-LargeW',
  'cbr-small': 'CBR-Small',
  'cbr-tiny': 'CBR-Tiny',
  'cbr-tiny-wide': 'CBR-Tiny (wide)',
};
