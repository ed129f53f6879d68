/**
 * The margin of a study: the largest loss of AUC that would not matter. It is declared with its reason before any run of the study
 * has scored the test images, and there is no default.
 */
import { z } from 'zod';

export const marginSchema = z.strictObject({
  /** A difference of AUCs. */
  delta: z
    .number({ error: 'expected a number: the largest loss of AUC that would not matter, e.g. 0.02' })
    .gt(0)
    .lt(0.5),
  /** Why this much and not more would not matter; the report prints it. */
  reason: z
    .string()
    .trim()
    .min(10, { error: 'expected a sentence on why a smaller loss would not matter to patients' })
    .max(2000),
});
export type Margin = z.infer<typeof marginSchema>;

/** A line of `margins.jsonl` in the folder of a study; nothing is ever removed from it. */
export const declaredMarginSchema = z.object({
  delta: z.number().gt(0).lt(1),
  reason: z.string(),
  /** ISO 8601, UTC. */
  declaredAt: z.string(),
  /** Other studies that had scored this dataset's test images by then: their results may have been known. */
  earlierStudies: z.int().nonnegative(),
});
export type DeclaredMargin = z.infer<typeof declaredMarginSchema>;

export interface MarginState {
  /** Oldest first; the last one counts. */
  declared: DeclaredMargin[];
  /** A run of the study has scored the test images: no margin can be declared any more. */
  opened: boolean;
}

export type MarginAnswer = 'yes' | 'no' | 'cannot tell';

export interface MarginTestResult {
  /** One-sided; null where not estimable. */
  p: number | null;
  /** By Holm over all comparisons of the study with the margin. */
  adjustedP: number | null;
  /** `yes` needs the adjusted p below 0.025; `no`: the bounds show the opposite. */
  answer: MarginAnswer;
}

/** Arm A against arm B and the margin, over patients and seeds. */
export interface MarginComparison {
  endpointId: string;
  armA: string;
  armB: string;
  /** `inits`: against the reference initialisation. `models`: a smaller model against the largest. */
  between: 'inits' | 'models';
  difference: number;
  /** One-sided bounds at 2.5 %: the ends of the 95 % interval over patients and seeds. */
  lower: number | null;
  upper: number | null;
  /** The same at the level of Holm's step that decided, so that they agree with the answers. */
  bounds: { low: number; high: number } | null;
  /** A is not worse than B by the margin or more. */
  nonInferior: MarginTestResult;
  /** A and B differ by less than the margin (two one-sided tests). */
  equivalent: MarginTestResult;
  why: string | null;
}

export interface StudyMargin {
  declared: DeclaredMargin;
  comparisons: MarginComparison[];
}
