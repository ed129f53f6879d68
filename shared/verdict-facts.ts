/**
 * The paper's question, asked of a study's own data, in parts: does the way to start change the AUC, by more than the declared margin,
 * does it save steps, does a small model do, and do the trained networks differ inside? Each part has an answer in words with its
 * numbers; `open` means that these data cannot tell.
 */
import { formatCount } from './format.ts';
import type { MarginComparison } from './margin.ts';
import type { ArmResult, StudyResults } from './results.ts';
import { besideBaseline, type StudySimilarity } from './similarity.ts';
import { stepsRatio } from './steps-ratio.ts';
import { formatDifference, judgeComparisons, totalDifference } from './verdict.ts';

export type AnswerTone = 'yes' | 'no' | 'open';

export interface VerdictAnswer {
  tone: AnswerTone;
  text: string;
}

export interface VerdictFact {
  id: 'difference' | 'margin' | 'steps' | 'size' | 'similarity';
  question: string;
  /** At least one. */
  answers: VerdictAnswer[];
}

export const TONE_WORDS: Record<AnswerTone, string> = { yes: 'Yes', no: 'No', open: 'These data cannot tell' };

/** Empty before two arms have finished runs to compare. */
export function verdictFacts(results: StudyResults, similarity: StudySimilarity | null = null): VerdictFact[] {
  const facts: VerdictFact[] = [
    { id: 'difference', question: 'Does the way to start change the AUC?', answers: differenceAnswers(results) },
    { id: 'margin', question: marginQuestion(results), answers: marginAnswers(results, 'inits') },
    { id: 'steps', question: 'Does it take fewer steps?', answers: stepsAnswers(results) },
    { id: 'size', question: 'Does a smaller model do as well?', answers: sizeAnswers(results) },
    {
      id: 'similarity',
      question: 'Do trained networks differ inside by how they started?',
      answers: similarityAnswers(results, similarity),
    },
  ];
  return facts.filter((fact) => fact.answers.length > 0);
}

function differenceAnswers(results: StudyResults): VerdictAnswer[] {
  return judgeComparisons(results).map((comparison): VerdictAnswer => {
    const { total, difference, supported, whyNoTotal } = comparison;
    const pair = pairName(results, comparison);
    if (total === null)
      return { tone: 'open', text: `${pair}: ${formatDifference(difference)} AUC. ${ended(whyNoTotal)}` };
    const interval = `${formatDifference(total.low)} to ${formatDifference(total.high)}`;
    if (supported) {
      const word = difference > 0 ? 'higher' : 'lower';
      return {
        tone: 'yes',
        text: `${pair}: ${word} by ${Math.abs(difference).toFixed(3)} AUC (95 % interval ${interval}).`,
      };
    }
    return {
      tone: 'open',
      text: `${pair}: ${formatDifference(difference)} AUC. ${compatible(total.low, total.high)}`,
    };
  });
}

/** What an interval that supports no difference still allows. */
function compatible(low: number, high: number): string {
  if (low < 0 && high > 0) {
    return `They fit anything from ${(-low).toFixed(3)} worse to ${high.toFixed(3)} better (95 % interval).`;
  }
  return `The 95 % interval, ${formatDifference(low)} to ${formatDifference(high)}, leaves out zero, but not after the adjustment for all comparisons of the study.`;
}

function marginQuestion({ margin }: StudyResults): string {
  return margin === null
    ? 'Is the difference too small to matter?'
    : `Is it worse by no more than the margin of ${margin.declared.delta}?`;
}

function marginAnswers(results: StudyResults, between: MarginComparison['between']): VerdictAnswer[] {
  if (results.comparisons.length === 0) return [];
  if (results.margin === null) {
    return [
      {
        tone: 'open',
        text: 'No margin was declared before the test images were scored, so no difference can be called too small to matter.',
      },
    ];
  }
  const { delta } = results.margin.declared;
  return results.margin.comparisons
    .filter((row) => row.between === between)
    .map((row) => ({ tone: toneOf(row), text: `${pairName(results, row)}: ${marginWords(row, delta)}.` }));
}

const toneOf = ({ nonInferior }: MarginComparison): AnswerTone =>
  nonInferior.answer === 'cannot tell' ? 'open' : nonInferior.answer;

