/** Arms in words. */
import { MODEL_NAMES, type BnOption, type ModelId } from '../../../shared/study/models.ts';
import type { TrainSize } from '../../../shared/study/study.ts';
import { formatCount } from '../../../shared/words/numbers.ts';

/** What mean-var, sampling and shuffled do about batch norm. */
export const BN_WORDS: Record<BnOption, string> = {
  identity: 'Neutral: no scaling, no shift',
  'imagenet-mean-var': 'Drawn with their mean and variance',
  'imagenet-transfer': 'Copied from the pretrained weights',
};

export function modelName(id: string): string {
  return MODEL_NAMES[id as ModelId] ?? id;
}

export function describeTrainSize(size: TrainSize): string {
  return size === 'all' ? 'all' : formatCount(size);
}

/** `cbr-tiny/transfer(natural)/all` reads as `CBR-Tiny, transfer(natural)`; a training size is named unless it is all. */
export function describeArmId(armId: string): string {
  const [model = '', ...rest] = armId.split('/');
  const size = rest.pop() ?? 'all';
  const init = rest.join('/');
  return `${modelName(model)}, ${init}${size === 'all' ? '' : `, ${size} images`}`;
}
