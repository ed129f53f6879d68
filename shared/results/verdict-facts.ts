/**
 * The paper's question, asked of a study's own data, in parts: does the way to start change the AUC, does it save steps, does a small
 * model do, and do the trained networks differ inside? Each part has an answer in words with its
 * numbers; `open` means that these data cannot tell.
 */
import { DASH, countOf, formatCount, formatNumber, formatPEquals, formatRange, formatRatio } from '../words/numbers.ts';
import type { ArmResult, StudyResults } from './results.ts';
import { besideBaseline, type StudySimilarity } from '../similarity/similarity.ts';
import { ratioText } from './steps-ratio.ts';
import { CONCLUSIONS, concludedComparisons, type Conclusion } from './conclusion.ts';
import { holmAdjust, SUPPORT_LEVEL } from './verdict.ts';

export type AnswerTone = 'yes' | 'no' | 'open';

export interface VerdictAnswer {
  tone: AnswerTone;
  text: string;
}

export interface VerdictFact {
  id: 'difference' | 'steps' | 'size' | 'similarity';
  question: string;
  /** At least one. */
  answers: VerdictAnswer[];
  /** What limits all of them. */
  note: string | null;
}

export const TONE_WORDS: Record<AnswerTone, string> = { yes: 'Yes', no: 'No', open: 'These data cannot tell' };

/** Empty before two arms have finished runs to compare. */
export function verdictFacts(results: StudyResults, similarity: StudySimilarity | null = null): VerdictFact[] {
  const facts: VerdictFact[] = [
    {
      ...{ id: 'difference', question: 'Does initialisation change the AUC?', note: marginNote(results) },
      answers: differenceAnswers(results),
    },
    { id: 'steps', question: 'Does it take fewer steps?', answers: stepsAnswers(results), note: stepsNote(results) },
    { id: 'size', question: 'Does a smaller model do as well?', answers: sizeAnswers(results), note: null },
    {
      ...{ id: 'similarity', question: 'Do trained networks differ inside by initialisation?', note: null },
      answers: similarityAnswers(results, similarity),
    },
  ];
  return facts.filter((fact) => fact.answers.length > 0);
}

/** 'No' takes a margin: without one, nothing is too small to matter. */
const DIFFERENCE_TONES: Readonly<Record<Conclusion, AnswerTone>> = {
  ...{ better: 'yes', 'slightly better': 'yes', worse: 'yes', 'clearly worse': 'yes', 'slightly worse': 'yes' },
  ...{ equivalent: 'no', 'not worse': 'open', 'cannot tell': 'open', untested: 'open' },
};

function differenceAnswers(results: StudyResults): VerdictAnswer[] {
  return concludedComparisons(results).map((row): VerdictAnswer => ({
    tone: DIFFERENCE_TONES[row.conclusion],
    text: `${pairName(results, row)}: ${row.words}.`,
  }));
}

function marginNote({ margin }: StudyResults): string | null {
  return margin === null
    ? 'No margin was declared before the test images were scored, so no difference can be called too small to matter.'
    : null;
}

/** Steps of every arm against its reference. The exact rank test, adjusted by Holm over all of them, decides; the ratio says how much. */
function stepsAnswers(results: StudyResults): VerdictAnswer[] {
  const rows = results.arms.flatMap((arm) =>
    arm.stepsRatio?.test == null ? [] : [{ arm, ratio: arm.stepsRatio, test: arm.stepsRatio.test }],
  );
  const adjusted = holmAdjust(rows.map(({ test }) => test.p));
  return rows.map(({ arm, ratio, test }, index): VerdictAnswer => {
    const p = adjusted[index] as number;
    const decided = p < SUPPORT_LEVEL;
    const name = pairName(results, { armA: arm.armId, armB: ratio.against, endpointId: null });
    const reference = armOf(results, ratio.against);
    const range = formatRange(ratio.low, ratio.high, formatRatio);
    const times = ratioText({ ...ratio, low: null, high: null });
    const size =
      times === DASH
        ? 'no median is known'
        : `${times} times the steps${range === DASH ? '' : ` (95 % interval over seeds ${range})`}`;
    const medians = `median ${medianWords(arm)} against ${reference === undefined ? '–' : medianWords(reference)}`;
    const tested = rows.length > 1 ? 'exact rank test, adjusted' : 'exact rank test,';
    return {
      tone: !decided ? 'open' : test.fewer ? 'yes' : 'no',
      text: `${name}: ${size}; ${medians} to a validation AUC of ${results.thresholdAuc} (${tested} ${formatPEquals(p)}).`,
    };
  });
}

