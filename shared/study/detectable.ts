/** What a study can find out, before it starts. A plan by textbook formulas, not a result. Pure. */
import { countOf, formatNumber } from '../words/numbers.ts';

/**
 * Standard error of an AUC (Hanley and McNeil, Radiology 1982;143:29-36), which assumes one image per patient and exponential scores:
 * SE(A) = sqrt((A(1-A) + (m-1)(Q1 - A^2) + (n-1)(Q2 - A^2))/(m n)), Q1 = A/(2-A), Q2 = 2A^2/(1+A), with m positives and n negatives.
 */
export function hanleyMcNeilSe(auc: number, positives: number, negatives: number): number {
  const q1 = auc / (2 - auc);
  const q2 = (2 * auc * auc) / (1 + auc);
  const variance =
    (auc * (1 - auc) + (positives - 1) * (q1 - auc * auc) + (negatives - 1) * (q2 - auc * auc)) /
    (positives * negatives);
  return Math.sqrt(Math.max(0, variance));
}

/** Assumed of the two arms: their AUC, its correlation between them, and its standard deviation over seeds. */
const ASSUMED = { auc: 0.85, correlation: 0.5, seedSd: 0.01 } as const;
/** 1.96 + 0.84: a two-sided test at 5 % that finds the difference in 80 of 100 studies. */
const FACTOR = 2.8;

/** The smallest difference of two arms' AUCs that a study finds in 80 of 100 repetitions. */
export function detectableDifference(counts: { positives: number; negatives: number; seeds: number }): number {
  const { auc, correlation, seedSd } = ASSUMED;
  const patients = hanleyMcNeilSe(auc, counts.positives, counts.negatives) ** 2 * (1 - correlation);
  return FACTOR * Math.sqrt(2 * (patients + seedSd ** 2 / counts.seeds));
}

const FEW_SEEDS = 3;
/** Of a class in a part: an AUC from fewer says little. */
export const FEW_IMAGES = 10;

export interface PlannedPart {
  part: 'validation' | 'test';
  positives: number;
  negatives: number;
}

export interface StudyDesign {
  arms: number;
  seeds: number;
  /** A headline endpoint by name, with its labels in two parts. */
  endpoint: string;
  parts: readonly PlannedPart[];
}

/** The difference that the study can see, in a sentence; null where it compares nothing, or a class is missing. */
export function describeDetectable({ arms, seeds, endpoint, parts }: StudyDesign): string | null {
  const test = parts.find(({ part }) => part === 'test');
  if (arms < 2 || test === undefined || Math.min(test.positives, test.negatives) < 2) return null;
  const difference = formatNumber(detectableDifference({ ...test, seeds }), 2);
  return `With ${countOf(test.positives, 'positive')} and ${countOf(test.negatives, 'negative')} of “${endpoint}” in the test part and ${countOf(seeds, 'seed')}, the study can see a difference of AUCs of about ${difference} or more, if the AUC is about ${ASSUMED.auc}.`;
}

/** What limits a study, one sentence each. */
export function designWarnings({ arms, seeds, endpoint, parts }: StudyDesign): string[] {
  const notes = arms === 1 ? ['The study has one arm, so nothing will be compared.'] : [];
  if (seeds < FEW_SEEDS) {
    notes.push(
      `${seeds === 1 ? 'One seed tells' : 'Two seeds tell'} little about how much repeated trainings differ: take three or more.`,
    );
  }
  for (const { part, positives, negatives } of parts) {
    const [rarest, what] = positives < negatives ? [positives, 'positive'] : [negatives, 'negative'];
    if (rarest >= FEW_IMAGES) continue;
    notes.push(
      rarest === 0
        ? `“${endpoint}” has no ${what} image in the ${part} part, so its AUC is undefined there: import the data again with another split.`
        : `“${endpoint}” has only ${countOf(rarest, `${what} image`)} in the ${part} part: its AUC will be uncertain.`,
    );
  }
  return notes;
}