/** What the margin says about A against B, without a full stop. */
export function marginWords({ nonInferior, equivalent, lower, upper, why }: MarginComparison, delta: number): string {
  if (equivalent.answer === 'yes') return `the same within ±${delta}`;
  if (nonInferior.answer === 'yes') {
    return lower !== null && lower > 0 ? `better, and so not worse by ${delta}` : `not worse by ${delta} or more`;
  }
  if (nonInferior.answer === 'no') return `worse by more than ${delta}`;
  if (lower === null || upper === null) return (why ?? 'no test is possible').replace(/\.$/, '');
  return `between ${formatDifference(lower)} and ${formatDifference(upper)}, which does not settle it`;
}

function stepsAnswers(results: StudyResults): VerdictAnswer[] {
  const pairs = new Map(results.comparisons.map(({ armA, armB }) => [`${armA} ${armB}`, { armA, armB }]));
  return [...pairs.values()].flatMap((pair): VerdictAnswer[] => {
    const [a, b] = [armOf(results, pair.armA), armOf(results, pair.armB)];
    if (a === undefined || b === undefined) return [];
    const found = stepsRatio(
      a.stepsToThreshold.map((run) => run.steps),
      b.stepsToThreshold.map((run) => run.steps),
    );
    const name = pairName(results, { ...pair, endpointId: null });
    const goal = `a validation AUC of ${results.thresholdAuc}`;
    if (found.ratio === null) {
      const reached = `${found.reachedA} of ${found.runsA} runs reached ${goal}, against ${found.reachedB} of ${found.runsB}`;
      return [{ tone: 'open', text: `${name}: ${reached}.` }];
    }
    const medians = `median ${formatCount(a.medianStepsToThreshold ?? 0)} against ${formatCount(b.medianStepsToThreshold ?? 0)} to ${goal}`;
    const range =
      found.low === null || found.high === null
        ? 'no interval: needs two seeds in both arms, which differ'
        : `95 % interval over seeds ${shortRatio(found.low)} to ${shortRatio(found.high)}`;
    const tone: AnswerTone =
      found.high !== null && found.high < 1 ? 'yes' : found.low !== null && found.low > 1 ? 'no' : 'open';
    return [{ tone, text: `${name}: ${found.ratio.toFixed(2)} times the steps (${range}); ${medians}.` }];
  });
}

function sizeAnswers(results: StudyResults): VerdictAnswer[] {
  return results.modelComparisons.map((comparison): VerdictAnswer => {
    const [a, b] = [armOf(results, comparison.armA), armOf(results, comparison.armB)];
    const times = ((b?.parameters ?? NaN) / (a?.parameters ?? NaN)).toFixed(1);
    const total = totalDifference(results, comparison);
    const interval =
      total === null
        ? 'no interval over seeds'
        : `95 % interval ${formatDifference(total.low)} to ${formatDifference(total.high)}`;
    const start = `${modelPairName(results, comparison)}: ${times} times fewer parameters, ${formatDifference(comparison.difference)} AUC (${interval})`;
    const row = results.margin?.comparisons.find(
      (item) =>
        item.armA === comparison.armA && item.armB === comparison.armB && item.endpointId === comparison.endpointId,
    );
    if (row === undefined || results.margin === null) return { tone: 'open', text: `${start}.` };
    return { tone: toneOf(row), text: `${start}: ${marginWords(row, results.margin.declared.delta)}.` };
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
    const numbers = `similarity ${top.mean.toFixed(3)} in the topmost layers, ${baseline.top.mean.toFixed(3)} between runs from random weights`;
    return [{ tone, text: `${name}: ${numbers}${PLACE_WORDS[place]}.` }];
  });
}

const PLACE_WORDS: Readonly<Record<ReturnType<typeof besideBaseline>, string>> = {
  below: '; they differ by more than pairs of runs vary',
  above: '; they are more alike, by more than pairs of runs vary',
  within: '; that is within the variation between pairs of runs',
  unknown: '; one pair of random runs cannot tell whether that is more than chance',
};

/** Two digits where two decimals say too little or too much: 0.0021, 0.45, 120. */
function shortRatio(value: number): string {
  return value >= 0.1 && value < 10 ? value.toFixed(2) : String(Number(value.toPrecision(2)));
}

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

function ended(text: string | null): string {
  return text === null ? '' : text.endsWith('.') ? text : `${text}.`;
}
