/** Does a model work as well in parts of the data (sex, age band, view, camera, site, eye)? */
import { differenceDraws } from '../bootstrap/combine.ts';
import { percentileInterval, twoSidedBootstrapP, type BootstrapEstimate } from '../bootstrap/interval.ts';
import type { BootstrapDraws } from '../bootstrap/job.ts';
import { knownItems, planAuc, withoutDraws, type BootstrapPlan } from '../bootstrap/plan.ts';
import { planConfusionRates, type ConfusionRates } from './confusion.ts';
import { countClasses } from './labels.ts';
import { holmAdjust } from './multiplicity.ts';

/** A subgroup is shown from this many positives and this many negatives on: this app's choice, said wherever it applies. */
export const LEAST_IN_CLASS = 10;

export interface Subgroup {
  name: string;
  items: number;
  positives: number;
  negatives: number;
  patients: number;
  /** Hidden below the floor; then `why` says so and there are no numbers. */
  auc: BootstrapEstimate | null;
  /** Sensitivity and specificity at the global threshold: equal AUCs can hide unequal errors. Null without a threshold. */
  rates: ConfusionRates | null;
  why: string | null;
}

export interface SubgroupInteraction {
  /** The subgroup against all other items whose group is known. */
  name: string;
  /** Value: AUC inside minus AUC outside. */
  difference: BootstrapEstimate;
  /** Two-sided, and adjusted by Holm over the subgroups of this variable. */
  p: number | null;
  adjustedP: number | null;
}

export interface SubgroupAnalysis {
  variable: string;
  subgroups: Subgroup[];
  /** Two groups make one comparison. Only groups at or above the floor, against a rest that is as well. */
  interactions: SubgroupInteraction[];
  /** Items whose group is unknown: in no subgroup. */
  unknown: number;
}

/**
 * AUC per subgroup and its difference from the rest, with patient-clustered bootstrap intervals from the plan's draws. `groups` names
 * the subgroup of each item, null for unknown; a patient may have items in several (eye, view).
 */
export function planSubgroups(
  plan: BootstrapPlan,
  params: {
    variable: string;
    groups: readonly (string | null)[];
    labels: ArrayLike<number | null>;
    scores: ArrayLike<number>;
    /** Global threshold; undefined: none. Null: +infinity. */
    threshold?: number | null;
  },
): (draws: BootstrapDraws) => SubgroupAnalysis {
  const { variable, groups, labels, scores, threshold } = params;
  const names = [...new Set(groups.filter((name) => name !== null))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  const inside = (name: string) => (item: number) => groups[item] === name;
  const outside = (name: string) => (item: number) => groups[item] !== null && groups[item] !== name;
  const parts = names.map((name) => {
    const keep = inside(name);
    const facts = countPart(plan, { labels, keep });
    const shown = facts.why === null;
    return {
      name,
      facts,
      readAuc: shown ? planAuc(plan, { labels, scores, keep }) : null,
      readRates:
        shown && threshold !== undefined ? planConfusionRates(plan, { labels, scores, threshold, keep }) : null,
    };
  });
  const compared = (names.length === 2 ? parts.slice(0, 1) : parts).flatMap(({ name, readAuc }) => {
    const keep = outside(name);
    if (readAuc === null || countPart(plan, { labels, keep }).why !== null) return [];
    return [{ name, readInside: readAuc, readOutside: planAuc(plan, { labels, scores, keep }) }];
  });
  const unknown = groups.filter((name, item) => name === null && labels[item] !== null).length;
  return (draws) => {
    const interactions = compared.map(({ name, readInside, readOutside }) => {
      const [one, rest] = [readInside(draws), readOutside(draws)];
      const perDraw = differenceDraws(one.perDraw, rest.perDraw);
      const value = one.value === null || rest.value === null ? null : one.value - rest.value;
      const difference = percentileInterval(value, perDraw);
      return { name, difference, p: difference.low === null ? null : twoSidedBootstrapP(perDraw) };
    });
    const adjusted = holmAdjust(interactions.map(({ p }) => p ?? 1));
    return {
      variable,
      unknown,
      subgroups: parts.map(({ name, facts, readAuc, readRates }): Subgroup => {
        const drawn = readAuc?.(draws);
        const auc = drawn === undefined ? null : withoutDraws(drawn);
        return { name, ...facts, auc, rates: readRates?.(draws) ?? null, why: facts.why ?? auc?.why ?? null };
      }),
      interactions: interactions.map((item, index) => ({
        ...item,
        adjustedP: item.p === null ? null : (adjusted[index] as number),
      })),
    };
  };
}

export function countPart(
  plan: BootstrapPlan,
  part: { labels: ArrayLike<number | null>; keep: (item: number) => boolean },
): { items: number; positives: number; negatives: number; patients: number; why: string | null } {
  const known = knownItems({ ...part, scores: part.labels as ArrayLike<number> });
  const { positives, negatives } = countClasses(known.labels, known.labels);
  const patients = new Set<number>();
  for (let i = 0; i < part.labels.length; i++) {
    if (part.labels[i] !== null && part.keep(i)) patients.add(plan.patients.ofItems[i] as number);
  }
  const why =
    positives < LEAST_IN_CLASS || negatives < LEAST_IN_CLASS
      ? `Not shown: ${positives} positive and ${negatives} negative items, and ${LEAST_IN_CLASS} of each are needed.`
      : null;
  return { items: known.labels.length, positives, negatives, patients: patients.size, why };
}
