/** Whether one person, or one picture, may be on two sides of a split: the one sentence for screens, reports and the command line. */
import { countOf, wordFor } from '../words/numbers.ts';
import type { DatasetDetail } from './dataset.ts';

export type LeakageFacts = Pick<
  DatasetDetail,
  'patientDisjoint' | 'patientIdKnown' | 'picturesCompared' | 'problemCounts'
>;

export interface Leakage {
  /** `none` only where it was proved: patients known for all images, none in two parts, and pictures compared. */
  state: 'none' | 'not-proved' | 'found';
  /** Begins with `None:`, `Not proved:` or `Found:`. */
  sentence: string;
}

export function describeLeakage(dataset: LeakageFacts): Leakage {
  if (!dataset.patientDisjoint) {
    return {
      state: 'found',
      sentence: 'Found: some patients are in more than one part, so AUCs on test images are too high.',
    };
  }
  const doubts = doubtsOf(dataset);
  if (doubts.length > 0) return { state: 'not-proved', sentence: `Not proved: ${doubts.join('; ')}.` };
  return {
    state: 'none',
    sentence: `None: every patient is in exactly one part (counted anew from the stored rows), and no picture was found in two, whether copied or saved anew${declaredDifferent(dataset)}.`,
  };
}

function declaredDifferent({ problemCounts }: LeakageFacts): string {
  const pairs = problemCounts['different-pictures'] ?? 0;
  return pairs === 0
    ? ''
    : ` (a reader declared ${countOf(pairs, 'pair')} that ${wordFor(pairs, 'looks', 'look')} the same different)`;
}

/** What could not be proved, as parts of a sentence. */
export function doubtsOf({ patientIdKnown, picturesCompared, problemCounts }: LeakageFacts): string[] {
  const has = (kind: keyof typeof problemCounts): boolean => (problemCounts[kind] ?? 0) > 0;
  return [
    ...(!patientIdKnown
      ? ['it is not known of every image whose it is, and one person may have images in several parts']
      : []),
    ...(has('guessed-patients') ? ['patients were guessed from names, which nobody has confirmed'] : []),
    ...(has('exams-for-patients')
      ? ['studies or exams were kept together, and one person may have several in several parts']
      : []),
    ...(has('doubtful-patients')
      ? ['some identifiers contradict each other, or may be two spellings of one patient']
      : []),
    ...(has('alike-pictures') ? ['some pictures of many patients look the same and were not joined'] : []),
    ...(!picturesCompared ? ['only pictures with the same bytes were joined, not those that were saved anew'] : []),
  ];
}
