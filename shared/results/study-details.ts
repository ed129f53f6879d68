/** Beyond the AUC: what a frozen threshold does, whether probabilities mean what they say, and parts of the data. */
import { z } from 'zod';

/** How a threshold is chosen on the validation images of a run (main/analysis/statistics/thresholds.ts). */
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

/** Which probabilities: as the run gave them, or recalibrated on its validation images (main/analysis/calibration/recalibration.ts). */
export const PROBABILITY_KINDS = ['as-trained', 'temperature', 'platt'] as const;
export const probabilityKindSchema = z.enum(PROBABILITY_KINDS);
export type ProbabilityKind = z.infer<typeof probabilityKindSchema>;
export type RecalibrationMethod = Exclude<ProbabilityKind, 'as-trained'>;
export const RECALIBRATION_METHODS = ['temperature', 'platt'] as const satisfies readonly RecalibrationMethod[];

export const PROBABILITY_WORDS: Record<ProbabilityKind, string> = {
  'as-trained': 'as trained',
  temperature: 'temperature',
  platt: 'Platt scaling',
};

/** `frozen`: intervals are those of other test patients at the thresholds as they are; `chosen-anew`: of other validation patients as well. */
export const THRESHOLD_KINDS = ['frozen', 'chosen-anew'] as const;
export const thresholdKindSchema = z.enum(THRESHOLD_KINDS);
export type ThresholdKind = z.infer<typeof thresholdKindSchema>;

export const THRESHOLD_KIND_WORDS: Record<ThresholdKind, string> = {
  frozen: 'other test patients',
  'chosen-anew': 'other test patients and another choice of threshold',
};

/** Of the positive class; the two ends take no part. */
const probability = z
  .number()
  .gt(0, 'Expected a probability above 0 and below 1.')
  .lt(1, 'Expected a probability above 0 and below 1.');

/**
 * From 19 needless actions accepted for one that was needed (0.05) to one for one (0.5): where a miss is worse than a false alarm, as in
 * screening, a threshold above one half is not meant.
 */
export const DEFAULT_DECISION_RANGE = { from: 0.05, to: 0.5 } as const;
export const decisionRangeSchema = z
  .object({ from: probability, to: probability })
  .refine(
    ({ from, to }) => to - from >= 0.01,
    'Expected a range of threshold probabilities at least 0.01 wide, low end first.',
  );
export type DecisionRange = z.infer<typeof decisionRangeSchema>;

export const detailsRequestSchema = z.object({
  id: z.string().min(1),
  /** Default: the first headline endpoint. */
  endpointId: z.string().min(1).optional(),
  rule: thresholdRuleSchema.default('youden'),
  /** What the intervals of operating points carry. */
  thresholds: thresholdKindSchema.default('frozen'),
  /** Prevalence for which predictive values are given as well; default none. */
  prevalence: probability.nullable().default(null),
  /** Threshold probabilities of the decision curves. */
  range: decisionRangeSchema.default(DEFAULT_DECISION_RANGE),
  /** Probabilities of the decision curves. */
  probabilities: probabilityKindSchema.default('as-trained'),
});
export type DetailsRequest = z.input<typeof detailsRequestSchema>;

/** A number with its 95 % interval; null where undefined, and then `why` says so. */
export interface DetailEstimate {
  value: number | null;
  low: number | null;
  high: number | null;
  why: string | null;
}

/** Mean over the finished runs of an arm. Its interval carries seeds and patients (hierarchical bootstrap). */
export interface ArmMean extends DetailEstimate {
  /** Sample standard deviation over seeds; null with one. */
  sd: number | null;
  seeds: number;
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
  /** Predictive values at the prevalence that was asked for. */
  atPrevalence: { ppv: DetailEstimate; npv: DetailEstimate } | null;
}

/** `point` is null where none could be chosen; then `why` says so. */
export interface RulePoint {
  rule: ThresholdRuleName;
  point: OperatingPoint | null;
  why: string | null;
}

export interface ReliabilityPoint {
  items: number;
  meanProbability: number;
  observed: number;
  low: number;
  high: number;
}

/** Do probabilities mean what they say? On the test images. */
export interface CalibrationDetails {
  brier: DetailEstimate;
  /** 1 perfect, 0 as good as the prevalence. */
  scaledBrier: DetailEstimate;
  /** Ideal 0 and 1. */
  intercept: DetailEstimate;
  slope: DetailEstimate;
  /** Expected calibration error in ten bins of equal mass. */
  ece: number | null;
  reliability: ReliabilityPoint[];
}

