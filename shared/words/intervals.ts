/** How an interval was computed, in words. */
import type { IntervalKind } from '../results/results.ts';

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
