/** Patient-level splits: seeded, stratified, exact in the number of patients, and independent of names and row order. */
import { SPLITS, type Split, type SplitConfig } from '../../shared/dataset/dataset.ts';
import { AppError } from '../../shared/system/errors.ts';
import { RandomStream } from '../../shared/system/random.ts';

export interface SplitPatient {
  /** Stable and meaningless, e.g. the smallest image id: what the draw depends on. */
  key: string;
  /** Patients of one stratum are spread over the splits in proportion. */
  stratum: string;
  /** The data set's own split, where it has one. */
  given: Split | null;
}

/** Whole numbers in the proportions of `shares` that add up to `total` (largest remainder; ties go to the earlier). */
export function apportion(total: number, shares: readonly number[]): number[] {
  const sum = shares.reduce((a, b) => a + b, 0);
  const exact = shares.map((share) => (total * share) / sum);
  // Proportions such as 0.7 are not exact in binary: 6.999999 is 7.
  const counts = exact.map((value) => Math.floor(value + 1e-9));
  const order = exact
    .map((value, i) => ({ i, rest: value - (counts[i] as number) }))
    .sort((a, b) => (Math.abs(b.rest - a.rest) > 1e-9 ? b.rest - a.rest : a.i - b.i));
  let left = total - counts.reduce((a, b) => a + b, 0);
  for (const { i } of order) {
    if (left-- <= 0) break;
    counts[i] = (counts[i] as number) + 1;
  }
  return counts;
}

/**
 * Walks the patients stratum by stratum, shuffled within each, and gives every one to the split that is furthest behind its
 * share. So each split gets its exact number of patients, and of each stratum its share to within about one patient.
 */
function draw(
  patients: readonly SplitPatient[],
  splits: readonly Split[],
  shares: readonly number[],
  seed: number,
): Map<string, Split> {
  const quotas = apportion(patients.length, shares);
  const given = quotas.map(() => 0);
  const result = new Map<string, Split>();
  for (const [i, patient] of orderForDraw(patients, seed).entries()) {
    let best = -1;
    let bestLag = -Infinity;
    quotas.forEach((quota, split) => {
      const taken = given[split] as number;
      const lag = ((i + 1) * quota) / patients.length - taken;
      if (taken < quota && lag > bestLag + 1e-9) [best, bestLag] = [split, lag];
    });
    given[best] = (given[best] as number) + 1;
    result.set(patient.key, splits[best] as Split);
  }
  return result;
}

function orderForDraw(patients: readonly SplitPatient[], seed: number): SplitPatient[] {
  const sizes = new Map<string, number>();
  for (const { stratum } of patients) sizes.set(stratum, (sizes.get(stratum) ?? 0) + 1);
  return patients
    .map((patient) => ({ patient, draw: new RandomStream(seed, 'patient-split', patient.key).uniform() }))
    .sort(
      (a, b) =>
        (sizes.get(b.patient.stratum) as number) - (sizes.get(a.patient.stratum) as number) ||
        compareText(a.patient.stratum, b.patient.stratum) ||
        a.draw - b.draw ||
        compareText(a.patient.key, b.patient.key),
    )
    .map(({ patient }) => patient);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The split of every patient, by key. With `source` `given` or `file`, parts that the data set lacks are drawn from its first part (training, nearly everywhere). */
export function assignSplits(patients: readonly SplitPatient[], config: SplitConfig): Map<string, Split> {
  const shares = SPLITS.map((split) => config[split]);
  if (config.source === undefined || config.source === 'seeded') return draw(patients, SPLITS, shares, config.seed);
  const present = new Set(patients.map((patient) => patient.given));
  const first = SPLITS.find((split) => present.has(split));
  if (first === undefined || present.has(null)) {
    throw new AppError('bad-input', 'Expected the data set to say which part an image is of, but it does not.', {
      action: 'Let the app split the patients instead.',
    });
  }
  const result = new Map<string, Split>();
  for (const { key, given } of patients) if (given !== null && given !== first) result.set(key, given);
  const drawn = SPLITS.filter((split) => split === first || !present.has(split));
  const pool = patients.filter((patient) => patient.given === first);
  const poolShares = drawn.map((split) => config[split]);
  for (const [key, split] of draw(pool, drawn, poolShares, config.seed)) result.set(key, split);
  return result;
}