/** Probabilities mapped through logit p -> intercept + slope logit p, fitted on the run's validation images and applied to its test images. */
export interface Recalibration {
  method: RecalibrationMethod;
  /** Of the map; a temperature T is the slope 1/T with intercept 0. Null where it could not be fitted; then `why` says so. */
  fitted: { intercept: number; slope: number; temperature: number | null; positives: number; negatives: number } | null;
  why: string | null;
  /** Afterwards; null where nothing was fitted. */
  after: CalibrationDetails | null;
  /** Brier score afterwards minus before. */
  brierChange: DetailEstimate | null;
}

export interface RunDetails extends CalibrationDetails {
  runId: string;
  armId: string;
  seed: number;
  /** One of each rule. */
  points: RulePoint[];
  averagePrecision: DetailEstimate;
  /** Sensitivity at false-positive rates of 0, 0.01 ... 1; empty where a class is missing. */
  roc: number[];
  /** Quadratic weighted; null where the outputs are no grades. */
  kappa: DetailEstimate | null;
  /** One of each method. */
  recalibration: Recalibration[];
  /** At the thresholds of the decision curve; empty where undefined. */
  netBenefit: number[];
}

type MeansOf<T extends string> = Record<T, ArmMean>;
/** Of the arm's runs; `ece` has no interval. */
export type CalibrationMeans = MeansOf<'brier' | 'scaledBrier' | 'intercept' | 'slope' | 'ece'>;

/** What the runs of an arm give on average. A mean is undefined where one run lacks the number. */
export interface ArmDetails extends CalibrationMeans {
  armId: string;
  seeds: number;
  rules: {
    rule: ThresholdRuleName;
    rates: Record<RateName, ArmMean>;
    atPrevalence: { ppv: ArmMean; npv: ArmMean } | null;
  }[];
  averagePrecision: ArmMean;
  kappa: ArmMean | null;
  recalibration: { method: RecalibrationMethod; after: CalibrationMeans; brierChange: ArmMean }[];
  /** Net benefit at each threshold of the decision curve; empty where undefined, and then `whyNoCurve` says so. */
  netBenefit: ArmMean[];
  whyNoCurve: string | null;
}

export interface DecisionFrame {
  range: DecisionRange;
  probabilities: ProbabilityKind;
  /** Threshold probabilities, ascending. */
  thresholds: number[];
  /** Net benefit of acting on everybody; acting on nobody is 0. Empty where a class is missing. */
  all: number[];
}

/** Two arms at their frozen thresholds, run by run with the same seed: exact McNemar test on patients. */
export interface CallComparison {
  armA: string;
  armB: string;
  seed: number;
  /** Patients with a positive image: sensitivities. */
  positive: CallTest;
  /** The others: specificities. */
  negative: CallTest;
  why: string | null;
}

export interface CallTest {
  patients: number;
  /** Patients that only A, or only B, called rightly. */
  onlyA: number;
  onlyB: number;
  p: number | null;
  /** By Holm over all tests of the table. */
  adjustedP: number | null;
}

/** A difference with its bootstrap test. */
export interface TestedDifference extends DetailEstimate {
  p: number | null;
  /** By Holm over all subgroups that were compared, for each arm (or pair of arms). */
  adjustedP: number | null;
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
  arms: SubgroupArm[];
  /** Pairs of arms: is the gain another one here than in the rest? */
  pairs: SubgroupPair[];
}

/** Means over seeds, intervals over seeds and patients. The value is the AUC inside. */
export interface SubgroupArm extends ArmMean {
  armId: string;
  /** At the global threshold of each run, by the rule. */
  sensitivity: ArmMean;
  specificity: ArmMean;
  /** AUC inside minus AUC of all other images whose group is known; null where it was not compared. */
  difference: TestedDifference | null;
}

export interface SubgroupPair {
  armA: string;
  armB: string;
  /** AUC of A minus AUC of B, inside. */
  gain: DetailEstimate;
  /** That, minus the same of all other images; null where it was not compared. */
  difference: TestedDifference | null;
}

export interface StudyDetails {
  studyId: string;
  endpointId: string;
  rule: ThresholdRuleName;
  thresholds: ThresholdKind;
  /** Of the rates of a run: Wilson's at a frozen threshold with one image per patient, else the score interval from draws of patients. */
  intervalKind: 'wilson' | 'cluster-bootstrap';
  positives: number;
  negatives: number;
  draws: number;
  seed: number;
  /** Null: none was asked for. */
  prevalence: number | null;
  runs: RunDetails[];
  /** Of arms with a finished run. */
  arms: ArmDetails[];
  decision: DecisionFrame;
  /** At the rule's thresholds. */
  calls: CallComparison[];
  subgroups: SubgroupDetails[];
  /** Positives and negatives that a subgroup needs. */
  leastInClass: number;
}

/** The operating point of a run by a rule. */
export function pointOf(run: Pick<RunDetails, 'points'>, rule: ThresholdRuleName): RulePoint {
  return run.points.find((item) => item.rule === rule) ?? { rule, point: null, why: 'It was not computed.' };
}
