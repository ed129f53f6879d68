/** What it would take to settle a comparison that these data leave open, from the study's own variances. Pure. */
import { countOf, formatCount, formatSigned } from '../words/numbers.ts';
import type { StudyResults } from './results.ts';
import { studentQuantile } from './student-t.ts';
import { addSeeds, seedVariance, SUPPORT_LEVEL, type JudgedComparison } from './verdict.ts';

/** One way to settle it; null where that stays as it is. */
export interface Needed {
  /** In each arm. */
  seeds: number | null;
  /** Test patients. */
  patients: number | null;
}

/** More of either is no advice. */
const MOST_SEEDS = 30;
const MOST_TIMES = 20;
/** Of a number of times as many patients. */
const PRECISION = 0.01;
/** Tried with more patients where neither alone would do. */
const ROUND_SEEDS = [5, 10, 20, MOST_SEEDS];

/**
 * With the difference d as it is: seeds k and patients N' for which |d| > t(f) sqrt(V N/N' + (sA^2 + sB^2)/k), with V the variance over today's N
 * patients, s the SDs over seeds and f Satterthwaite's degrees of freedom, at the level of the first step of Holm's method. Where a margin
 * was declared, d + margin takes the place of |d|: what shows that A is not worse by it. First more seeds alone and more patients
 * alone; both together where neither would do; empty where nothing would, or nothing is known of the seeds.
 * A plan: the difference will not stay as it is.
 */
export function neededToTell(results: StudyResults, comparison: JudgedComparison, family: number): Needed[] | null {
  const { armA, armB, endpointId, se, difference } = comparison;
  const [a, b] = [seedVariance(results, armA, endpointId), seedVariance(results, armB, endpointId)];
  if (se === null || a === null || b === null || comparison.total === null) return null;
  const delta = results.margin?.declared.delta ?? null;
  const distance = delta === null ? Math.abs(difference) : difference + delta;
  const tells = (seedsA: number, seedsB: number, times: number): boolean => {
    const total = addSeeds(se ** 2 / times, [
      { variance: a.variance / seedsA, df: seedsA - 1 },
      { variance: b.variance / seedsB, df: seedsB - 1 },
    ]);
    return total !== null && distance > studentQuantile(SUPPORT_LEVEL / family, total.df) * total.se;
  };
  const patientsWith = (seedsA: number, seedsB: number): number | null => {
    if (!tells(seedsA, seedsB, MOST_TIMES)) return null;
    // More patients never tell less.
    let [few, enough] = [1, MOST_TIMES];
    while (enough - few > PRECISION) {
      const times = (few + enough) / 2;
      if (tells(seedsA, seedsB, times)) enough = times;
      else few = times;
    }
    return roundUp(results.test.patients * enough);
  };
  const today = Math.max(a.seeds, b.seeds);
  const seeds = range(today + 1, MOST_SEEDS).find((k) => tells(k, k, 1)) ?? null;
  const patients = patientsWith(a.seeds, b.seeds);
  const alone = [
    ...(seeds === null ? [] : [{ seeds, patients: null }]),
    ...(patients === null ? [] : [{ seeds: null, patients }]),
  ];
  if (alone.length > 0) return alone;
  const both = ROUND_SEEDS.filter((k) => k > today).map((k) => ({ seeds: k, patients: patientsWith(k, k) }));
  return both.filter((way) => way.patients !== null).slice(0, 1);
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
  const goal = results.margin === null ? 'show it' : `show that it is not lower by ${results.margin.declared.delta}`;
  const start = `If the difference stays at ${formatSigned(comparison.difference)}`;
  if (needed.length === 0) return `${start}, no practical number of seeds and test patients would ${goal}.`;
  const ways = needed.map(({ seeds, patients }) => {
    const ofSeeds = seeds === null ? [] : [`${countOf(seeds, 'seed')} in each arm`];
    const ofPatients = patients === null ? [] : [`about ${formatCount(patients)} test patients`];
    return [...ofSeeds, ...ofPatients].join(' with ');
  });
  return `${start}, ${ways.join(', or ')} would ${goal}.`;
}
