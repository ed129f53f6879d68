/** What initialisations do about batch norm, in words. */
import type { BnOption } from '../../../../shared/study/models.ts';

/** What mean-var, sampling and shuffled do about batch norm. */
export const BN_WORDS: Record<BnOption, string> = {
  identity: 'Neutral: no scaling, no shift',
  'imagenet-mean-var': 'Drawn with their mean and variance',
  'imagenet-transfer': 'Copied from the pretrained weights',
};
