/** Datasets: what an import recognises, how labels become model outputs, and how patients are split. */
import { z } from 'zod';
import { LONGEST_NAME, nameSchema } from '../system/names.ts';
import type { ImageFlag } from './image-flags.ts';
import { ACCEPTABLE_LOSSES, type ImportAnswer, type ImportQuestion } from './import-question.ts';
import { layoutIdSchema, type LayoutId } from './layout-ids.ts';
import type { FindingCells, UnknownPolicy } from './label-policies.ts';
import { PATIENT_CHOICES, type PatientProposal } from './patient-proposal.ts';
import { problemKindSchema, type ProblemKind } from './problem-kinds.ts';

export const MODALITIES = ['fundus', 'cxr', 'other'] as const;
export const modalitySchema = z.enum(MODALITIES);
export type Modality = z.infer<typeof modalitySchema>;

export const SPLITS = ['train', 'validation', 'test'] as const;
export const splitSchema = z.enum(SPLITS);
export type Split = z.infer<typeof splitSchema>;

/** 1 = present, 0 = absent, null = unknown (masked in the loss, left out of every metric). */
export const labelValueSchema = z.union([z.literal(0), z.literal(1), z.null()]);
export type LabelValue = z.infer<typeof labelValueSchema>;

/**
 * `ordinal`: mutually exclusive grades in order, one output each (the paper's five sigmoids for DR).
 * `classes`: mutually exclusive classes, one output each. `multilabel`: independent findings, one output each.
 */
export const targetKindSchema = z.enum(['ordinal', 'classes', 'multilabel']);

/**
 * A yes/no question that is scored by AUC. An image is positive when any of `positiveOutputs` is labelled 1, negative when
 * all are 0, left out when none is 1 and one is unknown. Score: `probability` is the single output's probability; `share` is
 * sum of the positive outputs' probabilities divided by the sum over all outputs (for ordinal and exclusive classes).
 */
export const endpointSchema = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  positiveOutputs: z.array(z.int().nonnegative()).min(1),
  score: z.enum(['probability', 'share']),
  /** Headline endpoints choose the checkpoint (mean validation AUC over them) and lead the tables. */
  headline: z.boolean(),
});
export type Endpoint = z.infer<typeof endpointSchema>;

export const targetSchema = z.object({
  kind: targetKindSchema,
  outputs: z.array(z.string().min(1)).min(1),
  endpoints: z.array(endpointSchema).min(1),
  /** One sentence for reports, e.g. how grades became 'referable'. */
  mapping: z.string(),
});
export type Target = z.infer<typeof targetSchema>;

/** Column roles of a generic CSV. `labels` has one column for grades or classes, several for findings. */
export const columnMappingSchema = z.object({
  image: z.string(),
  labels: z.array(z.string()).min(1),
  patient: z.string().optional(),
  eye: z.string().optional(),
  sex: z.string().optional(),
  age: z.string().optional(),
  view: z.string().optional(),
  site: z.string().optional(),
  /** Which part (training, validation, test) the data set itself puts a row into. */
  split: z.string().optional(),
  /** Who read the image: then an image has a row per reader. */
  reader: z.string().optional(),
  /** Further images of the same row, e.g. of the other eye. */
  otherImages: z.array(z.string()).min(1).optional(),
});
export type ColumnMapping = z.infer<typeof columnMappingSchema>;

/** How one column of labels is read: grades in order, exclusive classes, or independent findings. */
export const LABEL_READINGS = ['grades', 'classes', 'findings'] as const;
export type LabelReading = (typeof LABEL_READINGS)[number];

/**
 * How several rows of one image become one: a finding is present where `any` row has it, or where the `majority` has it; grades and
 * classes by `majority`, or the `highest` grade.
 */
export const JOIN_RULES = ['any', 'majority', 'highest'] as const;
export type JoinRule = (typeof JOIN_RULES)[number];

