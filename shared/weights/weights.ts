/** Weight files from elsewhere: what was read, how it was matched to a model, and the catalogue of public files. */
import { z } from 'zod';
import { LONGEST_NAME, nameSchema } from '../system/names.ts';
import { modelIdSchema, type WeightSetSummary } from '../study/models.ts';
import { NORMALISATIONS } from '../study/protocol.ts';

/** Containers that are read. */
export const WEIGHT_FILE_KINDS = ['keras-3', 'keras-legacy', 'safetensors', 'tfjs-layers', 'torch'] as const;
export type WeightFileKind = (typeof WEIGHT_FILE_KINDS)[number];

/** As tables and sentences print them. */
export const WEIGHT_FILE_KIND_NAMES: Record<WeightFileKind, string> = {
  'keras-3': 'Keras 3 HDF5',
  'keras-legacy': 'Keras legacy HDF5',
  safetensors: 'safetensors',
  'tfjs-layers': 'TensorFlow.js layers model',
  torch: 'PyTorch',
};

/** What decided which tensor of the file is which of the model (docs/weights.md). */
export const MATCH_RULES = ['name', 'known-names', 'order'] as const;
export type MatchRule = (typeof MATCH_RULES)[number];

export const MATCH_RULE_NAMES: Record<MatchRule, string> = {
  name: 'by layer name',
  'known-names': 'by the known names of another program',
  order: 'by order and shape',
};

const shapeSchema = z.array(z.int().nonnegative());

export const matchReportSchema = z.object({
  rule: z.enum(MATCH_RULES),
  /** Every tensor of the model below the head, in the model's order, with its name in the file; null = filled in, not read. */
  tensors: z.array(z.object({ name: z.string(), stage: z.string(), shape: shapeSchema, from: z.string().nullable() })),
  /** Numbers in those tensors. */
  values: z.int(),
  /** Tensors of layers of which the model has others of equal shapes, and that only their order tells apart. */
  byOrderAlone: z.int(),
  /** The classifier of the file. It is kept, and no initialisation uses it; null where the file has none. */
  head: z.object({ outputs: z.int() }).nullable(),
  /** Tensors of the file that are not part of the weight set, grouped by reason. */
  leftOut: z.array(z.object({ reason: z.string(), count: z.int(), first: z.string() })),
  /** What was changed on the way: axis order, number format, folded scales. */
  conversions: z.array(z.string()),
  /** What the user should know. */
  notes: z.array(z.string()),
});
export type MatchReport = z.infer<typeof matchReportSchema>;

/** Where imported weights come from; stored with the set. */
export const weightOriginSchema = z.object({
  kind: z.enum(WEIGHT_FILE_KINDS),
  /** What wrote the file, as far as it tells: `Keras 2.1.6`, `torchvision or timm`. */
  program: z.string(),
  /** Base name, never a path. */
  fileName: z.string(),
  bytes: z.int(),
  /** SHA-256 of the source file (of `model.json`, then its shards, where there are several). */
  sha256: z.string(),
  /** MD5 of the source file, for comparison with what publishers list. */
  md5: z.string(),
  /** Id in `resources/weights.json`, where the hash says that it is this file. */
  known: z.string().nullable(),
  /** Who decided on the preprocessing. */
  normalisationFrom: z.enum(['user', 'known-file', 'file', 'assumed']),
  sourceNote: z.string(),
});
export type WeightOrigin = z.infer<typeof weightOriginSchema>;

export const weightDetailsSchema = z.object({ origin: weightOriginSchema, match: matchReportSchema });
export type WeightDetails = z.infer<typeof weightDetailsSchema>;

export interface WeightSetDetail extends WeightSetSummary {
  /** Null for weights of the user's own runs. */
  details: WeightDetails | null;
  bytes: number;
  /** In the model's order, by stage; the head last. */
  stages: { stage: string; values: number; tensors: { name: string; shape: number[] }[] }[];
  /** Names of the studies that start from it. */
  usedBy: string[];
}

export const weightsInspectSchema = z.object({
  /** A file, or the folder of a TensorFlow.js model. */
  file: z.string().min(1),
  /** Absent: detected. */
  model: modelIdSchema.optional(),
  /** Of a file of PyTorch that holds several networks: what the names of the wanted one begin with. */
  part: z.string().max(500).optional(),
});

export const weightsImportSchema = weightsInspectSchema.extend({
  /** Absent: derived from the file's name. */
  name: nameSchema(LONGEST_NAME).optional(),
  /** Absent: that of the known file, else of the file itself, else the usual one of its program and model. */
  normalisation: z.enum(NORMALISATIONS).optional(),
  licence: z.string().trim().max(500).optional(),
  sourceNote: z.string().trim().max(500).optional(),
});
export type WeightsImportRequest = z.infer<typeof weightsImportSchema>;

/** What an import would keep. */
export interface WeightsPreview {
  model: WeightSetSummary['model'];
  /** Other models that the file fits as well. */
  alsoFits: WeightSetSummary['model'][];
  name: string;
  normalisation: WeightSetSummary['normalisation'];
  licenceNote: string;
  synthetic: boolean;
  outputs: string[];
  origin: WeightOrigin;
  match: MatchReport;
}

/** One file of `resources/weights.json`. */
export const knownWeightsSchema = z.object({
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string(),
  model: modelIdSchema,
  /** The address that a download asks, on request only. */
  url: z.url({ protocol: /^https?$/ }),
  fileName: z.string(),
  /** Null where the publisher's figure could not be found. */
  bytes: z.int().positive().nullable(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  md5: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .nullable(),
  /** Where the hashes come from. */
  hashSource: z.string(),
  /** True once this project has downloaded the file and compared. */
  verified: z.boolean(),
  normalisation: z.enum(NORMALISATIONS),
  licence: z.string(),
  /** Data and training, in a sentence. */
  about: z.string(),
  /** A page that tells about the file. */
  page: z.url({ protocol: /^https?$/ }),
});
export type KnownWeights = z.infer<typeof knownWeightsSchema>;

export const knownWeightsFileSchema = z.object({ schema: z.literal(1), files: z.array(knownWeightsSchema) });

/** A known file and where it stands in this library. */
export interface KnownWeightsState extends KnownWeights {
  /** The weight set that was made of it, by hash. */
  weightsId: string | null;
  /** Bytes of an unfinished download. */
  partialBytes: number;
}
