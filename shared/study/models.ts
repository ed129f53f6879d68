/** Model and initialisation names, as the user meets them. The engine holds what they mean. */
import { z } from 'zod';
import { NORMALISATIONS } from './protocol.ts';

/** In the order of the paper's Table 1, each followed by its relatives. */
export const MODEL_IDS = [
  'resnet50',
  'resnet50-slim',
  'resnet50-v15',
  'inception-v3',
  'cbr-larget',
  'cbr-largew',
  'cbr-largew-slim',
  'cbr-small',
  'cbr-tiny',
  'cbr-tiny-wide',
] as const;
export const modelIdSchema = z.enum(MODEL_IDS);
export type ModelId = z.infer<typeof modelIdSchema>;

export const BN_OPTIONS = ['identity', 'imagenet-mean-var', 'imagenet-transfer'] as const;
export type BnOption = (typeof BN_OPTIONS)[number];

const weightsName = z.string().min(1);
const stageName = z.string().min(1);
/** Stages up to and including this one stay as they started, with their batch norm in inference mode (Appendix E). */
const freeze = stageName.optional();
/** What a rule for single weights does about batch norm. */
const bn = z.enum(BN_OPTIONS).default('identity');

/** `weights` names a weight set of the library (its id or its name); `upto` and `freeze` name a stage of the model. */
export const initSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('random'), freeze }),
  z.strictObject({ kind: z.literal('transfer'), weights: weightsName, freeze }),
  z.strictObject({ kind: z.literal('mean-var'), weights: weightsName, bn }),
  z.strictObject({ kind: z.literal('sampling'), weights: weightsName, bn }),
  z.strictObject({ kind: z.literal('shuffled'), weights: weightsName, bn }),
  z.strictObject({ kind: z.literal('transfusion'), weights: weightsName, upto: stageName, freeze }),
  z.strictObject({ kind: z.literal('gabor'), weights: weightsName.optional() }),
]);
export type Init = z.infer<typeof initSchema>;

/** Where a tensor's initial values came from. */
export const PROVENANCES = ['copied', 'resampled', 'shuffled', 'random', 'synthetic'] as const;
export const provenanceSchema = z.enum(PROVENANCES);
export type Provenance = z.infer<typeof provenanceSchema>;

/** The weight set that an initialisation names, null where it names none. */
export function weightsOf(init: Init): string | null {
  return 'weights' in init && init.weights !== undefined ? init.weights : null;
}

/** The last frozen stage, null where everything is trained. */
export function freezeOf(init: Init): string | null {
  return 'freeze' in init && init.freeze !== undefined ? init.freeze : null;
}

/**
 * True where a network starts from values of a weight set, and therefore sees images prepared as that set expects them. Gabor
 * takes nothing but one number from its set, and random nothing at all: both see the study's own preparation.
 */
export const usesWeightValues = (init: Init): boolean => init.kind !== 'random' && init.kind !== 'gabor';

/** Short label of an initialisation, unique within a study: `transfusion(imagenet, block1)`, `random, frozen to block2`. */
export function initLabel(init: Init): string {
  const frozen = freezeOf(init);
  return frozen === null ? ruleLabel(init) : `${ruleLabel(init)}, frozen to ${frozen}`;
}

function ruleLabel(init: Init): string {
  switch (init.kind) {
    case 'random':
      return 'random';
    case 'gabor':
      // A Gabor arm that is scaled to weights is another arm than one that is not.
      return init.weights === undefined ? 'gabor' : `gabor(${init.weights})`;
    case 'transfer':
      return `transfer(${init.weights})`;
    case 'mean-var':
    case 'sampling':
    case 'shuffled':
      return init.bn === 'identity' ? `${init.kind}(${init.weights})` : `${init.kind}(${init.weights}, bn ${init.bn})`;
    case 'transfusion':
      return `transfusion(${init.weights}, ${init.upto})`;
  }
}

export type ModelFamily = 'resnet' | 'inception' | 'cbr';

export interface ModelInfo {
  id: ModelId;
  name: string;
  family: ModelFamily;
  /** One line for tables: `4 blocks of 7x7, widths 64 128 256 512`. */
  architecture: string;
  /** Stages below the head, from the image up. */
  stages: string[];
  convolutions: number;
  /** What the filter view shows and Gabor kernels replace; kernel height and width in pixels. */
  firstConvolution: { tensor: string; kernel: [number, number]; filters: number };
  /** The model whose weights fit this one's first stages, up to and including `upto`; null where there is none. */
  base: { model: ModelId; upto: string } | null;
  /** Trainable and non-trainable parameters with a five-output head. */
  parameters: number;
  trainableParameters: number;
  /** Table 1 of the paper, null where the paper has no such model. */
  paperParameters: number | null;
  /** What the paper's figure counts, or why there is none. */
  paperNote: string;
  /** Smallest image side in pixels. */
  minimumSize: number;
  /** Multiply-accumulates of one forward pass of one image at `size`; null where `size` is below `minimumSize`. */
  forwardMacs: number | null;
  /** Rough bytes of one training step at `size` and `batch`; null where `size` is below `minimumSize`. */
  trainingBytes: number | null;
  size: number;
  batch: number;
}

/** A weight set as other programs are told about it, and as a bundle carries it. */
export const weightSetSchema = z.object({
  id: z.string(),
  name: z.string(),
  model: modelIdSchema,
  source: z.enum(['run', 'file']),
  /** Human-readable origin, e.g. 'run of study "natural pretraining", seed 0'. */
  origin: z.string(),
  runId: z.string().nullable(),
  sha256: z.string(),
  normalisation: z.enum(NORMALISATIONS),
  outputs: z.array(z.string()),
  synthetic: z.boolean(),
  licenceNote: z.string(),
  createdAt: z.string(),
});
export type WeightSetSummary = z.infer<typeof weightSetSchema>;

/** The id of the weights that come with the app, for a model. */
export const startingSetId = (model: ModelId): string => `starting-${model}`;

export const isStartingSet = ({ id, model }: Pick<WeightSetSummary, 'id' | 'model'>): boolean =>
  id === startingSetId(model);

/** Names as tables and sentences print them: Table 1 of the paper, and its relatives. */
export const MODEL_NAMES: Record<ModelId, string> = {
  resnet50: 'ResNet-50',
  'resnet50-slim': 'ResNet-50 (slim)',
  'resnet50-v15': 'ResNet-50 v1.5',
  'inception-v3': 'Inception-v3',
  'cbr-larget': 'CBR-LargeT',
  'cbr-largew': 'CBR-LargeW',
  'cbr-largew-slim': 'CBR-LargeW (slim)',
  'cbr-small': 'CBR-Small',
  'cbr-tiny': 'CBR-Tiny',
  'cbr-tiny-wide': 'CBR-Tiny (wide)',
};
