/** What a frozen threshold does on test images: counts, rates and their intervals. */
import { scoreInterval, type Bounds } from '../bootstrap/interval.ts';
import type { BootstrapDraws } from '../bootstrap/job.ts';
import { sumByPatient } from '../bootstrap/patient-sums.ts';
import { patientsOfClasses, type BootstrapPlan, type RankedInput } from '../bootstrap/plan.ts';
import { undefinedEstimate, type Estimate } from './estimate.ts';
import { countClasses, type BinaryLabels } from './labels.ts';
import { Z95 } from './normal.ts';
import { wilson } from './proportions.ts';
import type { ThresholdRule } from './thresholds.ts';

export interface Confusion {
  tp: number;
  fp: number;
  tn: number;
  fn: number;
}

/** Counts at score >= threshold; null is +infinity. */
export function confusionAt(labels: BinaryLabels, scores: ArrayLike<number>, threshold: number | null): Confusion {
  countClasses(labels, scores);
  const counts = { tp: 0, fp: 0, tn: 0, fn: 0 };
  for (let i = 0; i < labels.length; i++) counts[cellOf(labels[i] as number, scores[i] as number, threshold)]++;
  return counts;
}

const CELLS = ['tp', 'fp', 'tn', 'fn'] as const;

function cellOf(label: number, score: number, threshold: number | null): (typeof CELLS)[number] {
  const called = threshold !== null && score >= threshold;
  return label === 1 ? (called ? 'tp' : 'fn') : called ? 'fp' : 'tn';
}

export interface ConfusionRates {
  counts: Confusion;
  /** `wilson`: independent items. `cluster-bootstrap`: patients were drawn with all their images. */
  intervalKind: 'wilson' | 'cluster-bootstrap';
  sensitivity: Estimate;
  specificity: Estimate;
  /** Predictive values at the prevalence of these items. */
  ppv: Estimate;
  npv: Estimate;
  /** sensitivity/(1 - specificity) and (1 - sensitivity)/specificity. */
  lrPositive: Estimate;
  lrNegative: Estimate;
  /** Predictive values by Bayes' rule at a prevalence that the user names. */
  atPrevalence: { prevalence: number; ppv: Estimate; npv: Estimate } | null;
}

/**
 * Rates of independent items (one image per patient). Sensitivity, specificity, PPV and NPV with Wilson's interval. Likelihood
 * ratios with the log interval of Simel et al. (J Clin Epidemiol 1991;44:763-770):
 *   exp(ln LR+ +- z sqrt(1/tp - 1/(tp+fn) + 1/fp - 1/(fp+tn))), LR- likewise with fn and tn
 * which is not estimable with an empty cell. At a user's prevalence pi: PPV = pi LR+/(pi LR+ + 1 - pi), NPV =
 * (1 - pi)/(1 - pi + pi LR-); as they are monotone in the ratios, their interval is that of the ratio, transformed.
 */
export function confusionRates(counts: Confusion, prevalence: number | null = null): ConfusionRates {
  const { tp, fp, tn, fn } = counts;
  const lrPositive = ratioEstimate({
    hit: tp,
    hitTotal: tp + fn,
    miss: fp,
    missTotal: fp + tn,
    zero: 'false positive',
  });
  const lrNegative = ratioEstimate({ hit: fn, hitTotal: tp + fn, miss: tn, missTotal: fp + tn, zero: 'true negative' });
  return {
    counts,
    intervalKind: 'wilson',
    sensitivity: wilson(tp, tp + fn, 'positive item'),
    specificity: wilson(tn, fp + tn, 'negative item'),
    ppv: wilson(tp, tp + fp, 'item called positive'),
    npv: wilson(tn, tn + fn, 'item called negative'),
    lrPositive,
    lrNegative,
    atPrevalence: prevalence === null ? null : predictiveValuesAt({ counts, prevalence, lrPositive, lrNegative }),
  };
}

