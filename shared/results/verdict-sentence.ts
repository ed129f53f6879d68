/** The verdict of a study in a sentence, with what limits it. "Cannot tell" is never "no difference". */
import { groupArms } from '../study/arms.ts';
import { countOf, formatCount, formatPEquals, formatRange, formatSigned, wordFor } from '../words/numbers.ts';
import { FEW_CASES, type ArmResult, type StudyResults } from './results.ts';
import { concludedComparisons, type Concluded, type Conclusion } from './conclusion.ts';
import { neededWords } from './needed.ts';
import { BOTH_PERFECT, type JudgedComparison } from './verdict.ts';

export const VERDICT_KINDS = [
  'none',
  'single',
  'models',
  'unknown',
  'difference',
  'equivalent',
  'not worse',
  'open',
] as const;

export interface Verdict {
  /**
   * `equivalent`: no supported difference, and every one shown to be smaller than the declared margin. `not worse`: no arm is worse by the
   * margin. `open`: these data cannot tell. `models`: no two arms differ only in how they start. `unknown`: nothing to judge by.
   */
  kind: (typeof VERDICT_KINDS)[number];
  sentence: string;
  /** The largest difference with its interval, `gabor against random: +0.090 (−0.057 to +0.237)`; null where none is known. */
  largest: string | null;
  /** What it would take to settle an open one; null where nothing can be planned. */
  next: string | null;
  /** What limits the sentence. */
  caveats: string[];
}

/** What a list says of it. */
export const VERDICT_WORDS: Readonly<Record<Verdict['kind'], string>> = {
  ...{ none: '', single: 'One arm: nothing to compare', models: 'Compares models', unknown: 'Not comparable yet' },
  ...{ difference: 'A difference', equivalent: 'No difference that matters', 'not worse': 'None is worse' },
  open: 'Cannot tell',
};

/** The verdict of a study, from its headline comparisons. */
export function verdictOf(results: StudyResults): Verdict {
  const [next, largest] = [null, null];
  if (results.arms.every((arm) => arm.runsFinished === 0)) {
    return { kind: 'none', sentence: 'No run has finished yet.', next, largest, caveats: [] };
  }
  const caveats = caveatsOf(results);
  const noAuc = whyNoAuc(results);
  if (noAuc !== null) return { kind: 'unknown', sentence: noAuc, next, largest, caveats };
  if (results.arms.length < 2) {
    const sentence = 'This study has one arm, so there is nothing to compare it with.';
    return { kind: 'single', sentence, next, largest, caveats: [] };
  }
  const rows = concludedComparisons(results);
  if (rows.length === 0) return { ...withoutComparison(results), next, largest, caveats };
  const tested = rows.filter(({ conclusion }) => conclusion !== 'untested');
  if (tested.length === 0) {
    return {
      kind: 'unknown',
      sentence: untested(results, rows),
      next,
      largest: brief(results, largestOf(rows)),
      caveats,
    };
  }
  const supported = tested.filter(({ supported: stands }) => stands);
  if (supported.length > 0) {
    const sentence = difference(results, supported, tested);
    return { kind: 'difference', sentence, next, largest: brief(results, largestOf(supported)), caveats };
  }
  return { ...withoutDifference(results, rows, tested), largest: brief(results, largestOf(tested)), caveats };
}

/** No difference is supported: small enough, not worse, or open. */
function withoutDifference(
  results: StudyResults,
  rows: readonly Concluded[],
  tested: readonly Concluded[],
): Pick<Verdict, 'kind' | 'sentence' | 'next'> {
  const largest = largestOf(tested);
  const seen = `The largest difference seen: ${describe(results, largest)}.`;
  const delta = results.margin?.declared.delta;
  const all = (...conclusions: Conclusion[]): boolean =>
    rows.every(({ conclusion }) => conclusions.includes(conclusion));
  if (all('equivalent')) {
    const sentence = `The initialisations do equally well, within the declared margin of ${delta} AUC. ${seen}`;
    return { kind: 'equivalent', sentence, next: null };
  }
  if (all('equivalent', 'not worse')) {
    const sentence = `No initialisation is worse than the first by the declared margin of ${delta} AUC. Whether any is better remains open. ${seen}`;
    return { kind: 'not worse', sentence, next: null };
  }
  const sentence = `These data cannot show whether initialisation matters; this is not evidence that it does not. ${seen}`;
  const open = tested.filter(({ conclusion }) => conclusion === 'cannot tell');
  return { kind: 'open', sentence, next: neededWords(results, largestOf(open), rows.length) };
}

function largestOf<T extends JudgedComparison>(list: readonly T[]): T {
  return list.reduce((best, item) => (Math.abs(item.difference) > Math.abs(best.difference) ? item : best));
}

function difference(results: StudyResults, supported: readonly Concluded[], tested: readonly Concluded[]): string {
  const largest = largestOf(supported);
  const small = largest.conclusion.startsWith('slightly')
    ? ` It is smaller than the declared margin of ${results.margin?.declared.delta}, and so too small to matter.`
    : '';
  const rest = supported.length - 1;
  const more = rest > 0 ? ` ${rest} more of ${tested.length} comparisons ${wordFor(rest, 'differs', 'differ')}.` : '';
  return `The data support a difference: ${describe(results, largest)}.${small}${more}`;
}

