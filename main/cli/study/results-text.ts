/** The AUC table of a study as text. */
import { formatCount, formatNumber, formatP, formatRange, formatSigned } from '../../../shared/words/numbers.ts';
import { resampledArm, resampledComparison, type StudyResults } from '../../../shared/results/results.ts';
import type { StudySimilarity } from '../../../shared/similarity/similarity.ts';
import { PAPER_CAUTION, PAPER_COLUMN, type PaperNumber } from '../../../shared/templates/template-paper.ts';
import { TONE_WORDS, verdictFacts } from '../../../shared/results/verdict-facts.ts';
import { verdictOf } from '../../../shared/results/verdict-sentence.ts';
import { judgeComparisons } from '../../../shared/results/verdict.ts';
import { ratioText } from '../../../shared/results/steps-ratio.ts';
import { observedOf, observedText } from '../../../shared/results/threshold-steps.ts';
import { formatTable } from '../output/output.ts';
import { formatDuration } from '../../../shared/words/times.ts';

const KINDS = {
  delong: '95% DeLong',
  'delong-clustered': '95% DeLong, clustered by patient',
} as const;

/** The comparisons with the margin, where one was declared. */
function marginLines({ margin }: StudyResults, endpointId: string): string[] {
  const rows = margin?.comparisons.filter((row) => row.endpointId === endpointId) ?? [];
  if (margin === null || rows.length === 0) return [];
  const notes = new Set(rows.flatMap((row) => (row.why === null ? [] : [`${row.armA}: ${row.why}`])));
  const table = formatTable({
    header: ['arm', 'against', 'AUC diff', 'bounds', 'not worse', 'p (Holm)', 'equivalent', 'p (Holm)'],
    rows: rows.map((row) => [
      row.armA,
      row.armB,
      formatSigned(row.difference),
      formatRange(row.lower, row.upper, formatSigned),
      row.nonInferior.answer,
      formatP(row.nonInferior.adjustedP),
      row.equivalent.answer,
      formatP(row.equivalent.adjustedP),
    ]),
    rightAligned: [2, 3, 5, 7],
  });
  const { delta, declaredAt } = margin.declared;
  return ['', `Against the margin of ${delta}, declared ${declaredAt}; over patients and seeds.`, table, ...notes];
}

/** A number that the paper printed for an arm. */
export interface PaperCell extends PaperNumber {
  endpointId: string;
  armId: string;
}

export function resultsText({
  results,
  endpointIds,
  similarity = null,
  paper = [],
}: {
  results: StudyResults;
  /** Which endpoints, in this order. */
  endpointIds: readonly string[];
  similarity?: StudySimilarity | null;
  /** None for a study that follows no table of the paper. */
  paper?: readonly PaperCell[];
}): string {
  const total = results.arms.reduce((sum, arm) => sum + arm.runsTotal, 0);
  const done = results.arms.reduce((sum, arm) => sum + arm.runsFinished, 0);
  const lines = [
    `${results.studyName}: ${done} of ${total} runs finished. Test set: ${formatCount(results.test.images)} images of ${formatCount(results.test.patients)} patients.`,
    ...(results.synthetic ? ['Synthetic data: the numbers say nothing about patients.'] : []),
    ...(results.test.leftOut > 0
      ? [`${results.test.leftOut} test images were not scored by every run and are left out of all numbers.`]
      : []),
  ];
  return [
    ...lines,
    ...endpointIds.map((id) =>
      endpointText(
        results,
        id,
        paper.filter(({ endpointId }) => endpointId === id),
      ),
    ),
    speedText(results),
    ...verdictLines(results, similarity),
  ].join('\n');
}

/** The verdict and the parts that it rests on. */
function verdictLines(results: StudyResults, similarity: StudySimilarity | null): string[] {
  const { sentence, caveats } = verdictOf(results);
  const facts = verdictFacts(results, similarity).flatMap(({ question, answers, note }) => [
    question,
    ...[...Map.groupBy(answers, (answer) => answer.tone)].flatMap(([tone, list]) => [
      `  ${TONE_WORDS[tone]}.`,
      ...list.map(({ text }) => `    ${text}`),
    ]),
    ...(note === null ? [] : [`  ${note}`]),
  ]);
  return ['', 'Verdict', sentence, ...caveats, ...facts];
}

