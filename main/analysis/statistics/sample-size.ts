/**
 * How many test patients a study needs, and what a test set of a given size can tell. Standard errors by Hanley and McNeil
 * (Radiology 1982;143:29-36), which assume one image per patient and exponential scores: a plan, not a result.
 */
import { normalCdf, normalQuantile } from './distributions.ts';
import { hanleyMcNeilSe } from '../../../shared/study/detectable.ts';
import { Z95 } from './normal.ts';

export interface PrecisionPlan {
  positives: number;
  negatives: number;
  total: number;
  /** Full width of the 95 % interval that these give, before clipping to [0, 1]. */
  width: number;
}

const MOST_POSITIVES = 1e8;

/**
 * The smallest number of positives, with negatives = round up(positives (1 - pi)/pi), whose 95 % interval (2 x 1.96 SE) is no wider
 * than `width`. `designEffect` multiplies the variance for several images per patient: 1 + (images per patient - 1) x intraclass
 * correlation; counts are then images. Null where it would take more than 1e8 positives.
 * @throws RangeError on values outside their range.
 */
export function itemsForPrecision(params: {
  auc: number;
  width: number;
  prevalence: number;
  designEffect?: number;
}): PrecisionPlan | null {
  const { auc, width, prevalence, designEffect = 1 } = params;
  checkRange('an AUC', auc, 0.5, 1);
  checkRange('a width', width, 0, 1);
  checkRange('a prevalence', prevalence, 0, 1);
  if (!(designEffect >= 1)) throw new RangeError(`Expected a design effect of at least 1, got ${designEffect}.`);
  const negativesFor = (positives: number): number =>
    Math.max(1, Math.ceil((positives * (1 - prevalence)) / prevalence - 1e-9));
  const widthFor = (positives: number): number =>
    2 * Z95 * Math.sqrt(designEffect) * hanleyMcNeilSe(auc, positives, negativesFor(positives));
  let enough = 2;
  while (widthFor(enough) > width) {
    enough *= 2;
    if (enough > MOST_POSITIVES) return null;
  }
  let tooFew = enough === 2 ? 1 : enough / 2;
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    if (widthFor(middle) > width) tooFew = middle;
    else enough = middle;
  }
  const negatives = negativesFor(enough);
  return { positives: enough, negatives, total: enough + negatives, width: widthFor(enough) };
}

/**
 * Power of the two-sided test of one AUC against a null value (0.5: any discrimination):
 *   Phi((|A1 - A0| - z SE(A0))/SE(A1)), z at alpha/2; the other tail is left out.
 */
export function powerOfOneCurve(params: {
  auc: number;
  nullAuc?: number;
  positives: number;
  negatives: number;
  alpha?: number;
}): number {
  const { auc, nullAuc = 0.5, positives, negatives, alpha = 0.05 } = params;
  checkRange('an AUC', auc, 0, 1);
  checkRange('an AUC', nullAuc, 0, 1);
  const z = -normalQuantile(alpha / 2);
  const seNull = hanleyMcNeilSe(nullAuc, positives, negatives);
  const se = hanleyMcNeilSe(auc, positives, negatives);
  return normalCdf((Math.abs(auc - nullAuc) - z * seNull) / se);
}

/**
 * Power of the two-sided test of two AUCs on the same items (Hanley and McNeil, Radiology 1983;148:839-843):
 *   SE(d)^2 = SE1^2 + SE2^2 - 2 r SE1 SE2;  under H0 both AUCs are their mean;  power = Phi((|d| - z SE0)/SE(d))
 * `correlation`: r of the two AUCs (0 for different items; 0.3 to 0.7 is usual for two models on the same images).
 */
export function powerOfTwoCurves(params: {
  aucA: number;
  aucB: number;
  correlation: number;
  positives: number;
  negatives: number;
  alpha?: number;
}): number {
  const { aucA, aucB, correlation, positives, negatives, alpha = 0.05 } = params;
  checkRange('an AUC', aucA, 0, 1);
  checkRange('an AUC', aucB, 0, 1);
  if (!(correlation > -1 && correlation < 1))
    throw new RangeError(`Expected a correlation in (-1, 1), got ${correlation}.`);
  const z = -normalQuantile(alpha / 2);
  const [a, b] = [hanleyMcNeilSe(aucA, positives, negatives), hanleyMcNeilSe(aucB, positives, negatives)];
  const common = hanleyMcNeilSe((aucA + aucB) / 2, positives, negatives);
  const seNull = common * Math.sqrt(2 * (1 - correlation));
  const se = Math.sqrt(a * a + b * b - 2 * correlation * a * b);
  return normalCdf((Math.abs(aucA - aucB) - z * seNull) / se);
}

function checkRange(what: string, value: number, low: number, high: number): void {
  if (value > low && value < high) return;
  throw new RangeError(`Expected ${what} between ${low} and ${high}, got ${value}.`);
}
