import path from 'node:path';
import type { Modality } from '../../shared/dataset/dataset.ts';

const FUNDUS =
  /retin|fundus|diabetic|macul|glaucom|drusen|eyepacs|aptos|messidor|idrid|odir|rfmid|referable|\bdr\b|\bdme\b|\bamd\b/;
const CXR =
  /chest|cxr|x-?ray|thora|lung|pneumo|tubercul|covid|cardiomegaly|effusion|atelectasis|consolidation|edema|infiltrat|nodule/;

/** A first guess from names (folder, columns, classes); the user can correct it. */
export function guessModality(names: readonly string[]): Modality {
  const text = names.map((name) => path.basename(name).toLowerCase().replaceAll('_', ' ')).join(' | ');
  if (FUNDUS.test(text)) return 'fundus';
  return CXR.test(text) ? 'cxr' : 'other';
}
