/** Column heads and sentences about intervals. */
import { formatCount } from '../../../shared/words/numbers.ts';
import type { ArmResult, IntervalKind, StudyResults } from '../../../shared/results/results.ts';

export const INTERVAL_WORDS: Record<IntervalKind, { short: string; long: string }> = {
  delong: {
    short: 'DeLong',
    long: "95 % interval of the mean over seeds by DeLong's variance, one image per patient. It carries the sampling of test patients; the SD beside it carries the seeds.",
  },
  'delong-clustered': {
    short: 'DeLong, clustered by patient',
    long: "95 % interval of the mean over seeds by DeLong's variance with patients as clusters (Obuchowski 1997). It carries the sampling of test patients; the SD beside it carries the seeds.",
  },
};

/** Why the median number of steps to the threshold is not known, or null. */
export function whyNoMedian(arm: ArmResult): string | null {
  if (arm.medianStepsToThreshold !== null) return null;
  if (arm.stepsToThreshold.length === 0) return 'No run of this arm has finished';
  return 'At least half of the runs never reached the threshold';
}

/** Why there is no standard deviation, or null. */
export function whyNoSd(arm: ArmResult, sd: number | null): string | null {
  if (sd !== null) return null;
  return arm.runsFinished === 0 ? 'No run of this arm has finished' : 'A standard deviation needs two finished seeds';
}

/** What the bootstrap interval is, and why verdicts rest on another. */
export function bootstrapWords({ bootstrap }: StudyResults): string {
  const draws = bootstrap === null ? '' : `, ${formatCount(bootstrap.draws)} draws, seed ${bootstrap.seed}`;
  return `Percentile interval of the hierarchical bootstrap${draws}: patients with all their images and seeds are drawn, so it carries both. Verdicts rest on the t interval over patients and seeds, which holds its level better with two or three seeds.`;
}
