/** Beyond the AUC: what a frozen threshold does, whether probabilities mean what they say, and parts of the data. */
import { z } from 'zod';

/** How a threshold is chosen on the validation images of a run (main/analysis/thresholds.ts). */
export const THRESHOLD_RULES = [
  'youden',
  'sensitivity:0.9',
  'sensitivity:0.95',
  'specificity:0.9',
  'specificity:0.95',
] as const;
export const thresholdRuleSchema = z.enum(THRESHOLD_RULES);
export type ThresholdRuleName = z.infer<typeof thresholdRuleSchema>;

export const RULE_WORDS: Record<ThresholdRuleName, string> = {
  youden: 'largest Youden index',
  'sensitivity:0.9': 'sensitivity of at least 0.9',
  'sensitivity:0.95': 'sensitivity of at least 0.95',
  'specificity:0.9': 'specificity of at least 0.9',
  'specificity:0.95': 'specificity of at least 0.95',
};

export const detailsRequestSchema = z.object({
  id: z.string().min(1),
  /** Default: the first headline endpoint. */
  endpointId: z.string().min(1).optional(),
  rule: thresholdRuleSchema.default('youden'),
});
export type DetailsRequest = z.input<typeof detailsRequestSchema>;

/** A number with its 95 % interval; null where undefined, and then `why` says so. */
export interface DetailEstimate {
  value: number | null;
  low: number | null;
  high: number | null;
  why: string | null;
}

export const RATE_NAMES = ['sensitivity', 'specificity', 'ppv', 'npv', 'lrPositive', 'lrNegative'] as const;
export type RateName = (typeof RATE_NAMES)[number];

/** A threshold that was chosen on validation images and applied, unchanged, to the test images. */
export interface OperatingPoint {
  /** Null: +infinity, no image is called positive. */
  threshold: number | null;
  /** On the validation images, for which it was chosen. */
  validation: { sensitivity: number; specificity: number };
  counts: { tp: number; fp: number; tn: number; fn: number };
  rates: Record<RateName, DetailEstimate>;
}

export interface ReliabilityPoint {
  items: number;
  meanProbability: number;
  observed: number;
  low: number;
  high: number;
}

export interface RunDetails {
  runId: string;
  armId: string;
  seed: number;
  /** Null where none could be chosen; then `whyNoPoint` says so. */
  point: OperatingPoint | null;
  whyNoPoint: string | null;
  averagePrecision: DetailEstimate;
  brier: DetailEstimate;
  /** 1 perfect, 0 as good as the prevalence. */
  scaledBrier: DetailEstimate;
  /** Ideal 0 and 1. */
  intercept: DetailEstimate;
  slope: DetailEstimate;
  /** Expected calibration error in ten bins of equal mass. */
  ece: number | null;
  /** Quadratic weighted; null where the outputs are no grades. */
  kappa: DetailEstimate | null;
  reliability: ReliabilityPoint[];
}

export interface SubgroupDetails {
  variable: string;
  name: string;
  items: number;
  positives: number;
  negatives: number;
  patients: number;
  /** Below the floor there are no numbers. */
  why: string | null;
  /** Mean AUC over seeds, interval over seeds and patients. */
  arms: (DetailEstimate & { armId: string })[];
}

export interface StudyDetails {
  studyId: string;
  endpointId: string;
  rule: ThresholdRuleName;
  /** Of rates: Wilson's for one image per patient, else the bootstrap by patient. */
  intervalKind: 'wilson' | 'cluster-bootstrap';
  positives: number;
  negatives: number;
  draws: number;
  seed: number;
  runs: RunDetails[];
  subgroups: SubgroupDetails[];
  /** Positives and negatives that a subgroup needs. */
  leastInClass: number;
}

/** Mean of a number over the runs of an arm; null where a run lacks it. */
export function meanOverRuns(
  runs: readonly RunDetails[],
  armId: string,
  read: (run: RunDetails) => number | null | undefined,
): number | null {
  const values = runs.filter((run) => run.armId === armId).map(read);
  const known = values.filter((value) => value !== null && value !== undefined);
  return values.length === 0 || known.length < values.length
    ? null
    : known.reduce((sum, value) => sum + value, 0) / known.length;
}
