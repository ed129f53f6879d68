/** Binary labels: checked once at the border of every statistic. */
import { AppError } from '../../../shared/system/errors.ts';

/** 0 (negative) or 1 (positive) per item. */
export type BinaryLabels = ArrayLike<number>;

export interface ClassCounts {
  positives: number;
  negatives: number;
}

/**
 * Counts both classes.
 * @throws AppError 'bad-input' where a label is neither 0 nor 1, or where labels and scores differ in number.
 */
export function countClasses(labels: BinaryLabels, scores: ArrayLike<number>): ClassCounts {
  if (labels.length !== scores.length) {
    throw new AppError(
      'bad-input',
      `Expected one score per label, got ${scores.length} scores for ${labels.length} labels.`,
    );
  }
  let positives = 0;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (label !== 0 && label !== 1) {
      throw new AppError('bad-input', `Expected labels 0 or 1, got ${String(label)} in position ${i + 1}.`, {
        action: 'Leave out items whose label is unknown before computing a statistic.',
      });
    }
    positives += label;
  }
  return { positives, negatives: labels.length - positives };
}

/** Why rank statistics are undefined for these counts, or null where they are defined. */
export function whyUndefined({ positives, negatives }: ClassCounts): string | null {
  if (positives === 0 && negatives === 0) return 'Undefined: there is no labelled item.';
  if (positives === 0) return 'Undefined: there is no positive item.';
  if (negatives === 0) return 'Undefined: there is no negative item.';
  return null;
}
