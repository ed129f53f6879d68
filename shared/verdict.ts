/** What a study's comparisons allow to say, in one sentence: the same words in the app and wherever else they are needed. */
import { formatP } from './format.ts';
import type { ArmComparison, ArmResult, StudyResults } from './results.ts';

/** A difference counts as supported by the data when its p-value, adjusted by Holm's method over the study, is below this. */
export const SUPPORT_LEVEL = 0.05;

export interface JudgedComparison extends ArmComparison {
  /** Holm-adjusted over all comparisons of the study that could be tested; null where no test can be made. */
  adjustedP: number | null;
  supported: boolean;
}

export interface Verdict {
  kind: 'none' | 'single' | 'difference' | 'no-difference';
  sentence: string;
  /** What limits the sentence. */
  caveats: string[];
}

/** Holm's step-down adjustment (Scandinavian Journal of Statistics 1979, 6:65-70), in the order given; at most 1. */
export function holmAdjust(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => (pValues[a] as number) - (pValues[b] as number));
  const adjusted = new Array<number>(pValues.length).fill(1);
  let largest = 0;
  order.forEach((index, rank) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * (pValues[index] as number)));
    adjusted[index] = largest;
  });
  return adjusted;
}

/** The study's comparisons with their adjusted p-values, in the same order. */
export function judgeComparisons(comparisons: readonly ArmComparison[]): JudgedComparison[] {
  const tested = comparisons.filter((comparison) => comparison.p !== null);
  const adjusted = holmAdjust(tested.map((comparison) => comparison.p as number));
  const byComparison = new Map(tested.map((comparison, index) => [comparison, adjusted[index] as number]));
  return comparisons.map((comparison) => {
    const adjustedP = byComparison.get(comparison) ?? null;
    return { ...comparison, adjustedP, supported: adjustedP !== null && adjustedP < SUPPORT_LEVEL };
  });
}

/** `+0.031`, `−0.004`, with a true minus sign. */
export function formatDifference(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}

/** `(+0.010 to +0.052)`; empty where undefined. */
export function formatDifferenceInterval(low: number | null, high: number | null): string {
  return low === null || high === null ? '' : `(${formatDifference(low)} to ${formatDifference(high)})`;
}

function nameOf(arms: readonly ArmResult[], id: string, withModel: boolean): string {
  const arm = arms.find((candidate) => candidate.armId === id);
  if (!arm) return id;
  const size = arm.trainSize === 'all' ? '' : `, ${arm.trainSize} images`;
  return withModel ? `${arm.initLabel} (${arm.modelName}${size})` : arm.initLabel;
}

function describe(results: StudyResults, comparison: JudgedComparison): string {
  const several = new Set(results.arms.map((arm) => `${arm.modelName}/${arm.trainSize}`)).size > 1;
  const a = nameOf(results.arms, comparison.armA, several);
  const b = nameOf(results.arms, comparison.armB, false);
  const endpoint = results.endpoints.find((candidate) => candidate.id === comparison.endpointId);
  const headlines = results.endpoints.filter((candidate) => candidate.headline).length;
  const of = headlines > 1 && endpoint ? ` for ${endpoint.name}` : '';
  const interval = formatDifferenceInterval(comparison.low, comparison.high);
  return `${a} against ${b}${of}: ${formatDifference(comparison.difference)} AUC ${interval}, adjusted p ${formatP(comparison.adjustedP).replace(/^(\d)/, '= $1').replace('<', '< ')}`;
}

function caveatsOf(results: StudyResults): string[] {
  const caveats: string[] = [];
  const open = results.arms.reduce((sum, arm) => sum + arm.runsTotal - arm.runsFinished, 0);
  if (open > 0) caveats.push(`${open} ${open === 1 ? 'run has' : 'runs have'} not finished.`);
  const fewest = Math.min(...results.arms.map((arm) => arm.runsFinished));
  if (fewest < 3) {
    caveats.push('With fewer than three seeds in an arm, variation between seeds is hardly known.');
  }
  if (results.synthetic) caveats.push('The images are synthetic: this says nothing about patients.');
  return caveats;
}

/** The verdict of a study, from its headline comparisons. */
export function verdictOf(results: StudyResults): Verdict {
  if (results.arms.every((arm) => arm.runsFinished === 0)) {
    return { kind: 'none', sentence: 'No run has finished yet.', caveats: [] };
  }
  const caveats = caveatsOf(results);
  const judged = judgeComparisons(results.comparisons);
  const tested = judged.filter((comparison) => comparison.adjustedP !== null);
  if (tested.length === 0) {
    const sentence =
      results.arms.length < 2
        ? 'This study has one arm, so there is nothing to compare it with.'
        : 'No two arms can be compared yet.';
    return { kind: 'single', sentence, caveats };
  }
  const supported = tested.filter((comparison) => comparison.supported);
  const bySize = (list: JudgedComparison[]) =>
    [...list].sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
  if (supported.length === 0) {
    const largest = bySize(tested)[0] as JudgedComparison;
    return {
      kind: 'no-difference',
      sentence: `The data support no difference between initialisations. The largest: ${describe(results, largest)}.`,
      caveats,
    };
  }
  const first = bySize(supported)[0] as JudgedComparison;
  const rest = supported.length - 1;
  const more = rest > 0 ? ` ${rest} more of ${tested.length} comparisons ${rest === 1 ? 'differs' : 'differ'}.` : '';
  return {
    kind: 'difference',
    sentence: `The data support a difference. ${describe(results, first)}.${more}`,
    caveats,
  };
}
