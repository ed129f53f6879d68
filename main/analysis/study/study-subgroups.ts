/** Parts of the test set: AUC, its difference from the rest, and error rates at the global threshold, as means over the runs of each arm. */
import type { Prediction } from '../../../shared/run/run.ts';
import type {
  DetailEstimate,
  SubgroupArm,
  SubgroupDetails,
  SubgroupPair,
  TestedDifference,
} from '../../../shared/results/study-details.ts';
import { plainEstimate, runNumber, type ArmMeans, type DrawnMean, type RunNumber } from './arm-means.ts';
import { differenceDraws } from '../bootstrap/combine.ts';
import { percentileInterval, twoSidedBootstrapP } from '../bootstrap/interval.ts';
import type { BootstrapDraws } from '../bootstrap/job.ts';
import { planAuc, type BootstrapPlan } from '../bootstrap/plan.ts';
import { planConfusionDraws } from '../statistics/confusion.ts';
import { groupImages, type ImageAttributes } from './image-attributes.ts';
import { holmAdjust } from '../statistics/multiplicity.ts';
import { countPart } from '../statistics/subgroups.ts';

export interface SubgroupRun {
  scores: readonly number[];
  /** Null: +infinity; undefined: none could be chosen, and `whyNoThreshold` says why. */
  threshold: number | null | undefined;
  whyNoThreshold: string | null;
}

interface SubgroupInput {
  /** Runs of each arm, in the order of seeds. */
  arms: readonly { armId: string; runs: readonly SubgroupRun[] }[];
  pairs: readonly { armA: string; armB: string }[];
  items: readonly Prediction[];
  labels: readonly (number | null)[];
  attributes: ReadonlyMap<string, ImageAttributes>;
}

type PlannedRuns = ((draws: BootstrapDraws) => RunNumber)[];

/**
 * A variable with one group makes no subgroup. A group is shown from the floor on (subgroups.ts), and compared with all other
 * images whose group is known where these reach it too; of two groups the first is compared. P-values are adjusted by Holm for each arm,
 * and each pair of arms, over all its comparisons.
 */
export function planStudySubgroups(
  plan: BootstrapPlan,
  input: SubgroupInput,
): (draws: BootstrapDraws, means: ArmMeans) => SubgroupDetails[] {
  const imageIds = input.items.map(({ imageId }) => imageId);
  const groups = groupImages(imageIds, input.attributes).flatMap(({ variable, groupOf, names }) =>
    names.map((name, index) =>
      planGroup(plan, input, { variable, name, groupOf, isCompared: names.length > 2 || index === 0 }),
    ),
  );
  return (draws, means) => adjust(groups.map((read) => read(draws, means)));
}

