/** How an interval was computed, in words. */
import type { IntervalKind, StudyResults } from '../results/results.ts';
import { formatCount } from './numbers.ts';

export const INTERVAL_WORDS: Record<IntervalKind, { short: string; long: string }> = {
  delong: {
    short: 'DeLong',
    long: '95 % interval of the mean over seeds by DeLong’s variance, one image per patient, moderated and on the logit scale. It carries the sampling of test patients; the SD beside it carries the seeds.',
  },
  'delong-clustered': {
    short: 'DeLong, clustered by patient',
    long: '95 % interval of the mean over seeds by DeLong’s variance with patients as clusters (Obuchowski 1997), moderated and on the logit scale. It carries the sampling of test patients; the SD beside it carries the seeds.',
  },
};

/** What the bootstrap interval is, and why verdicts rest on another. */
export function bootstrapWords({ bootstrap }: StudyResults): string {
  const draws = bootstrap === null ? '' : `, ${formatCount(bootstrap.draws)} draws, seed ${bootstrap.seed}`;
  return `Interval of the hierarchical bootstrap${draws} (means: score interval from the variance of the draws; differences: percentiles): patients with all their images and seeds are drawn, so it carries both. Verdicts rest on the t interval over patients and seeds, which holds its level better with two or three seeds.`;
}