function endpointText(results: StudyResults, endpointId: string, paper: readonly PaperCell[]): string {
  const endpoint = results.endpoints.find((candidate) => candidate.id === endpointId);
  const notes = new Set<string>();
  const rows = results.arms.map((arm) => {
    const value = arm.endpoints.find((candidate) => candidate.endpointId === endpointId);
    if (value?.why) notes.add(`${arm.armId}: ${value.why}`);
    return [
      arm.modelName,
      arm.initLabel,
      String(arm.trainSize),
      `${arm.runsFinished}/${arm.runsTotal}`,
      formatNumber(value?.mean ?? null),
      value?.sd == null ? '–' : value.sd.toFixed(3),
      formatRange(value?.low, value?.high),
      resampledText(resampledArm(results, arm.armId, endpointId)),
      ...(paper.length === 0 ? [] : [paperText(paper.find(({ armId }) => armId === arm.armId))]),
    ];
  });
  const unknown = endpoint !== undefined && endpoint.unknown > 0 ? `, ${endpoint.unknown} unknown` : '';
  const table = formatTable({
    header: [
      ...['model', 'init', 'images', 'runs', 'AUC', 'SD', '95% interval', '95% seeds and patients'],
      ...(paper.length === 0 ? [] : [PAPER_COLUMN]),
    ],
    rows,
    rightAligned: [2, 3, 4, 5, 6, 7, 8],
  });
  return [
    '',
    `${endpoint?.name ?? endpointId}: ${formatCount(endpoint?.positives ?? 0)} positive, ${formatCount(endpoint?.negatives ?? 0)} negative${unknown}. Test AUC, mean and SD over seeds; interval: ${KINDS[results.intervalKind]}.${bootstrapNote(results)}`,
    table,
    ...(paper.length === 0 ? [] : [PAPER_CAUTION]),
    ...notes,
    ...comparisonLines(results, endpointId),
    ...marginLines(results, endpointId),
  ].join('\n');
}

/** `0.922 (Table 3, 5,000 images)`. */
function paperText(cell: PaperCell | undefined): string {
  return cell === undefined ? '–' : `${formatNumber(cell.auc)} (${cell.where})`;
}

function bootstrapNote({ bootstrap }: StudyResults): string {
  if (bootstrap === null) return '';
  return ` Seeds and patients: hierarchical bootstrap, ${formatCount(bootstrap.draws)} draws, seed ${bootstrap.seed}; tests rest on t over patients and seeds.`;
}

function resampledText(interval: { low: number | null; high: number | null } | null): string {
  return formatRange(interval?.low, interval?.high);
}

function comparisonLines(results: StudyResults, endpointId: string): string[] {
  const comparisons = judgeComparisons(results).filter((comparison) => comparison.endpointId === endpointId);
  if (comparisons.length === 0) return [];
  const notes = new Set<string>();
  const range = (low: number | null, high: number | null): string => formatRange(low, high, formatSigned);
  const rows = comparisons.map((comparison) => {
    const { armA, armB, difference, low, high, p, why, total, whyNoTotal, adjustedP } = comparison;
    const resampled = resampledComparison(results, comparison);
    const note = why ?? whyNoTotal;
    if (note !== null) notes.add(`${armA}: ${note}`);
    const reference = results.arms.find((arm) => arm.armId === armB);
    return [
      armA,
      reference?.initLabel ?? armB,
      formatSigned(difference),
      range(low, high),
      formatP(p),
      range(total?.low ?? null, total?.high ?? null),
      formatP(total?.p ?? null),
      formatP(adjustedP),
      range(resampled?.low ?? null, resampled?.high ?? null),
    ];
  });
  const table = formatTable({
    header: ['arm', 'against', 'AUC diff', '95% patients', 'p', '95% patients and seeds', 'p', 'p (Holm)', 'bootstrap'],
    rows,
    rightAligned: [2, 3, 4, 5, 6, 7, 8],
  });
  return ['', table, ...notes];
}

function speedText(results: StudyResults): string {
  const rows = results.arms.map((arm) => [
    arm.modelName,
    arm.initLabel,
    String(arm.trainSize),
    arm.medianStepsToThreshold === null ? '–' : formatCount(arm.medianStepsToThreshold),
    observedText(observedOf(arm.stepsToThreshold)) || '–',
    arm.stepsRatio === null ? '' : ratioText(arm.stepsRatio),
    arm.stepsRatio === null ? '' : formatP(arm.stepsRatio.test?.p ?? null),
    formatDuration(arm.meanSeconds),
    arm.meanStepMs === null ? '–' : arm.meanStepMs.toFixed(0),
    formatCount(arm.parameters),
  ]);
  const table = formatTable({
    header: [
      ...['model', 'init', 'images', 'median steps', 'steps by seed', 'ratio (95% seeds)', 'p'],
      ...['time a run', 'ms a step', 'parameters'],
    ],
    rows,
    rightAligned: [2, 3, 5, 6, 7, 8, 9],
  });
  const notes = new Set(
    results.arms.flatMap((arm) => (arm.stepsRatio?.why == null ? [] : [`${arm.armId}: ${arm.stepsRatio.why}`])),
  );
  return [
    '',
    `Steps to a validation AUC of ${results.thresholdAuc}, time and size. Kaplan-Meier medians (> marks a run that never reached it), their ratio to the first arm of the model and size with its bootstrap interval over seeds, exact rank test.`,
    table,
    ...notes,
  ].join('\n');
}