function planGroup(
  plan: BootstrapPlan,
  { arms, pairs, labels }: SubgroupInput,
  group: { variable: string; name: string; groupOf: readonly (string | null)[]; isCompared: boolean },
): (draws: BootstrapDraws, means: ArmMeans) => SubgroupDetails {
  const { variable, name, groupOf } = group;
  const inside = (item: number): boolean => groupOf[item] === name;
  const outside = (item: number): boolean => groupOf[item] !== null && groupOf[item] !== name;
  const { why, ...counts } = countPart(plan, { labels, keep: inside });
  const facts = { variable, name, ...counts, why };
  if (why !== null) return () => ({ ...facts, arms: [], pairs: [] });
  const isCompared = group.isCompared && countPart(plan, { labels, keep: outside }).why === null;
  const aucs = (keep: (item: number) => boolean): PlannedRuns[] =>
    arms.map(({ runs }) =>
      runs.map(({ scores }) => {
        const read = planAuc(plan, { labels, scores, keep });
        return (draws) => {
          const drawn = read(draws);
          return runNumber(drawn, drawn.perDraw, drawn.bounds);
        };
      }),
    );
  const readInside = aucs(inside);
  const readOutside = isCompared ? aucs(outside) : null;
  const rates = arms.map(({ runs }) =>
    runs.map(({ scores, threshold, whyNoThreshold }) => {
      if (threshold === undefined) {
        const none: RunNumber = { value: null, why: whyNoThreshold, perDraw: null };
        return () => ({ sensitivity: none, specificity: none });
      }
      const read = planConfusionDraws(plan, { labels, scores, threshold, keep: inside });
      return (draws: BootstrapDraws) => {
        const { plain, perDraw, bounds } = read(draws);
        return {
          sensitivity: runNumber(plain.sensitivity, perDraw('sensitivity'), bounds('sensitivity')),
          specificity: runNumber(plain.specificity, perDraw('specificity'), bounds('specificity')),
        };
      };
    }),
  );
  return (draws, means) => {
    const meansOf = (planned: PlannedRuns[]): DrawnMean[] =>
      planned.map((runs, arm) =>
        means.of(
          arm,
          runs.map((read) => read(draws)),
        ),
      );
    const within = meansOf(readInside);
    const rest = readOutside === null ? null : meansOf(readOutside);
    const at = (list: readonly DrawnMean[], armId: string): DrawnMean | undefined =>
      list[arms.findIndex((arm) => arm.armId === armId)];
    return {
      ...facts,
      arms: arms.map(({ armId }, arm): SubgroupArm => {
        const called = (rates[arm] ?? []).map((read) => read(draws));
        return {
          armId,
          ...(within[arm] as DrawnMean).mean,
          sensitivity: means.of(
            arm,
            called.map((run) => run.sensitivity),
          ).mean,
          specificity: means.of(
            arm,
            called.map((run) => run.specificity),
          ).mean,
          difference: rest === null ? null : tested(difference(within[arm], rest[arm])),
        };
      }),
      pairs: pairs.flatMap(({ armA, armB }): SubgroupPair[] => {
        const gain = difference(at(within, armA), at(within, armB));
        const outsideGain = rest === null ? null : difference(at(rest, armA), at(rest, armB));
        if (gain === null) return [];
        const interaction = outsideGain === null ? null : tested(difference(gain, outsideGain));
        return [{ armA, armB, gain: estimateOf(gain), difference: interaction }];
      }),
    };
  };
}

interface Drawn {
  value: number | null;
  perDraw: Float64Array | null;
}

/** A minus B within each draw; null where either is missing. */
function difference(a: DrawnMean | Drawn | undefined, b: DrawnMean | Drawn | undefined): Drawn | null {
  if (a === undefined || b === undefined) return null;
  const valueOf = (side: DrawnMean | Drawn): number | null => ('mean' in side ? side.mean.value : side.value);
  const [one, other] = [valueOf(a), valueOf(b)];
  return {
    value: one === null || other === null ? null : one - other,
    perDraw: a.perDraw === null || b.perDraw === null ? null : differenceDraws(a.perDraw, b.perDraw),
  };
}

function estimateOf({ value, perDraw }: Drawn): DetailEstimate {
  return plainEstimate(percentileInterval(value, perDraw ?? new Float64Array(0)));
}

function tested(drawn: Drawn | null): TestedDifference | null {
  if (drawn === null) return null;
  const estimate = estimateOf(drawn);
  const p = estimate.low === null || drawn.perDraw === null ? null : twoSidedBootstrapP(drawn.perDraw);
  return { ...estimate, p, adjustedP: null };
}

/** Holm's method over all comparisons of an arm, and of a pair of arms. Fills the freshly made results in. */
function adjust(groups: SubgroupDetails[]): SubgroupDetails[] {
  const families = new Map<string, TestedDifference[]>();
  const join = (family: string, test: TestedDifference | null): void => {
    if (test !== null) families.set(family, [...(families.get(family) ?? []), test]);
  };
  for (const { arms, pairs } of groups) {
    for (const arm of arms) join(arm.armId, arm.difference);
    for (const pair of pairs) join(JSON.stringify([pair.armA, pair.armB]), pair.difference);
  }
  for (const tests of families.values()) {
    const adjusted = holmAdjust(tests.map(({ p }) => p ?? 1));
    tests.forEach((test, index) => (test.adjustedP = test.p === null ? null : (adjusted[index] as number)));
  }
  return groups;
}
