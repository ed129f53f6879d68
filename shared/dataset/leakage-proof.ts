/** `leakage-proof.json`: what a study's split rests on, in numbers that a reviewer can check again from the rows. Pure. */
import { z } from 'zod';
import { countOf, formatCount, wordFor } from '../words/numbers.ts';
import { endSentence } from '../words/sentences.ts';
import { splitConfigSchema, splitSchema } from './dataset.ts';
import { SPLIT_WORDS } from './dataset-words.ts';

const found = z.object({
  pairs: z.int().nonnegative(),
  /** Of these, with both pictures in use and in two parts. */
  acrossParts: z.int().nonnegative(),
});

export const leakageProofSchema = z.object({
  format: z.literal('transfusion-lab-leakage-proof'),
  schema: z.literal(1),
  /** That wrote the file. */
  app: z.object({ name: z.string(), version: z.string() }),
  dataset: z.object({
    name: z.string(),
    contentHash: z.string(),
    images: z.int(),
    patients: z.int(),
    patientRule: z.string(),
    /** Each of them counts as a patient of its own. */
    imagesWithoutPatient: z.int().nonnegative(),
  }),
  parts: z.array(z.object({ part: splitSchema, images: z.int(), patients: z.int() })),
  patientsInSeveralParts: z.int().nonnegative(),
  conclusion: z.object({
    state: z.enum(['none', 'not-proved', 'found']),
    sentence: z.string(),
    notProved: z.array(z.string()),
  }),
  /** Other datasets of the library with patients of this one, told by the patient IDs of DICOM files. */
  otherDatasets: z
    .array(z.object({ dataset: z.string(), patients: z.int(), inOtherParts: z.int().nonnegative() }))
    .default([]),
  pictures: z.object({
    /** False: only files with the same bytes were joined. */
    compared: z.boolean(),
    copies: found,
    /** Look the same and were joined, or were of one patient anyhow. */
    joined: found,
    /** Look the same, but too many patients share them. */
    notJoined: found,
    /** Look the same; a reader declared them different before the import. Image ids, with the reason as it stands now. */
    declaredDifferent: found.extend({
      list: z.array(z.object({ first: z.string(), second: z.string(), reason: z.string().nullable() })),
    }),
  }),
  limits: z.object({
    /** Root mean square of the differences of 16 x 16 grey values (0 to 255). */
    greyValues: z.number(),
    shareOfContrast: z.number(),
    leastContrast: z.number(),
    mirroredAndTurned: z.boolean(),
    /** Pictures of more patients than this are not joined. */
    mostPatients: z.int(),
  }),
  split: splitConfigSchema,
  rows: z.object({ rule: z.string(), sha256: z.string() }),
});
export type LeakageProof = z.infer<typeof leakageProofSchema>;

/** What a second look at a proof found. */
export interface ProofCheck {
  check: string;
  holds: boolean;
  /** What was expected and found; empty where it holds. */
  remark: string;
}

/** The proof as a paragraph of a report. */
export function describeProof({ dataset, parts, pictures, limits, split, ...proof }: LeakageProof): string {
  const { copies, joined, notJoined, declaredDifferent } = pictures;
  const unknown = dataset.imagesWithoutPatient;
  return [
    `Patients: ${parts.map(({ part, patients }) => `${SPLIT_WORDS[part].toLowerCase()} ${formatCount(patients)}`).join(', ')}; in several parts ${formatCount(proof.patientsInSeveralParts)}.`,
    endSentence(`How they are told apart: ${dataset.patientRule}`),
    unknown === 0
      ? 'Of every image it is known whose it is.'
      : `${countOf(unknown, 'image')} ${wordFor(unknown, 'does', 'do')} not say whose ${wordFor(unknown, 'it is', 'they are')}; each counts as a patient of its own.`,
    ...proof.otherDatasets.map(
      ({ dataset: other, patients, inOtherParts }) =>
        `By the patient IDs of the DICOM files, ${countOf(patients, 'patient')} ${wordFor(patients, 'is', 'are')} also in the dataset "${other}" of this library, ${formatCount(inOtherParts)} of them in another part.`,
    ),
    pictures.compared
      ? `Copies of one picture: ${countOf(copies.pairs, 'pair')}, in two parts ${formatCount(copies.acrossParts)}. Pictures saved anew, mirrored or turned (root mean square difference of 16 x 16 grey values at most ${limits.greyValues}, and ${limits.shareOfContrast} of the contrast): ${countOf(joined.pairs, 'pair')}, in two parts ${formatCount(joined.acrossParts)} after joining.`
      : 'Only files with the same bytes were joined, not pictures that were saved anew.',
    ...(notJoined.pairs > 0
      ? [
          `Not joined, because more than ${limits.mostPatients} patients share them: ${countOf(notJoined.pairs, 'pair')}, in two parts ${formatCount(notJoined.acrossParts)}.`,
        ]
      : []),
    ...(declaredDifferent.pairs > 0
      ? [
          `Declared different by a reader: ${countOf(declaredDifferent.pairs, 'pair')}, in two parts ${formatCount(declaredDifferent.acrossParts)}.`,
        ]
      : []),
    `Split: ${split.source === 'given' ? "the data set's own" : split.source === 'file' ? 'from a table' : 'drawn by patient'}, seed ${split.seed}; SHA-256 of all (image, part) rows ${proof.rows.sha256}.`,
  ].join(' ');
}
