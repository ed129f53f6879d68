/**
 * The question and the answer in plain words, generated from the results alone. It names differences with their intervals,
 * says where the data cannot tell, and adds no verdict of its own.
 */
import { groupArms } from '../../../shared/study/arms.ts';
import {
  countOf,
  formatInterval,
  formatNumber,
  formatPEquals,
  formatRange,
  formatSigned,
} from '../../../shared/words/numbers.ts';
import type { ArmResult, StudyResults } from '../../../shared/results/results.ts';
import { judgeComparisons, type JudgedComparison } from '../../../shared/results/verdict.ts';
import { joinWords } from '../text/phrases.ts';
import type { ReportInput } from '../report-input.ts';

export interface Summary {
  question: string;
  paragraphs: string[];
}

export function writeSummary({ results, dataset }: Pick<ReportInput, 'results' | 'dataset'>): Summary {
  return {
    question: writeQuestion(results, dataset.name),
    paragraphs: [
      basis(results, dataset.name),
      ...groups(results).map((group) => groupText(results, group)),
      caveats(results),
    ],
  };
}

type Group = [ArmResult, ...ArmResult[]];

/** Arms of one model and training-set size; the first is what the others are compared with. */
function groups(results: StudyResults): Group[] {
  return groupArms(results.arms).map(({ arms }) => arms as Group);
}

function headlines(results: StudyResults): StudyResults['endpoints'] {
  const headline = results.endpoints.filter((endpoint) => endpoint.headline);
  return headline.length === 0 ? results.endpoints : headline;
}

function writeQuestion(results: StudyResults, datasetName: string): string {
  const models = joinWords([...new Set(results.arms.map((arm) => arm.modelName))]);
  const endpoints = joinWords(headlines(results).map((endpoint) => endpoint.name));
  const [reference, ...others] = [...new Set(results.arms.map((arm) => arm.initLabel))];
  if (others.length === 0 || reference === undefined) {
    return `On the dataset “${datasetName}”, how well does ${models} tell images with and without ${endpoints} apart?`;
  }
  return `On the dataset “${datasetName}”, does training of ${models} that starts from ${joinWords(others.map(startName), 'or')} reach a different test AUC for ${endpoints} than training that starts from ${startName(reference)}?`;
}

