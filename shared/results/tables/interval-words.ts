/** What the intervals of a study are. Pure. */
import { formatCount } from '../../format.ts';
import type { IntervalKind, StudyResults } from '../../results.ts';

export const INTERVAL_NAMES: Record<IntervalKind, string> = {
  delong: 'DeLong',
  'delong-clustered': 'DeLong, clustered by patient',
};

const CARRIES = 'It carries the sampling of test patients; the SD beside it carries the seeds.';

export const INTERVAL_WORDS: Record<IntervalKind, string> = {
  delong: `95 % interval of the mean over seeds by DeLong’s variance, one image per patient. ${CARRIES}`,
  'delong-clustered': `95 % interval of the mean over seeds by DeLong’s variance with patients as clusters (Obuchowski 1997). ${CARRIES}`,
};

/** What the bootstrap interval is, and why verdicts rest on another. */
export function bootstrapWords({ bootstrap }: StudyResults): string {
  const draws = bootstrap === null ? '' : `, ${formatCount(bootstrap.draws)} draws, seed ${bootstrap.seed}`;
  return `Percentile interval of the hierarchical bootstrap${draws}: patients with all their images and seeds are drawn, so it carries both. Verdicts rest on the t interval over patients and seeds, which holds its level better with two or three seeds.`;
}