export const splitConfigSchema = z
  .object({
    train: z.number().positive().default(0.7),
    validation: z.number().positive().default(0.1),
    test: z.number().positive().default(0.2),
    seed: z.int().nonnegative().default(0),
    /**
     * `given`: the folders or files that the data set itself calls train, validation and test; a part that it lacks is drawn
     * from its training part in the proportions above. `file`: the same of a table that the user names. Absent means `seeded`.
     */
    source: z.enum(['seeded', 'given', 'file']).optional(),
  })
  .refine((s) => Math.abs(s.train + s.validation + s.test - 1) < 1e-6, {
    message: 'Expected the three parts of the split to add up to 1.',
  });
export type SplitConfig = z.infer<typeof splitConfigSchema>;

export const previewRequestSchema = z.object({
  folder: z.string().min(1),
  layout: layoutIdSchema.optional(),
  /** Relative to `folder`, or absolute. */
  labelsFile: z.string().optional(),
  /** A table of images and their parts that the split follows; relative to `folder`, or absolute. */
  splitFile: z.string().min(1).optional(),
  /** All columns that are used; what is not named has no role. */
  columns: columnMappingSchema.optional(),
  /** Some columns; the others are as suggested. */
  columnHints: columnMappingSchema.partial().optional(),
  /** What is not said is the default; that a blank label has a meaning may be asked then. */
  unknown: z
    .object({
      uncertain: z.enum(['ignore', 'zeros', 'ones']).optional(),
      blank: z.enum(['ignore', 'zeros']).optional(),
      noFinding: z.enum(['absent', 'as-written']).optional(),
    })
    .optional(),
  /** Which findings or classes become outputs, in order; default: the layout's. Of two classes the second is the positive one. */
  outputs: z.array(z.string()).min(1).optional(),
  /** Lowest positive class index for the headline of an ordinal target; default 2 (referable DR on the 0-4 scale). */
  positiveFrom: z.int().positive().optional(),
  labelsAs: z.enum(LABEL_READINGS).optional(),
  /** The classes or grades that count as positive together, as the table writes them; all others are negative. */
  positive: z.array(z.string()).min(1).optional(),
  /** Words of the label column that mean 'not known', besides empty cells; none: every word is a class. Default: the usual ones. */
  missing: z.array(z.string()).optional(),
  join: z.enum(JOIN_RULES).optional(),
  /** Whether patients that names of images suggest are used; default: yes, as a guess. */
  patients: z.enum(PATIENT_CHOICES).optional(),
  /** Losses that the user has seen and accepts. */
  accept: z.array(z.enum(ACCEPTABLE_LOSSES)).optional(),
  /** Chest x-rays: `frontal` (default, the paper's task) leaves lateral views out. */
  views: z.enum(['frontal', 'all']).optional(),
  /** Overrides what was guessed from the layout and the names. */
  modality: modalitySchema.optional(),
});
export type PreviewRequest = z.infer<typeof previewRequestSchema>;

export const importRequestSchema = previewRequestSchema.extend({
  name: nameSchema(LONGEST_NAME),
  split: splitConfigSchema.default({ train: 0.7, validation: 0.1, test: 0.2, seed: 0 }),
  /** Images (ids) that are left out, and why. */
  exclude: z.array(z.object({ imageId: z.string().min(1), reason: z.string().min(1) })).optional(),
});
export type ImportRequest = z.input<typeof importRequestSchema>;

/** Something that was left out or deserves a look. `file` is relative to the imported folder. */
export const importProblemSchema = z.object({
  kind: problemKindSchema,
  /** True when the row or image is not in the dataset because of this. */
  leftOut: z.boolean(),
  file: z.string().nullable(),
  message: z.string(),
});
export type ImportProblem = z.infer<typeof importProblemSchema>;

export const outputCountsSchema = z.object({
  output: z.string(),
  positive: z.int(),
  negative: z.int(),
  unknown: z.int(),
});
export type OutputCounts = z.infer<typeof outputCountsSchema>;

export interface LayoutCandidate {
  layout: LayoutId;
  name: string;
  /** What was seen that speaks for this layout, one sentence each. */
  evidence: string[];
  confidence: 'certain' | 'likely' | 'possible';
}

/** What a column of the labels file is taken for, and why. */
export interface ColumnRole {
  column: string;
  role:
    | 'image'
    | 'label'
    | 'could-be-label'
    | 'not-used'
    | Exclude<keyof ColumnMapping, 'image' | 'labels' | 'otherImages'>;
  /** One short sentence. */
  reason: string;
}