function predictiveValuesAt(params: {
  counts: Confusion;
  prevalence: number;
  lrPositive: Estimate;
  lrNegative: Estimate;
}): ConfusionRates['atPrevalence'] {
  const { counts, prevalence, lrPositive, lrNegative } = params;
  checkPrevalence(prevalence);
  const { ppvAt, npvAt } = rateValues(counts, prevalence);
  const from = (value: number, ratio: Estimate, change: (lr: number) => number): Estimate => {
    // The ratio may be infinite where the predictive value is 1 (or 0): the value exists, its interval does not.
    if (Number.isNaN(value)) return undefinedEstimate(ratio.why ?? 'Undefined.');
    if (ratio.low === null || ratio.high === null) {
      return { value, low: null, high: null, why: 'Interval not estimable: a cell of the table is empty.' };
    }
    const [one, other] = [change(ratio.low), change(ratio.high)];
    return { value, low: Math.min(one, other), high: Math.max(one, other), why: null };
  };
  return {
    prevalence,
    ppv: from(ppvAt, lrPositive, (lr) => ppvOf(lr, prevalence)),
    npv: from(npvAt, lrNegative, (lr) => npvOf(lr, prevalence)),
  };
}

function checkPrevalence(prevalence: number): number {
  if (prevalence > 0 && prevalence < 1) return prevalence;
  throw new RangeError(`Expected a prevalence between 0 and 1, got ${prevalence}.`);
}

const ppvOf = (lr: number, prevalence: number): number =>
  lr === Infinity ? 1 : (prevalence * lr) / (prevalence * lr + 1 - prevalence);
const npvOf = (lr: number, prevalence: number): number =>
  lr === Infinity ? 0 : (1 - prevalence) / (1 - prevalence + prevalence * lr);

function ratioEstimate(p: { hit: number; hitTotal: number; miss: number; missTotal: number; zero: string }): Estimate {
  if (p.hitTotal === 0) return undefinedEstimate('Undefined: there is no positive item.');
  if (p.missTotal === 0) return undefinedEstimate('Undefined: there is no negative item.');
  if (p.miss === 0) {
    return undefinedEstimate(`${p.hit === 0 ? 'Undefined (0/0)' : 'Infinite'}: there is no ${p.zero}.`);
  }
  const value = p.hit / p.hitTotal / (p.miss / p.missTotal);
  if (p.hit === 0)
    return { value, low: null, high: null, why: 'Interval not estimable: a cell of the table is empty.' };
  if (p.hit === p.hitTotal && p.miss === p.missTotal) {
    const why =
      'All items are called alike: the ratio is 1 by construction, and its interval, a point, says nothing about sampling.';
    return { value, low: value, high: value, why };
  }
  const reach = Z95 * Math.sqrt(1 / p.hit - 1 / p.hitTotal + 1 / p.miss - 1 / p.missTotal);
  return { value, low: value * Math.exp(-reach), high: value * Math.exp(reach), why: null };
}

export type DrawnRateName =
  'sensitivity' | 'specificity' | 'ppv' | 'npv' | 'lrPositive' | 'lrNegative' | 'ppvAt' | 'npvAt';

/** All rates as plain numbers: NaN for 0/0, Infinity for a ratio over 0. */
function rateValues({ tp, fp, tn, fn }: Confusion, prevalence: number | null): Record<DrawnRateName, number> {
  const sensitivity = tp / (tp + fn);
  const specificity = tn / (fp + tn);
  const lrPositive = sensitivity / (fp / (fp + tn));
  const lrNegative = fn / (tp + fn) / specificity;
  return {
    sensitivity,
    specificity,
    ppv: tp / (tp + fp),
    npv: tn / (tn + fn),
    lrPositive,
    lrNegative,
    ppvAt: prevalence === null ? NaN : ppvOf(lrPositive, prevalence),
    npvAt: prevalence === null ? NaN : npvOf(lrNegative, prevalence),
  };
}