function basis(results: StudyResults, datasetName: string): string {
  const total = sum(results.arms.map((arm) => arm.runsTotal));
  const done = sum(results.arms.map((arm) => arm.runsFinished));
  const listed = headlines(results).map(
    (endpoint) => `${endpoint.name}: ${countOf(endpoint.positives, 'positive image')}, ${endpoint.negatives} negative`,
  );
  return [
    results.synthetic
      ? `The images of “${datasetName}” are synthetic: the numbers show what the software does and say nothing about patients.`
      : '',
    done === total
      ? `All ${countOf(total, 'run')} finished.`
      : `${done} of ${countOf(total, 'run')} have finished, so every number below is provisional.`,
    `The test set, scored after training, holds ${countOf(results.test.images, 'image')} of ${countOf(results.test.patients, 'patient')} (${listed.join('; ')}).`,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function groupText(results: StudyResults, [reference, ...others]: Group): string {
  const size = reference.trainSize === 'all' ? '' : ` with ${countOf(reference.trainSize, 'training image')}`;
  const endpoints = headlines(results);
  const start = `${reference.modelName}${size}, started from ${startName(reference.initLabel)}, reached ${joinWords(
    endpoints.map((endpoint) => meanText(reference, endpoint.id, endpoints.length > 1 ? endpoint.name : null)),
  )}.`;
  return [start, ...others.map((arm) => comparisonText(results, arm, reference))].join(' ');
}

function meanText(arm: ArmResult, endpointId: string, name: string | null): string {
  const value = arm.endpoints.find((endpoint) => endpoint.endpointId === endpointId);
  const of = name === null ? '' : ` for ${name}`;
  if (value?.mean == null)
    return `no test AUC${of} (${lowerFirst(value?.why ?? 'no run has finished').replace(/\.$/, '')})`;
  const interval = formatInterval(value.low, value.high);
  const runs = value.runs.filter((run) => run.auc !== null).length;
  const kind = runs === 1 ? 'a test AUC' : 'a mean test AUC';
  return `${kind} of ${formatNumber(value.mean)}${interval === '' ? '' : ` ${interval.replace(')', `; ${countOf(runs, 'seed')})`)}`}${of}`;
}

/** The interval that a statement rests on: over patients and seeds where both arms have two seeds, else over patients. */
function decisive({ adjusted, low, high }: JudgedComparison): { low: number; high: number } | null {
  if (adjusted !== null) return adjusted;
  return low === null || high === null ? null : { low, high };
}

function comparisonText(results: StudyResults, arm: ArmResult, reference: ArmResult): string {
  const all = judgeComparisons(results);
  const comparisons = all.filter((c) => c.armA === arm.armId && c.armB === reference.armId);
  const [only] = comparisons;
  if (only === undefined) return `${upperFirst(arm.initLabel)} has no result to compare yet.`;
  if (headlines(results).length === 1) return singleComparison(only, arm, all.length);
  const nameOf = (c: JudgedComparison): string => {
    const range = decisive(c);
    const name = results.endpoints.find((endpoint) => endpoint.id === c.endpointId)?.name ?? c.endpointId;
    return `${name} (${formatSigned(c.difference)}, ${formatRange(range?.low, range?.high, formatSigned)})`;
  };
  const tested = comparisons.filter((c) => decisive(c) !== null);
  const higher = tested.filter((c) => (decisive(c)?.low ?? 0) > 0);
  const lower = tested.filter((c) => (decisive(c)?.high ?? 0) < 0);
  const open = tested.filter((c) => !higher.includes(c) && !lower.includes(c));
  const untested = comparisons.length - tested.length;
  const parts = [
    higher.length > 0 ? `higher for ${joinWords(higher.map(nameOf))}` : '',
    lower.length > 0 ? `lower for ${joinWords(lower.map(nameOf))}` : '',
    open.length > 0
      ? `for ${joinWords(open.map(nameOf))} the 95 % interval includes zero, so these data cannot tell`
      : '',
    untested > 0 ? `for ${countOf(untested, 'endpoint')} no test is possible` : '',
  ].filter((part) => part !== '');
  const over = tested.every((c) => c.total !== null) ? 'over patients and seeds' : 'over test patients';
  return `Started from ${startName(arm.initLabel)} the AUC was, against ${startName(reference.initLabel)} (differences with 95 % intervals ${over}): ${parts.join('; ')}.`;
}

/** `From X: 0.854 (0.800–0.909), 0.025 lower; 95 % interval of the difference over patients and seeds −0.073 to +0.023, p = …: …`. */
function singleComparison(comparison: JudgedComparison, arm: ArmResult, family: number): string {
  const { difference, low, high, p, why, adjusted, adjustedP } = comparison;
  const reached = meanText(arm, comparison.endpointId, null)
    .replace(/^an? (mean )?test AUC of /, '')
    .replace(/; \d+ seeds?\)/, ')');
  const size = formatNumber(Math.abs(difference));
  const direction = Number(size) === 0 ? 'equal to three decimals' : `${size} ${difference > 0 ? 'higher' : 'lower'}`;
  const start = `From ${startName(arm.initLabel)}: ${reached}, ${direction}`;
  if (low === null || high === null || p === null) return `${start}. ${why ?? 'No test is possible.'}`;
  if (adjusted === null) {
    const reading =
      low > 0 || high < 0
        ? 'it excludes zero for the networks trained here, and with one seed nothing is known about others'
        : 'these data cannot tell';
    return `${start}; difference ${formatRange(low, high, formatSigned)} over test patients, ${formatPEquals(p)}: ${reading}.`;
  }
  const reading = adjusted.low > 0 || adjusted.high < 0 ? 'the interval excludes zero' : 'these data cannot tell';
  const over = family > 1 ? `, adjusted for ${family} comparisons` : '';
  return `${start}; difference ${formatRange(adjusted.low, adjusted.high, formatSigned)} over patients and seeds${over}, ${formatPEquals(adjustedP)}: ${reading}.`;
}

/** An initialisation as something that training starts from. */
function startName(initLabel: string): string {
  return initLabel === 'random' ? 'random weights' : initLabel;
}

function caveats(results: StudyResults): string {
  const sds = results.arms.flatMap((arm) =>
    arm.endpoints.filter((e) => headlines(results).some((h) => h.id === e.endpointId)).flatMap((e) => e.sd ?? []),
  );
  const spread =
    sds.length === 0
      ? 'With one seed per arm, variation between repeated trainings cannot be seen.'
      : `Over seeds the standard deviation of the AUC was ${sds.length === 1 ? formatNumber(sds[0]) : formatRange(Math.min(...sds), Math.max(...sds))}.`;
  const tests = judgeComparisons(results).filter((c) => c.total !== null).length;
  return [
    `Ranges are 95 % intervals; those of single AUCs carry the sampling of test patients only.`,
    spread,
    tests > 1
      ? `${countOf(tests, 'comparison')} were made; “adjusted” intervals and p-values allow for that (Holm).`
      : '',
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
