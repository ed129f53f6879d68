/**
 * The 95 % interval of an AUC, or of a mean of AUCs on the same items: on the logit scale, from DeLong's or Obuchowski's variance
 * moderated by a model of it. Chosen by simulation (`test/peers/coverage/auc-intervals.ts`, docs/coverage.md): with 10 to 50 positives the
 * variance estimate itself is so uncertain that Wald's interval holds 75 to 90 % instead of 95 %.
 */
import { studentQuantile } from '../../../shared/results/student-t.ts';
import { expit } from './distributions.ts';
import { Z95 } from './normal.ts';
import type { Placements } from './placements.ts';
import { varianceParts, type Clusters } from './variance.ts';

export interface AucInterval {
  /** By DeLong or Obuchowski, as they define it. */
  se: number | null;
  low: number | null;
  high: number | null;
  /** Why there is no interval, or what to mind about it; null for an ordinary one. */
  why: string | null;
}

/** Degrees of freedom that the model's variance counts for beside the observed one (this project's choice, by the simulation). */
const MODEL_DF = 15;

/**
 * With A the AUC, v its variance (DeLong, Obuchowski) with Satterthwaite's degrees of freedom f, and g the model's variance:
 *   w = (f v + 15 g)/(f + 15)      logit A +- t(f + 15) sqrt(w)/(A (1 - A))
 * a moderated variance (Smyth 2004, Stat Appl Genet Mol Biol 3:3) on the scale of Pepe (2003, section 5.2). Where every positive
 * scores above every negative, or below, the interval is one-sided: {@link boundOfPerfect}.
 */
export function intervalOf(part: Placements, clusters: Clusters | null): AucInterval {
  const variance = moderatedVariance(part, clusters);
  if ('why' in variance) return { se: null, low: null, high: null, why: variance.why };
  const { se, df } = variance;
  const { auc } = part;
  if (isPerfect(auc)) {
    const bound = boundOfPerfect(variance.members);
    const ends = auc > 0.5 ? { low: 1 - bound, high: 1 } : { low: 0, high: bound };
    return { se, ...ends, why: PERFECT };
  }
  if (se === 0) return { se, low: auc, high: auc, why: NO_VARIANCE };
  const centre = Math.log(auc / (1 - auc));
  const reach = (studentQuantile(0.05, df) * Math.sqrt(variance.moderated)) / (auc * (1 - auc));
  return { se, low: expit(centre - reach), high: expit(centre + reach), why: null };
}

const PERFECT = 'The scores separate all items, so the interval is one-sided, from a model of the variance.';
const NO_VARIANCE = 'The variance estimate is zero, so the interval is a point and says nothing about sampling.';

/** A mean of ones may miss 1 by rounding. */
export function isPerfect(auc: number): boolean {
  return auc < 1e-12 || auc > 1 - 1e-12;
}

interface ModeratedVariance {
  se: number;
  /** w of {@link intervalOf}. */
  moderated: number;
  /** f + 15. */
  df: number;
  /** Items, or patients, with a positive and with a negative. */
  members: readonly [positives: number, negatives: number];
}

function moderatedVariance(part: Placements, clusters: Clusters | null): ModeratedVariance | { why: string } {
  const parts = varianceParts(part, part, clusters);
  if (parts === null) {
    const unit =
      clusters === null ? 'positive and two negative items' : 'patients with a positive and two with a negative item';
    return { why: `Interval not estimable: it needs at least two ${unit}.` };
  }
  const { ofPositives, ofNegatives, ofBoth, members } = parts;
  const variance = ofPositives + ofNegatives + ofBoth;
  if (variance < 0) return { why: 'Interval not estimable: the clustered variance estimate is negative.' };
  const [m, n] = [part.positives.length, part.negatives.length];
  const model = modelVariance(part.auc, m, n) * designEffect(part, clusters, variance);
  const spread = ofPositives + ofNegatives;
  const df =
    spread === 0
      ? Math.min(...members) - 1
      : spread ** 2 / (ofPositives ** 2 / (members[0] - 1) + ofNegatives ** 2 / (members[1] - 1));
  const moderated = (df * variance + MODEL_DF * model) / (df + MODEL_DF);
  return { se: Math.sqrt(variance), moderated, df: df + MODEL_DF, members };
}

/** How many times larger the clustered variance is than that of as many independent items; at least 1. */
function designEffect(part: Placements, clusters: Clusters | null, variance: number): number {
  const plain = clusters === null ? null : varianceParts(part, part, null);
  const independent = plain === null ? 0 : plain.ofPositives + plain.ofNegatives;
  return independent > 0 ? Math.max(1, variance / independent) : 1;
}

/**
 * Variance of an AUC of A from m positives and n negatives, from the AUC alone: Newcombe's method 5 (Statistics in Medicine
 * 2006;25:559-573), Hanley and McNeil's of 1982 with both classes' number replaced by their mean N:
 *   A (1 - A) (1 + (N - 1) ((1 - A)/(2 - A) + A/(1 + A)))/(m n)
 */
function modelVariance(auc: number, m: number, n: number): number {
  const mean = (m + n) / 2;
  return (auc * (1 - auc) * (1 + (mean - 1) * ((1 - auc) / (2 - auc) + auc / (1 + auc)))) / (m * n);
}

/** The distance from 1 at which an AUC would have to lie for a perfect one to be 1.96 of the model's standard errors away. */
function boundOfPerfect([m, n]: readonly [number, number]): number {
  let [near, far] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const distance = (near + far) / 2;
    if (distance > Z95 * Math.sqrt(modelVariance(1 - distance, m, n))) far = distance;
    else near = distance;
  }
  return far;
}

/**
 * Interval of a difference A - B on the same items from the intervals of both, which need not be symmetric (MOVER; Zou and Donner,
 * Statistics in Medicine 2008;27:1693-1702; Newcombe's square-and-add). `seDifference`: the paired one, which tells the correlation.
 */
export function differenceInterval(
  a: { auc: number; interval: AucInterval },
  b: { auc: number; interval: AucInterval },
  seDifference: number,
): { low: number; high: number } | null {
  if (a.interval.low === null || a.interval.high === null || b.interval.low === null || b.interval.high === null) {
    return null;
  }
  const [seA, seB] = [a.interval.se ?? 0, b.interval.se ?? 0];
  const product = seA * seB;
  const r = product === 0 ? 0 : Math.max(-1, Math.min(1, (seA ** 2 + seB ** 2 - seDifference ** 2) / (2 * product)));
  const join = (x: number, y: number): number => Math.sqrt(Math.max(0, x * x + y * y - 2 * r * x * y));
  const difference = a.auc - b.auc;
  return {
    low: difference - join(a.auc - a.interval.low, b.interval.high - b.auc),
    high: difference + join(a.interval.high - a.auc, b.auc - b.interval.low),
  };
}
