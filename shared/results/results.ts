/** What a study's runs say: AUC per arm with intervals, convergence, filters. */
import type { MetricEvent } from '../run/run.ts';
import type { StudyMargin } from '../study/margin.ts';
import type { ModelId } from '../study/models.ts';
import type { StepsRatio } from './steps-ratio.ts';
import type { TrainSize } from '../study/study.ts';

/** Below this many positive or negative images an AUC and its interval deserve a warning. */
export const FEW_CASES = 30;

/**
 * `delong`: DeLong's variance, one image per patient. `delong-clustered`: Obuchowski's (1997) extension with patients as
 * clusters, used whenever images outnumber patients. How they become intervals: docs/statistics.md.
 */
export type IntervalKind = 'delong' | 'delong-clustered';

export interface AucEstimate {
  /** Null where undefined; then `why` says so. With an AUC but no (or a degenerate) interval, `why` says that. */
  auc: number | null;
  se: number | null;
  low: number | null;
  high: number | null;
  positives: number;
  negatives: number;
  why: string | null;
}

export interface RunAuc extends AucEstimate {
  runId: string;
  seed: number;
}

export interface ArmEndpointResult {
  endpointId: string;
  /** Mean and sample SD over seeds; SD is null with fewer than two seeds. */
  mean: number | null;
  sd: number | null;
  /**
   * 95 % interval of the mean over seeds: the variance of an average of correlated AUCs on the same test images, from the DeLong
   * covariance matrix over seeds. It carries test-set sampling; `sd` carries seed-to-seed variation.
   */
  low: number | null;
  high: number | null;
  why: string | null;
  runs: RunAuc[];
}

export interface ArmResult {
  armId: string;
  model: ModelId;
  modelName: string;
  initLabel: string;
  trainSize: TrainSize;
  runsTotal: number;
  runsFinished: number;
  parameters: number;
  paperParameters: number | null;
  endpoints: ArmEndpointResult[];
  /** By finished run; a null run never reached the threshold, and is censored at `until`, where it was last scored. */
  stepsToThreshold: { runId: string; seed: number; steps: number | null; until: number }[];
  /** Kaplan-Meier median over seeds, null when at least half were censored. */
  medianStepsToThreshold: number | null;
  /** Ratio of these medians to that of the first arm of the same model and size; null for that arm, and without a finished run. */
  stepsRatio: (StepsRatio & { against: string }) | null;
  meanSeconds: number | null;
  meanStepMs: number | null;
}

/** Two arms on the same test images: paired (clustered) DeLong of the seed-averaged AUC, A minus B. */
export interface ArmComparison {
  endpointId: string;
  armA: string;
  armB: string;
  difference: number;
  /** Standard error of the difference over patients. */
  se: number | null;
  /** Null where no test can be made; then `why` says so. */
  low: number | null;
  high: number | null;
  z: number | null;
  /** Two-sided, not adjusted for multiplicity. */
  p: number | null;
  why: string | null;
}

/** A 95 % interval over seeds and patients: of a mean from the variance of draws, of a difference between percentiles. */
export interface ResampledInterval {
  endpointId: string;
  low: number | null;
  high: number | null;
  /** Why it is missing, or what to mind about it. */
  why: string | null;
}

/**
 * The hierarchical bootstrap: in each draw patients (with all their images) and seeds are drawn, so that an interval carries both. It
 * stands beside the other intervals; verdicts rest on the t interval over patients and seeds (docs/decisions/010).
 */
export interface StudyBootstrap {
  draws: number;
  /** The draws follow from it alone. */
  seed: number;
  arms: (ResampledInterval & { armId: string })[];
  /** A minus B within each draw; `p` is two-sided. */
  comparisons: (ResampledInterval & { armA: string; armB: string; p: number | null })[];
}

export interface StudyResults {
  studyId: string;
  studyName: string;
  synthetic: boolean;
  intervalKind: IntervalKind;
  thresholdAuc: number;
  /**
   * Test images that every finished run scored. `leftOut`: images that some finished run could not score; they are left out
   * of every number, so that all runs are compared on the same images.
   */
  test: { images: number; patients: number; leftOut: number };
  endpoints: { id: string; name: string; headline: boolean; positives: number; negatives: number; unknown: number }[];
  arms: ArmResult[];
  /**
   * Every arm (A) against the first arm of the same model and size (B, usually `random`), headline endpoints only. Arms without a
   * finished run, and endpoints without an AUC, have no row.
   */
  comparisons: ArmComparison[];
  /**
   * Every smaller model (A) against the largest (B, by parameters) that starts the same way on as many training images, headline endpoints
   * only. No part of the family that `comparisons` are adjusted over.
   */
  modelComparisons: ArmComparison[];
  /** All of these against the margin that was declared; null where none was. */
  margin: StudyMargin | null;
  /** Null until it has been computed: the other numbers do not wait for it. */
  bootstrap: StudyBootstrap | null;
}

export interface ConvergenceCurve {
  runId: string;
  armId: string;
  seed: number;
  events: MetricEvent[];
}

/** conv1 kernels of one run, HWIO flattened per filter: `filters[f][(y * size + x) * 3 + c]`. */
export interface FilterView {
  runId: string;
  armId: string;
  seed: number;
  kernelSize: number;
  channels: number;
  before: number[][];
  after: number[][];
}

/** The bootstrap interval of an arm, null while there is none. */
export function resampledArm(results: StudyResults, armId: string, endpointId: string): ResampledInterval | null {
  return results.bootstrap?.arms.find((item) => item.armId === armId && item.endpointId === endpointId) ?? null;
}

/** The bootstrap interval of a comparison, null while there is none. */
export function resampledComparison(
  results: StudyResults,
  { armA, armB, endpointId }: Pick<ArmComparison, 'armA' | 'armB' | 'endpointId'>,
): StudyBootstrap['comparisons'][number] | null {
  const found = results.bootstrap?.comparisons.find(
    (item) => item.armA === armA && item.armB === armB && item.endpointId === endpointId,
  );
  return found ?? null;
}
