/** An arm in words: `CBR-Tiny, transfer(natural)`, with its number of training images unless it takes all. */
import { MODEL_NAMES } from './models.ts';
import type { Arm } from './study.ts';

export function armWords({ model, initLabel, trainSize }: Pick<Arm, 'model' | 'initLabel' | 'trainSize'>): string {
  return `${MODEL_NAMES[model]}, ${initLabel}${trainSize === 'all' ? '' : `, ${trainSize} images`}`;
}
