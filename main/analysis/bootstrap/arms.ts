/**
 * Arms of a study, several seeds each, on the same test images: the mean AUC of an arm and the difference of two, over patients (these
 * trained networks on other patients) and over seeds and patients (the way to train; the headline).
 */
import { auc } from '../statistics/auc.ts';
import { countClasses, whyUndefined } from '../statistics/labels.ts';
import { differenceDraws, hierarchicalDraws, meanDraws, type SeedPairing } from './combine.ts';
import { percentileInterval, scoreInterval, twoSidedBootstrapP, type BootstrapEstimate } from './interval.ts';
import type { BootstrapDraws } from './job.ts';
import { knownItems, shareBounds, tooFewPatients, withReason, type BootstrapPlan } from './plan.ts';

/** One label (endpoint) of the test images. */
export interface ArmLabel {
  /** Per item 1, 0, or null for unknown: left out of this label. */
  labels: ArrayLike<number | null>;
}

export interface ArmDraws {
  /** Mean AUC over seeds (and macro average over labels); null where a label is undefined. */
  value: number | null;
  seeds: number;
  /** Mean over all seeds, per draw of patients. */
  overPatients: Float64Array;
  /** Mean over drawn seeds, per draw of patients. */
  overSeedsAndPatients: Float64Array;
}

export interface BootstrapDifference extends BootstrapEstimate {
  /** Two-sided. */
  p: number | null;
  /** One value per draw, for margins. */
  perDraw: Float64Array;
}

export interface ArmBootstrap {
  arms: ArmDraws[];
  /** Interval of an arm's mean. */
  mean(arm: number): { overPatients: BootstrapEstimate; overSeedsAndPatients: BootstrapEstimate };
  /** Arm a minus arm b, paired within draws. */
  difference(a: number, b: number): { overPatients: BootstrapDifference; overSeedsAndPatients: BootstrapDifference };
}

const ONE_SEED = 'With one seed in an arm this carries the sampling of patients only.';

/**
 * `scores[arm][seed][label]` is a score per item. With several labels a seed's number is the macro average: the mean of the labels' AUCs
 * within each draw. `seed` draws the seeds; the patients come from the plan.
 */
export function planArms(
  plan: BootstrapPlan,
  params: {
    labels: readonly ArmLabel[];
    scores: readonly (readonly (readonly ArrayLike<number>[])[])[];
    seed: number;
    pairing?: SeedPairing;
  },
): (draws: BootstrapDraws) => ArmBootstrap {
  const { labels, scores, seed, pairing = 'independent' } = params;
  const readers = scores.map((seeds) =>
    seeds.map((byLabel) =>
      byLabel.map((vector, index) => {
        const input = { labels: (labels[index] as ArmLabel).labels, scores: vector };
        const known = knownItems(input);
        return { value: auc(known.labels, known.scores), read: plan.addColumn('auc', input) };
      }),
    ),
  );
  const reason = whyNoInterval(plan, labels);
  const cases = Math.min(...labels.map((label) => shareBounds(plan.patients, label).cases));
  const bounds = { lowest: 0, highest: 1, cases };
  return (draws) => {
    const bySeed = readers.map((seeds) => seeds.map((parts) => meanDraws(parts.map(({ read }) => read(draws)))));
    const drawn = hierarchicalDraws(bySeed, { seed, pairing });
    const arms = readers.map((seeds, arm): ArmDraws => ({
      value: meanOrNull(seeds.map((parts) => meanOrNull(parts.map(({ value }) => value)))),
      seeds: seeds.length,
      overPatients: meanDraws(bySeed[arm] as Float64Array[]),
      overSeedsAndPatients: drawn[arm] as Float64Array,
    }));
    const at = (arm: number): ArmDraws => {
      const found = arms[arm];
      if (found === undefined) throw new RangeError(`Expected an arm below ${arms.length}, got ${arm}.`);
      return found;
    };
    return {
      arms,
      mean: (arm) => ({
        overPatients: withReason(scoreInterval(at(arm).value, at(arm).overPatients, bounds), reason),
        overSeedsAndPatients: withSeedNote(
          withReason(scoreInterval(at(arm).value, at(arm).overSeedsAndPatients, bounds, at(arm).seeds), reason),
          at(arm).seeds,
        ),
      }),
      difference: (a, b) => {
        const value = at(a).value === null || at(b).value === null ? null : (at(a).value ?? 0) - (at(b).value ?? 0);
        const over = (kind: 'overPatients' | 'overSeedsAndPatients'): BootstrapDifference => {
          const perDraw = differenceDraws(at(a)[kind], at(b)[kind]);
          const interval = withReason(percentileInterval(value, perDraw), reason);
          return { ...interval, p: interval.low === null ? null : twoSidedBootstrapP(perDraw), perDraw };
        };
        const both = over('overSeedsAndPatients');
        const fewest = Math.min(at(a).seeds, at(b).seeds);
        return { overPatients: over('overPatients'), overSeedsAndPatients: withSeedNote(both, fewest) };
      },
    };
  };
}

/** Why no label, or one of several, allows an interval; null where all do. */
function whyNoInterval(plan: BootstrapPlan, labels: readonly ArmLabel[]): string | null {
  for (const label of labels) {
    const known = knownItems({ ...label, scores: label.labels as ArrayLike<number> });
    const why = whyUndefined(countClasses(known.labels, known.scores)) ?? tooFewPatients(plan.patients, label);
    if (why !== null) return why;
  }
  return null;
}

function withSeedNote<T extends BootstrapEstimate>(estimate: T, seeds: number): T {
  return seeds < 2 && estimate.why === null ? { ...estimate, why: ONE_SEED } : estimate;
}

function meanOrNull(values: readonly (number | null)[]): number | null {
  if (values.length === 0) return null;
  let sum = 0;
  for (const value of values) {
    if (value === null) return null;
    sum += value;
  }
  return sum / values.length;
}
