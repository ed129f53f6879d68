/** Steps to a threshold AUC, arm by arm: censored runs, Kaplan-Meier medians, and their ratio to the first arm of a group. Pure. */
import { MODEL_NAMES } from '../../study/models.ts';
import { groupArms, type ArmFacts } from '../../study/arms.ts';
import { count, EMPTY, list, missing, number, part, pValue, range, text, type Cell } from '../../tables/cells.ts';
import { buildTable, named, ungrouped, type Table } from '../../tables/table.ts';
import { curveSteps, type ArmSteps } from '../arm-steps.ts';
import type { ConvergenceCurve, StudyResults } from '../results.ts';
import { observedOf } from '../threshold-steps.ts';
import { armCells } from './arm-cells.ts';

interface StepsInput {
  arms: readonly (ArmFacts & { armId: string })[];
  steps: readonly ArmSteps[];
  threshold: number;
}

/** What the results of a study say, at the threshold of its protocol. */
export function stepsOfResults({ arms, thresholdAuc }: StudyResults): StepsInput {
  const steps = arms
    .filter(({ runsFinished }) => runsFinished > 0)
    .map(({ armId, stepsToThreshold, medianStepsToThreshold: median, stepsRatio: ratio }) => ({
      ...{ armId, runs: observedOf(stepsToThreshold), median, ratio },
    }));
  return { arms, steps, threshold: thresholdAuc };
}

/** What the curves of finished runs say at any threshold. */
export function stepsOfCurves(
  curves: readonly ConvergenceCurve[],
  arms: readonly (ArmFacts & { id: string })[],
  threshold: number,
): StepsInput {
  const named = arms.map((arm) => ({ ...arm, armId: arm.id }));
  const groups = groupArms(named).map((group) => group.arms.map(({ armId }) => armId));
  return { arms: named, steps: groups.flatMap((ids) => curveSteps(ids, curves, threshold)), threshold };
}

/** Null while no run has finished. */
export function stepsTable({ arms, steps, threshold }: StepsInput): Table | null {
  if (steps.length === 0) return null;
  const nameOf = armCells(arms);
  const groups = groupArms(arms).map(({ title, arms: members }) => ({
    title,
    reference: members[0]?.initLabel ?? '',
    items: members.flatMap(({ armId }) => steps.find((found) => found.armId === armId) ?? []),
  }));
  const references = new Set(groups.map(({ reference }) => reference));
  const to = references.size === 1 ? [...references].join('') : 'the first arm';
  return buildTable<ArmSteps>({
    caption: `Steps to a validation AUC of ${threshold}`,
    notes: [
      'Of finished runs, to the resolution of the validation interval. A run that never got there counts as later than its last scoring (censored, marked >), not as missing.',
    ],
    groupHead: 'model',
    groups,
    columns: [
      { key: 'arm', head: 'Arm', cell: ({ armId }) => nameOf(armId, { name: 'init' }) },
      {
        ...{ key: 'reached', head: 'Reached it', number: true },
        cell: ({ runs }) => part(runs.filter(({ reached }) => reached).length, runs.length),
      },
      {
        ...{ key: 'median', head: 'Median steps', unit: 'Kaplan–Meier', number: true },
        cell: ({ median }) =>
          count(median, median === null ? 'At least half of the runs never reached the threshold' : undefined),
      },
      { key: 'seeds', head: 'Each seed', unit: 'in order', cell: ({ runs }) => list(runs.map(observedCell)) },
      {
        ...{ key: 'ratio', head: `Ratio of medians to ${to}`, number: true },
        cell: ratioCell,
      },
      {
        ...{ key: 'ratio_ci', head: '', unit: '95 % CI over seeds', number: true, stacked: true },
        about: `Below 1: fewer steps than ${to}. Interval: percentile bootstrap over runs, 2,000 draws; with fewer than about five seeds it is too narrow.`,
        cell: ({ ratio }) => (ratio === null ? EMPTY : range(ratio, { form: 'ratio', note: ratio.why ?? undefined })),
      },
      {
        ...{ key: 'p', head: 'p', unit: 'rank test', number: true },
        about:
          'P: exact two-sided rank test in which a run that never got there is later than all that did (Gehan), not adjusted; with three runs against three it cannot go below 0.1, with five against five not below 0.008.',
        cell: ({ ratio }) => (ratio === null ? EMPTY : pValue(ratio.test?.p)),
      },
    ],
  });
}

function observedCell({ steps, reached, runId }: ArmSteps['runs'][number]): Cell {
  return number(steps, 'count', { limit: reached ? undefined : '>', runId });
}

function ratioCell({ ratio: found }: ArmSteps): Cell {
  if (found === null) return text('reference', { tone: 'quiet' });
  const { ratio, limit, why } = found;
  if (ratio === null && limit === null) return missing(why);
  return number(ratio ?? limit?.value, 'ratio', {
    limit: limit === null ? undefined : limit.side === 'above' ? '>' : '<',
  });
}

/** One row per run; the arm's median and ratio stand in each: the file that the app saves. */
export function stepRunsTable({ arms, steps, threshold }: StepsInput): Table {
  const rows = arms.flatMap((arm) => {
    const found = steps.find(({ armId }) => armId === arm.armId);
    return (found?.runs ?? []).map((run) => ({
      ...run,
      arm,
      median: found?.median ?? null,
      ratio: found?.ratio ?? null,
    }));
  });
  type Run = (typeof rows)[number];
  const size = ({ trainSize }: ArmFacts): string => (trainSize === 'all' ? '' : `, ${trainSize} training images`);
  return buildTable<Run>({
    caption: `Steps to ${threshold}`,
    groups: ungrouped(rows),
    columns: [
      named<Run>('Model', ({ arm }) => `${MODEL_NAMES[arm.model]}${size(arm)}`, false),
      named<Run>('Initialisation', ({ arm }) => arm.initLabel, false),
      named<Run>('Threshold', () => number(threshold, 'setting')),
      named<Run>('Seed', ({ seed }) => number(seed, 0)),
      named<Run>('Steps', ({ steps: at }) => count(at)),
      named<Run>('Reached', ({ reached }) => (reached ? 'yes' : 'no'), false),
      named<Run>('Median of the arm', ({ median }) => count(median)),
      named<Run>('Ratio of medians', ({ ratio }) => number(ratio?.ratio, 'ratio')),
      named<Run>('95 % low', ({ ratio }) => number(ratio?.low, 'ratio')),
      named<Run>('95 % high', ({ ratio }) => number(ratio?.high, 'ratio')),
      named<Run>('p', ({ ratio }) => pValue(ratio?.test?.p)),
    ],
  });
}
