/**
 * Operating points as they are used: a threshold is chosen on validation images only, then frozen and applied to the test images.
 * An item is called positive at score >= threshold; candidates are the distinct validation scores and +infinity.
 */
import { AppError } from '../../../shared/system/errors.ts';
import { thresholdCounts } from './curves.ts';
import { whyUndefined, type BinaryLabels } from './labels.ts';
import { meetsTarget } from './operating-points.ts';

export type ThresholdRule =
  /** Largest sensitivity + specificity - 1. */
  | { kind: 'youden' }
  /** Of the thresholds with sensitivity >= atLeast, the largest specificity. */
  | { kind: 'sensitivity'; atLeast: number }
  /** Of the thresholds with specificity >= atLeast, the largest sensitivity. */
  | { kind: 'specificity'; atLeast: number };

export type ChosenThreshold =
  | {
      defined: true;
      rule: ThresholdRule;
      /** Null: +infinity, nothing is called positive. */
      threshold: number | null;
      /** On the validation images, for which it was chosen; optimistic by that. */
      validation: { sensitivity: number; specificity: number; positives: number; negatives: number };
    }
  | { defined: false; rule: ThresholdRule; why: string };

/** `youden`, `sensitivity:0.9`, `specificity:0.95`. @throws AppError 'bad-input' on anything else. */
export function parseThresholdRule(text: string): ThresholdRule {
  if (text === 'youden') return { kind: 'youden' };
  const [kind, value] = text.split(':');
  const atLeast = value === undefined || value.trim() === '' ? NaN : Number(value);
  if ((kind === 'sensitivity' || kind === 'specificity') && atLeast > 0 && atLeast <= 1) return { kind, atLeast };
  throw new AppError('bad-input', `Expected youden, sensitivity:S or specificity:S with S in (0, 1], got "${text}".`, {
    action: 'For example sensitivity:0.9.',
  });
}

export function describeThresholdRule(rule: ThresholdRule): string {
  return rule.kind === 'youden' ? 'largest Youden index' : `${rule.kind} of at least ${rule.atLeast}`;
}

/** What the rule makes of a threshold: the largest is chosen; -Infinity where the target is missed. */
export function worthOf(
  rule: ThresholdRule,
  { tp, fp, positives, negatives }: { tp: number; fp: number; positives: number; negatives: number },
): number {
  if (rule.kind === 'youden') return tp * negatives - fp * positives;
  if (rule.kind === 'sensitivity') return meetsTarget(tp, positives, rule.atLeast) ? -fp : -Infinity;
  return meetsTarget(negatives - fp, negatives, rule.atLeast) ? tp : -Infinity;
}

/**
 * Among thresholds that are equally good by the rule, the highest (fewest items called positive). Whether a target is met is decided on
 * whole counts. Undefined where the validation images lack a class.
 */
export function chooseThreshold(labels: BinaryLabels, scores: ArrayLike<number>, rule: ThresholdRule): ChosenThreshold {
  const counts = thresholdCounts(labels, scores);
  const { positives, negatives } = counts;
  const missing = whyUndefined(counts);
  if (missing !== null) return { defined: false, rule, why: `No threshold can be chosen on validation. ${missing}` };
  // Candidate -1 is +infinity.
  const tpAt = (k: number): number => (k < 0 ? 0 : (counts.truePositives[k] as number));
  const fpAt = (k: number): number => (k < 0 ? 0 : (counts.falsePositives[k] as number));
  const worth = (k: number): number => worthOf(rule, { tp: tpAt(k), fp: fpAt(k), positives, negatives });
  let best = -1;
  for (let k = 0; k < counts.thresholds.length; k++) if (worth(k) > worth(best)) best = k;
  return {
    defined: true,
    rule,
    threshold: best < 0 ? null : (counts.thresholds[best] as number),
    validation: {
      sensitivity: tpAt(best) / positives,
      specificity: (negatives - fpAt(best)) / negatives,
      positives,
      negatives,
    },
  };
}
