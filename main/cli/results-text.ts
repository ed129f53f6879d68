/** The AUC table of a study as text. */
import { formatAuc, formatCount, formatDuration, formatInterval, formatP } from '../../shared/format.ts';
import type { StudyResults } from '../../shared/results.ts';
import { seedSpreadNote } from '../../shared/seed-spread.ts';
import { formatTable } from './output.ts';

const KINDS = {
  delong: '95% DeLong',
  'delong-clustered': '95% DeLong, clustered by patient',
} as const;

/** @param endpointIds which endpoints, in this order */
export function resultsText(results: StudyResults, endpointIds: readonly string[]): string {
  const total = results.arms.reduce((sum, arm) => sum + arm.runsTotal, 0);
  const done = results.arms.reduce((sum, arm) => sum + arm.runsFinished, 0);
  const lines = [
    `${results.studyName}: ${done} of ${total} runs finished. Test set: ${formatCount(results.test.images)} images of ${formatCount(results.test.patients)} patients.`,
    ...(results.synthetic ? ['Synthetic data: the numbers say nothing about patients.'] : []),
    ...(results.test.leftOut > 0
      ? [`${results.test.leftOut} test images were not scored by every run and are left out of all numbers.`]
      : []),
  ];
  return [...lines, ...endpointIds.map((id) => endpointText(results, id)), speedText(results)].join('\n');
}

function endpointText(results: StudyResults, endpointId: string): string {
  const endpoint = results.endpoints.find((candidate) => candidate.id === endpointId);
  const notes = new Set<string>();
  const rows = results.arms.map((arm) => {
    const value = arm.endpoints.find((candidate) => candidate.endpointId === endpointId);
    const comparison = results.comparisons.find((c) => c.endpointId === endpointId && c.armA === arm.armId);
    const spread = comparison === undefined ? null : seedSpreadNote(results, comparison);
    for (const why of [value?.why, comparison?.why, spread]) if (why) notes.add(`${arm.armId}: ${why}`);
    return [
      arm.modelName,
      arm.initLabel,
      String(arm.trainSize),
      `${arm.runsFinished}/${arm.runsTotal}`,
      formatAuc(value?.mean ?? null),
      value?.sd == null ? '–' : value.sd.toFixed(3),
      formatInterval(value?.low ?? null, value?.high ?? null) || '–',
      comparison === undefined ? '' : signed(comparison.difference),
      comparison === undefined
        ? ''
        : comparison.low === null
          ? '–'
          : `${signed(comparison.low)} to ${signed(comparison.high)}`,
      comparison === undefined ? '' : formatP(comparison.p),
    ];
  });
  const unknown = endpoint !== undefined && endpoint.unknown > 0 ? `, ${endpoint.unknown} unknown` : '';
  const table = formatTable({
    header: ['model', 'init', 'images', 'runs', 'AUC', 'SD', '95% interval', 'vs first', '95% interval', 'p'],
    rows,
    rightAligned: [2, 3, 4, 5, 6, 7, 8, 9],
  });
  return [
    '',
    `${endpoint?.name ?? endpointId}: ${formatCount(endpoint?.positives ?? 0)} positive, ${formatCount(endpoint?.negatives ?? 0)} negative${unknown}. Test AUC, mean and SD over seeds; interval: ${KINDS[results.intervalKind]} (test sampling only).`,
    table,
    ...notes,
  ].join('\n');
}

function speedText(results: StudyResults): string {
  const rows = results.arms.map((arm) => [
    arm.modelName,
    arm.initLabel,
    String(arm.trainSize),
    arm.medianStepsToThreshold === null ? '–' : formatCount(arm.medianStepsToThreshold),
    arm.stepsToThreshold.map((run) => run.steps ?? 'never').join(', ') || '–',
    formatDuration(arm.meanSeconds),
    arm.meanStepMs === null ? '–' : arm.meanStepMs.toFixed(0),
    formatCount(arm.parameters),
  ]);
  const table = formatTable({
    header: ['model', 'init', 'images', 'median steps', 'steps by seed', 'time a run', 'ms a step', 'parameters'],
    rows,
    rightAligned: [2, 3, 5, 6, 7],
  });
  return ['', `Steps to a validation AUC of ${results.thresholdAuc}, time and size.`, table].join('\n');
}

function signed(value: number | null): string {
  return value === null ? '–' : `${value > 0 ? '+' : ''}${value.toFixed(3)}`;
}