/** What a value of the label column is taken for. */
export interface LabelValueMeaning {
  value: string;
  rows: number;
  meaning: string;
}

export interface ImportPreview {
  folder: string;
  layout: LayoutId;
  layoutName: string;
  evidence: string[];
  candidates: LayoutCandidate[];
  modality: Modality;
  synthetic: boolean;
  labelsFile: string | null;
  /** Every table found, relative to the folder; sheets as `data.xlsx [Sheet 2]`. */
  tableFiles: string[];
  /** Header of the labels file, empty where the layout has none. */
  columns: string[];
  suggestedColumns: ColumnMapping | null;
  target: Target;
  /** Findings that could become outputs. */
  availableOutputs: string[];
  counts: {
    rows: number;
    imagesFound: number;
    usable: number;
    patients: number | null;
    outputs: OutputCounts[];
  };
  patientRule: string;
  patientProposal: PatientProposal | null;
  columnRoles: ColumnRole[];
  /** Of a single label column, most frequent first; empty else. */
  labelValues: LabelValueMeaning[];
  /** Of findings: what their cells say, for the counts that every policy would give; empty else. */
  findingCells: FindingCells[];
  unknownPolicy: UnknownPolicy;
  /** How several rows of one image become one; null where no image has several. */
  join: JoinRule | null;
  /** What could be learned instead. */
  alternatives: ImportAnswer[];
  /** What has to be answered before an import; the same as what the import would stop at, as far as a preview can know. */
  questions: ImportQuestion[];
  /** Rows per split where the data set names its own splits, else null. */
  givenSplits: { split: Split; rows: number }[] | null;
  /** At most 200, worst first; `problemCounts` counts all. */
  problems: ImportProblem[];
  problemCounts: Partial<Record<ProblemKind, number>>;
}

export interface SplitCounts {
  split: Split;
  images: number;
  patients: number;
  outputs: OutputCounts[];
}

export interface DatasetSummary {
  id: string;
  name: string;
  layout: LayoutId;
  layoutName: string;
  modality: Modality;
  synthetic: boolean;
  createdAt: string;
  images: number;
  patients: number;
  target: Target;
}

export interface DatasetDetail extends DatasetSummary {
  folder: string;
  evidence: string[];
  patientRule: string;
  /** True when every patient is in exactly one split (recomputed from the stored rows, not assumed). */
  patientDisjoint: boolean;
  patientIdKnown: boolean;
  /** The import looked for pictures that were saved anew, not only for equal bytes. */
  picturesCompared: boolean;
  /** Images by what deserves a look; null where an older version imported them and did not look. */
  flagCounts: Partial<Record<ImageFlag, number>> | null;
  splitConfig: SplitConfig;
  unknownPolicy: UnknownPolicy;
  splits: SplitCounts[];
  problems: ImportProblem[];
  problemCounts: Partial<Record<ProblemKind, number>>;
  /** SHA-256 over the names of the outputs and the sorted lines of content hash, split and labels: identifies exactly this data. */
  contentHash: string;
  /** Flow numbers for the report: rows read -> found -> readable -> labelled -> used. */
  flow: { step: string; images: number; note: string }[];
}

/**
 * `manifest.json` of a dataset in the library folder: all that a run process needs, immutable once written.
 * Image ids are opaque (no file name, no patient identifier); `patient` is a number that means nothing outside.
 */
export const manifestImageSchema = z.object({
  id: z.string(),
  /** Absolute path of the user's file. */
  path: z.string(),
  sha256: z.string(),
  patient: z.int().nonnegative(),
  eye: z.string().nullable(),
  split: splitSchema,
  labels: z.array(labelValueSchema),
});
export type ManifestImage = z.infer<typeof manifestImageSchema>;

export const manifestSchema = z.object({
  schema: z.literal(1),
  datasetId: z.string(),
  contentHash: z.string(),
  modality: modalitySchema,
  synthetic: z.boolean(),
  target: targetSchema,
  images: z.array(manifestImageSchema),
});
export type Manifest = z.infer<typeof manifestSchema>;