/** Why no headline endpoint has an AUC, or null where one has. */
function whyNoAuc({ arms, endpoints }: StudyResults): string | null {
  const headlines = endpoints.filter((endpoint) => endpoint.headline);
  const defined = headlines.some(({ positives, negatives }) => positives > 0 && negatives > 0);
  const any = arms.some((arm) => arm.endpoints.some(({ mean }) => mean !== null));
  if (headlines.length === 0 || defined || any) return null;
  const counts = headlines.map(
    ({ name, positives, negatives }) =>
      `${formatCount(positives)} positive and ${formatCount(negatives)} negative images for ${name}`,
  );
  return `No AUC can be computed, because it takes test images of both classes: the test set has ${counts.join('; ')}.`;
}

/** No pair of arms has been compared: because there is none, or because runs have not finished. */
function withoutComparison({ arms, modelComparisons }: StudyResults): Pick<Verdict, 'kind' | 'sentence'> {
  if (groupArms(arms).some((group) => group.arms.length > 1)) {
    return {
      kind: 'unknown',
      sentence: 'The arms cannot be compared yet: that needs a finished run in two arms of one model.',
    };
  }
  const sentence =
    modelComparisons.length > 0
      ? 'This study compares models, each started in one way; whether a smaller one does as well stands below.'
      : 'No two arms of this study differ only in how they start or in their model, so there is nothing to compare.';
  return { kind: 'models', sentence };
}

/** Nothing is known of the variation between seeds. */
function untested(results: StudyResults, judged: readonly JudgedComparison[]): string {
  const seen = describe(results, largestOf(judged));
  if (results.arms.every((arm) => arm.runsTotal === 1)) {
    return `With one seed in each arm these data cannot show whether initialisation matters, because they do not show how much repeated trainings vary. In these trained networks: ${seen}.`;
  }
  if (judged.every(({ whyNoTotal }) => whyNoTotal === BOTH_PERFECT)) return BOTH_PERFECT;
  const why = judged.find(({ whyNoTotal }) => whyNoTotal !== BOTH_PERFECT)?.whyNoTotal ?? '';
  return `The arms cannot be compared yet. ${why.replace(/\.$/, '')}. Seen so far: ${seen}.`;
}

function nameOf(arms: readonly ArmResult[], id: string, withModel: boolean): string {
  const arm = arms.find((candidate) => candidate.armId === id);
  if (!arm) return id;
  const size = arm.trainSize === 'all' ? '' : `, ${formatCount(arm.trainSize)} images`;
  return withModel ? `${arm.initLabel} (${arm.modelName}${size})` : arm.initLabel;
}

/** `gabor against random: +0.066 AUC (95 % interval over patients and seeds −0.170 to +0.302, adjusted p = 0.510)`. */
function describe(results: StudyResults, comparison: JudgedComparison): string {
  const { adjusted, low, high, adjustedP } = comparison;
  const seen = `${pairOf(results, comparison)}: ${formatSigned(comparison.difference)} AUC`;
  if (adjusted !== null) {
    return `${seen} (95 % interval over patients and seeds ${formatRange(adjusted.low, adjusted.high, formatSigned)}, ${formatPEquals(adjustedP)})`;
  }
  return low === null || high === null
    ? seen
    : `${seen} (95 % interval over patients only ${formatRange(low, high, formatSigned)})`;
}

/** `gabor against random: +0.066 (−0.170 to +0.302)`. */
function brief(results: StudyResults, comparison: JudgedComparison): string {
  const { adjusted, difference: seen } = comparison;
  const range = adjusted === null ? '' : ` (${formatRange(adjusted.low, adjusted.high, formatSigned)})`;
  return `${pairOf(results, comparison)}: ${formatSigned(seen)}${range}`;
}

function pairOf(results: StudyResults, comparison: JudgedComparison): string {
  const several = groupArms(results.arms).length > 1;
  const a = nameOf(results.arms, comparison.armA, several);
  const b = nameOf(results.arms, comparison.armB, false);
  const endpoint = results.endpoints.find((candidate) => candidate.id === comparison.endpointId);
  const headlines = results.endpoints.filter((candidate) => candidate.headline).length;
  return `${a} against ${b}${headlines > 1 && endpoint ? ` for ${endpoint.name}` : ''}`;
}

/** At most three. */
function caveatsOf(results: StudyResults): string[] {
  const caveats: string[] = [];
  const open = results.arms.reduce((sum, arm) => sum + arm.runsTotal - arm.runsFinished, 0);
  const fewSeeds = Math.min(...results.arms.map((arm) => arm.runsFinished)) < 5;
  const ofRuns = [
    ...(open > 0 ? [`${countOf(open, 'run has', 'runs have')} not finished.`] : []),
    ...(fewSeeds
      ? ['With fewer than five seeds in an arm, only large differences can be distinguished from chance.']
      : []),
  ];
  if (ofRuns.length > 0) caveats.push(ofRuns.join(' '));
  const few = results.endpoints.filter(
    ({ headline, positives, negatives }) =>
      headline && Math.min(positives, negatives) > 0 && Math.min(positives, negatives) < FEW_CASES,
  );
  if (few.length > 0) {
    const counts = few.map(
      ({ name, positives, negatives }) =>
        `${formatCount(positives)} positive and ${formatCount(negatives)} negative for ${name}`,
    );
    caveats.push(
      `The test set has few images of a class (${counts.join('; ')}): intervals are wide and themselves uncertain.`,
    );
  }
  if (results.synthetic) caveats.push('The images are synthetic: this says nothing about patients.');
  return caveats;
}
