/** What it would take to settle a comparison that these data leave open, from the study's own variances. Pure. */
import { countOf, formatCount, formatSigned } from '../words/numbers.ts';
import type { StudyResults } from './results.ts';
import { studentQuantile } from './student-t.ts';
import { seedVariance, SUPPORT_LEVEL, type JudgedComparison } from './verdict.ts';

export interface Needed {
  /** Seeds in each arm with the same test patients; null where {@link MOST_SEEDS} would not do. */
  seeds: number | null;
  /** Test patients with the same seeds; null where {@link MOST_TIMES} as many would not do. */
  patients: number | null;
}

/** More of either is no advice. */
export const MOST_SEEDS = 30;
const MOST_TIMES = 20;

/**
 * With the difference d as it is: seeds k for which |d| > t(f) sqrt(V + (sA^2 + sB^2)/k), or patients N' for which V becomes V N/N', with V the
 * variance over patients, s the SDs over seeds and f Satterthwaite's degrees of freedom, at the level of the first step of Holm's
 * method. Where a margin was declared, d + margin takes the place of |d|: what shows that A is not worse by it. Null where untested.
 * A plan: the difference will not stay as it is.
 */
export function neededToTell(results: StudyResults, comparison: JudgedComparison, family: number): Needed | null {
  const { armA, armB, endpointId, se, difference } = comparison;
  const [a, b] = [seedVariance(results, armA, endpointId), seedVariance(results, armB, endpointId)];
  if (se === null || a === null || b === null || comparison.total === null) return null;
  const delta = results.margin?.declared.delta ?? null;
  const distance = delta === null ? Math.abs(difference) : difference + delta;
  const tells = (seedsA: number, seedsB: number, times: number): boolean => {
    const [ofA, ofB] = [(a.v * (a.df + 1)) / seedsA, (b.v * (b.df + 1)) / seedsB];
    const variance = se ** 2 / times + ofA + ofB;
    const df = variance ** 2 / (ofA ** 2 / (seedsA - 1) + ofB ** 2 / (seedsB - 1));
    return distance > studentQuantile(SUPPORT_LEVEL / family, Math.min(1e6, df)) * Math.sqrt(variance);
  };
  const [seedsA, seedsB] = [a.df + 1, b.df + 1];
  const seeds = range(Math.max(seedsA, seedsB) + 1, MOST_SEEDS).find((k) => tells(k, k, 1)) ?? null;
  const { patients } = results.test;
  const more = range(1, (MOST_TIMES - 1) * 20).find((step) => tells(seedsA, seedsB, 1 + step / 20));
  return { seeds, patients: more === undefined ? null : roundUp(patients * (1 + more / 20)) };
}

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}

/** To two digits: the plan is no more exact. */
function roundUp(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return Math.ceil(value / unit) * unit;
}

/** One sentence for the verdict; null where nothing can be planned. */
export function neededWords(results: StudyResults, comparison: JudgedComparison, family: number): string | null {
  const needed = neededToTell(results, comparison, family);
  if (needed === null) return null;
  const { seeds, patients } = needed;
  const goal = results.margin === null ? 'show it' : `show that it is not lower by ${results.margin.declared.delta}`;
  const start = `If the difference stays at ${formatSigned(comparison.difference)}`;
  if (seeds === null && patients === null) {
    return `${start}, no practical number of seeds or test patients would ${goal}.`;
  }
  const ways = [
    ...(seeds === null ? [] : [`${countOf(seeds, 'seed')} in each arm`]),
    ...(patients === null ? [] : [`about ${formatCount(patients)} test patients with the seeds of today`]),
  ];
  const missing = seeds === null ? ' More seeds alone would not.' : '';
  return `${start}, ${ways.join(', or ')} would ${goal}.${missing}`;
}