/** `240`, or `not reached (1 of 3 runs did)`. */
function medianWords({ stepsToThreshold, medianStepsToThreshold: median }: ArmResult): string {
  if (median !== null) return formatCount(median);
  const reached = stepsToThreshold.filter(({ steps }) => steps !== null).length;
  return `not reached (${reached} of ${countOf(stepsToThreshold.length, 'run')} did)`;
}

/** Where there are too few runs for any answer, which is that of the data and not of the arms. */
function stepsNote({ arms }: StudyResults): string | null {
  const tests = arms.flatMap(({ stepsRatio }) => stepsRatio?.test ?? []);
  const least = Math.min(...tests.map((test) => test.least));
  // Holm's first step multiplies the smallest p-value by the number of tests.
  const best = Math.min(1, least * tests.length);
  if (tests.length === 0 || best < SUPPORT_LEVEL) return null;
  const family = tests.length > 1 ? `, adjusted for ${tests.length} comparisons,` : '';
  return `With so few runs no answer is possible: even if every run of one arm came before every run of the other, the exact test${family} would give ${formatPEquals(best)}.`;
}

/** Superiority needs no margin; that a smaller model is not worse needs one. */
function sizeAnswers(results: StudyResults): VerdictAnswer[] {
  return concludedComparisons(results, 'modelComparisons').map((row): VerdictAnswer => {
    const [a, b] = [armOf(results, row.armA), armOf(results, row.armB)];
    const times = formatRatio((b?.parameters ?? NaN) / (a?.parameters ?? NaN));
    const name = modelPairName(results, row);
    return { tone: CONCLUSIONS[row.conclusion], text: `${name}, ${times} times fewer parameters: ${row.words}.` };
  });
}

/**
 * Two arms' trained networks against each other, beside random runs against each other, in the two topmost stages. A difference
 * counts by {@link besideBaseline}.
 */
function similarityAnswers(results: StudyResults, similarity: StudySimilarity | null): VerdictAnswer[] {
  return (similarity?.inits ?? []).flatMap((row): VerdictAnswer[] => {
    const { baseline, top } = row;
    if (baseline === null || ![row.armA, row.armB].includes(baseline.armId)) return [];
    const other = row.armA === baseline.armId ? row.armB : row.armA;
    const name = pairName(results, { armA: other, armB: baseline.armId, endpointId: null });
    const place = besideBaseline(top, baseline.top);
    const tone: AnswerTone = place === 'below' ? 'yes' : place === 'above' ? 'no' : 'open';
    const numbers = `similarity ${formatNumber(top.mean)} in the topmost layers, ${formatNumber(baseline.top.mean)} between runs from random weights`;
    return [{ tone, text: `${name}: ${numbers}${PLACE_WORDS[place]}.` }];
  });
}

const PLACE_WORDS: Readonly<Record<ReturnType<typeof besideBaseline>, string>> = {
  below: '; they differ by more than pairs of runs vary',
  above: '; they are more alike, by more than pairs of runs vary',
  within: '; that is within the variation between pairs of runs',
  unknown: '; one pair of random runs cannot show whether that is more than chance',
};

function armOf(results: StudyResults, armId: string): ArmResult | undefined {
  return results.arms.find((arm) => arm.armId === armId);
}

interface Pair {
  armA: string;
  armB: string;
  /** Null: of no endpoint. */
  endpointId: string | null;
}

/** `gabor against random`, with model, size and endpoint where the study has several. */
function pairName(results: StudyResults, pair: Pair): string {
  const [a, b] = [armOf(results, pair.armA), armOf(results, pair.armB)];
  const several = new Set(results.arms.map((arm) => arm.modelName)).size > 1;
  const place = [...(several && a ? [a.modelName] : []), ...sizeOf(a)].join(', ');
  return `${a?.initLabel ?? pair.armA} against ${b?.initLabel ?? pair.armB}${place === '' ? '' : ` (${place})`}${ofEndpoint(results, pair)}`;
}

/** `CBR-Tiny against ResNet-50 (random)`. */
function modelPairName(results: StudyResults, pair: Pair): string {
  const [a, b] = [armOf(results, pair.armA), armOf(results, pair.armB)];
  const start = [a?.initLabel ?? '', ...sizeOf(a)].join(', ');
  return `${a?.modelName ?? pair.armA} against ${b?.modelName ?? pair.armB} (${start})${ofEndpoint(results, pair)}`;
}

function sizeOf(arm: ArmResult | undefined): string[] {
  return arm === undefined || arm.trainSize === 'all' ? [] : [`${formatCount(arm.trainSize)} images`];
}

function ofEndpoint(results: StudyResults, { endpointId }: Pair): string {
  const headlines = results.endpoints.filter((endpoint) => endpoint.headline);
  const endpoint = headlines.find((candidate) => candidate.id === endpointId);
  return headlines.length > 1 && endpoint ? `, ${endpoint.name}` : '';
}
