/** What stands in a study bundle: names of its files and their schemas. Ids become folder names, so they are checked strictly. */
import { z } from 'zod';
import { LONGEST_NAME, LONGEST_STUDY_NAME, nameSchema } from '../../../shared/system/names.ts';
import { endpointSchema, modalitySchema, splitConfigSchema, targetSchema } from '../../../shared/dataset/dataset.ts';
import { unknownPolicySchema } from '../../../shared/dataset/label-policies.ts';
import { layoutIdSchema } from '../../../shared/dataset/layout-ids.ts';
import { problemKindSchema } from '../../../shared/dataset/problem-kinds.ts';
import { weightSetSchema } from '../../../shared/study/models.ts';
import { protocolSchema } from '../../../shared/study/protocol.ts';
import { runSummarySchema } from '../../../shared/run/run.ts';
import { studySpecSchema } from '../../../shared/study/study.ts';
import { armSchema } from '../../store/studies.ts';

export const BUNDLE_FORMAT = 'transfusion-lab-study';
/** Raised when a bundle of this version could not be read by the last one. */
export const BUNDLE_SCHEMA = 1;

export const BUNDLE_FILES = {
  manifest: 'bundle.json',
  readme: 'README.txt',
  checksums: 'checksums.txt',
  study: 'study.json',
  split: 'split.csv',
  results: 'results.json',
  margins: 'margins.jsonl',
  predictions: (runId: string) => `runs/${runId}/predictions.csv`,
  metrics: (runId: string) => `runs/${runId}/metrics.jsonl`,
  similarity: (method: string) => `similarity-${method}.json`,
  report: (name: string) => `report/${name}`,
} as const;

/** The only names that a bundle may hold: no folder above, no absolute path, nothing that another program would run. */
export const BUNDLE_NAME =
  /^(bundle\.json|README\.txt|checksums\.txt|study\.json|split\.csv|results\.json|margins\.jsonl|similarity-(cca|svcca)\.json|report\/[\w-]{1,80}\.(html|pdf|csv|json|yaml|txt)|runs\/[A-Za-z0-9][\w-]{0,63}\/(predictions\.csv|metrics\.jsonl))$/;

const idSchema = z.string().regex(/^[A-Za-z0-9][\w-]{0,63}$/, 'Expected an id of letters, digits and hyphens.');

/** `bundle.json`: read first, and by every version. */
export const manifestHeadSchema = z.object({ format: z.literal(BUNDLE_FORMAT), schema: z.int().positive() });
export const bundleManifestSchema = manifestHeadSchema.extend({
  schema: z.literal(BUNDLE_SCHEMA),
  exportedAt: z.string(),
  app: z.object({ name: z.string(), version: z.string() }),
  study: z.object({ id: idSchema, name: nameSchema(LONGEST_STUDY_NAME) }),
  /** Every other file. */
  files: z.array(
    z.object({
      name: z.string(),
      bytes: z.int().nonnegative(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});
export type BundleManifest = z.infer<typeof bundleManifestSchema>;

/** What is known of the dataset without its images: no folder, no file name, no problem of a single file. */
const bundleDatasetSchema = z.object({
  id: z.string(),
  name: nameSchema(LONGEST_NAME),
  layout: layoutIdSchema,
  layoutName: z.string(),
  modality: modalitySchema,
  synthetic: z.boolean(),
  createdAt: z.string(),
  patientRule: z.string(),
  patientIdKnown: z.boolean(),
  /** Absent in bundles of earlier versions, which compared bytes only. */
  picturesCompared: z.boolean().default(false),
  target: targetSchema.extend({ endpoints: z.array(endpointSchema).min(1) }),
  splitConfig: splitConfigSchema,
  unknownPolicy: unknownPolicySchema,
  contentHash: z.string(),
  flow: z.array(z.object({ step: z.string(), images: z.int(), note: z.string() })),
  problemCounts: z.partialRecord(problemKindSchema, z.int()),
});

const bundleRunSchema = runSummarySchema
  .omit({ studyId: true, progress: true })
  .extend({ id: idSchema, seed: z.int().nonnegative(), state: z.string() });
export type BundleRun = z.infer<typeof bundleRunSchema>;

/** `study.json` of a bundle. */
export const bundleStudySchema = z.object({
  study: z.object({ id: idSchema, name: nameSchema(LONGEST_STUDY_NAME), createdAt: z.string() }),
  /** With names in place of the ids of the library that wrote it. */
  spec: studySpecSchema,
  protocol: protocolSchema,
  arms: z.array(armSchema).min(1),
  dataset: bundleDatasetSchema,
  weights: z.array(weightSetSchema),
  runs: z.array(bundleRunSchema),
  /** To the questions of the report's checklists. */
  answers: z.record(z.string(), z.string()),
  /** Images marked as probable label noise; earlier bundles have none. */
  marks: z
    .array(z.object({ imageId: idSchema, reason: z.string().min(1).max(500), markedAt: z.string().max(40) }))
    .default([]),
  /** Cross-tabulations and what is derived from marks, to be compared when the bundle is opened; earlier bundles have none. */
  failures: z.unknown().optional(),
});
export type BundleStudy = z.infer<typeof bundleStudySchema>;
