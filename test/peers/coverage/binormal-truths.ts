/** What the numbers of a study are in truth where scores are binormal and the model is calibrated. */
import { expit, normalCdf, normalQuantile } from '../../../main/analysis/statistics/distributions.ts';

export type Truths = Record<string, number>;

/** Threshold probabilities of the decision curve. */
export const RANGE = { from: 0.1, to: 0.3 };
/** Standard deviation of the separation over seeds. */
export const SEED_SD = 0.2;

/** Expected numbers of a run that separates by `shift` where its probabilities are made for `model`; called positive above `cut`. */
export function truthsOf(shift: number, model: number, prevalence: number): Truths {
  const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  const p = probabilityOf(model, prevalence);
  let [brier, averagePrecision] = [0, 0];
  for (let x = -7; x < 12; x += 0.01) {
    const [ofPositive, ofNegative] = [density(x - shift) * prevalence, density(x) * (1 - prevalence)];
    brier += 0.01 * (ofPositive * (1 - p(x)) ** 2 + ofNegative * p(x) ** 2);
    const [tp, fp] = [prevalence * normalCdf(shift - x), (1 - prevalence) * normalCdf(-x)];
    averagePrecision += 0.01 * density(x - shift) * (tp / (tp + fp || 1));
  }
  const benefit = (at: number): number => {
    const x = (logit(at) - logit(prevalence) + model ** 2 / 2) / model;
    return prevalence * normalCdf(shift - x) - ((1 - prevalence) * normalCdf(-x) * at) / (1 - at);
  };
  const scaledBrier = 1 - brier / (prevalence * (1 - prevalence));
  const numbers = { averagePrecision, brier, scaledBrier, intercept: 0, slope: shift / model };
  const netBenefits = { 'net benefit at 0.1': benefit(RANGE.from), 'net benefit at 0.3': benefit(RANGE.to) };
  return {
    ...{
      AUC: normalCdf(shift / Math.SQRT2),
      'AUC, difference of arms': 0,
      'AUC in a subgroup': normalCdf(shift / Math.SQRT2),
    },
    ...{ 'AUC, subgroup and rest': 0, 'AUC, difference of differences': 0 },
    ...{ ...ratesOf(shift, model / 2, prevalence), ...numbers, ...netBenefits },
  };
}

function ratesOf(shift: number, cut: number, prevalence: number): Truths {
  const [sensitivity, specificity] = [normalCdf(shift - cut), normalCdf(cut)];
  const [hits, misses] = [prevalence * sensitivity, prevalence * (1 - sensitivity)];
  const [rejected, falseCalls] = [(1 - prevalence) * specificity, (1 - prevalence) * (1 - specificity)];
  const lr = { lrPositive: sensitivity / (1 - specificity), lrNegative: (1 - sensitivity) / specificity };
  return { sensitivity, specificity, ppv: hits / (hits + falseCalls), npv: rejected / (rejected + misses), ...lr };
}

const logit = (p: number): number => Math.log(p / (1 - p));
export const probabilityOf = (model: number, prevalence: number) => (x: number) =>
  expit(logit(prevalence) + model * x - model ** 2 / 2);

/** The mean over seeds whose separation is normal about the model's. */
export function meanTruths(model: number, prevalence: number): Truths {
  const nodes = Array.from({ length: 17 }, (_, i) => (i - 8) / 2);
  const weights = nodes.map((z) => Math.exp((-z * z) / 2));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const found = nodes.map((z) => truthsOf(model + SEED_SD * z, model, prevalence));
  return Object.fromEntries(
    Object.keys(found[0] as Truths).map((name) => [
      name,
      found.reduce((sum, truths, i) => sum + ((weights[i] as number) / total) * (truths[name] as number), 0),
    ]),
  );
}

/** Of thresholds as each rule finds them in the population. */
export function truthsOfRules(model: number): Truths {
  const cuts = {
    youden: model / 2,
    'sensitivity:0.9': model - normalQuantile(0.9),
    'specificity:0.9': normalQuantile(0.9),
  };
  return Object.fromEntries(
    Object.entries(cuts).flatMap(([rule, cut]) =>
      ['', ' (frozen)'].flatMap((end) => [
        [`sensitivity by ${rule}${end}`, normalCdf(model - cut)],
        [`specificity by ${rule}${end}`, normalCdf(cut)],
      ]),
    ),
  );
}