interface ConfusionInput {
  labels: ArrayLike<number | null>;
  scores: ArrayLike<number>;
  threshold: number | null;
  prevalence?: number | null;
  keep?: (item: number) => boolean;
  /** Draws choose the threshold anew on these validation items of the plan. */
  chosenAnew?: { rule: ThresholdRule; onValidation: RankedInput } | undefined;
}

/** The same rates with intervals from draws of patients: for several images per patient. Draws in which a rate is 0/0 are skipped. */
export function planConfusionRates(
  plan: BootstrapPlan,
  params: ConfusionInput,
): (draws: BootstrapDraws) => ConfusionRates {
  const read = planConfusionDraws(plan, params);
  return (draws) => read(draws).rates;
}

/** With the rates of every draw: NaN for 0/0, Infinity for a ratio over 0. `plain`: the rates as of independent items. */
export interface DrawnRates {
  rates: ConfusionRates;
  plain: ConfusionRates;
  perDraw: (name: DrawnRateName) => Float64Array;
  bounds: (name: DrawnRateName) => Bounds;
}

export function planConfusionDraws(plan: BootstrapPlan, params: ConfusionInput): (draws: BootstrapDraws) => DrawnRates {
  const { labels, scores, threshold, prevalence = null, keep, chosenAnew } = params;
  if (prevalence !== null) checkPrevalence(prevalence);
  const counts = { tp: 0, fp: 0, tn: 0, fn: 0 };
  const byPatient = sumByPatient(plan.patients, CELLS.length, (item, add) => {
    const label = labels[item];
    if (label === null || label === undefined || (keep !== undefined && !keep(item))) return;
    const cell = cellOf(label, scores[item] as number, threshold);
    counts[cell]++;
    add(CELLS.indexOf(cell), 1);
  });
  const read =
    chosenAnew === undefined
      ? plan.addSums(byPatient, CELLS.length)
      : plan.addChosen(chosenAnew.rule, { onValidation: chosenAnew.onValidation, test: { labels, scores } });
  const plain = confusionRates(counts, prevalence);
  const [negative, positive] = patientsOfClasses(plan.patients, params);
  const bounds = (name: DrawnRateName): Bounds => ({
    lowest: 0,
    highest: name.startsWith('lr') ? Infinity : 1,
    cases: name === 'sensitivity' ? positive : name === 'specificity' ? negative : Math.min(positive, negative),
  });
  const values = rateValues(counts, prevalence);
  return (draws) => {
    const cells = CELLS.map((_, cell) => read(draws, cell));
    const perDraw = Array.from({ length: draws.draws }, (_, draw) => {
      const [tp, fp, tn, fn] = cells.map((cell) => cell[draw] as number) as [number, number, number, number];
      return rateValues({ tp, fp, tn, fn }, prevalence);
    });
    const drawsOf = (name: DrawnRateName): Float64Array => Float64Array.from(perDraw, (rates) => rates[name]);
    const estimate = (name: DrawnRateName, like: Estimate): Estimate => {
      const value = values[name];
      if (!Number.isFinite(value)) return { ...undefinedEstimate(like.why ?? 'Undefined.') };
      return scoreInterval(value, drawsOf(name), bounds(name));
    };
    const rates: ConfusionRates = {
      counts,
      intervalKind: 'cluster-bootstrap',
      sensitivity: estimate('sensitivity', plain.sensitivity),
      specificity: estimate('specificity', plain.specificity),
      ppv: estimate('ppv', plain.ppv),
      npv: estimate('npv', plain.npv),
      lrPositive: estimate('lrPositive', plain.lrPositive),
      lrNegative: estimate('lrNegative', plain.lrNegative),
      atPrevalence:
        plain.atPrevalence === null
          ? null
          : {
              prevalence: plain.atPrevalence.prevalence,
              ppv: estimate('ppvAt', plain.atPrevalence.ppv),
              npv: estimate('npvAt', plain.atPrevalence.npv),
            },
    };
    return { rates, plain, perDraw: drawsOf, bounds };
  };
}
