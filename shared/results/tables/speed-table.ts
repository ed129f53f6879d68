/** What training took: steps to the threshold, time, and the size of the model. Pure. */
import { groupArms } from '../../study/arms.ts';
import { count, duration, number, type Cell } from '../../tables/cells.ts';
import { buildTable, type Table } from '../../tables/table.ts';
import type { ArmResult, StudyResults } from '../results.ts';
import { armCells } from './arm-cells.ts';
import { NO_RUN } from './arms-table.ts';

export function speedTable(results: StudyResults): Table {
  const nameOf = armCells(results.arms);
  return buildTable<ArmResult>({
    caption: 'Speed and size',
    groupHead: 'model',
    groups: groupArms(results.arms).map(({ title, arms }) => ({ title, items: arms })),
    columns: [
      { key: 'arm', head: 'Arm', cell: ({ armId }) => nameOf(armId, { name: 'init' }) },
      {
        ...{ key: 'median_steps', head: `Steps to ${results.thresholdAuc}`, unit: 'median', number: true },
        about: `Median number of steps to a validation AUC of ${results.thresholdAuc}; runs that never reached it are censored.`,
        cell: medianSteps,
      },
      {
        ...{ key: 'seconds', head: 'Time', unit: 'per run, mean', number: true },
        cell: ({ meanSeconds }) => duration(meanSeconds, meanSeconds === null ? NO_RUN : undefined),
      },
      {
        ...{ key: 'step_ms', head: 'Time', unit: 'per step, mean', number: true },
        cell: ({ meanStepMs }) => number(meanStepMs, 'ms'),
      },
      { key: 'parameters', head: 'Parameters', number: true, cell: ({ parameters }) => count(parameters) },
      {
        ...{ key: 'paper_parameters', head: 'Parameters', unit: 'the paper’s Table 1', number: true },
        about: 'The paper’s table counts convolutions after the first and the output layer only.',
        when: results.arms.some(({ parameters, paperParameters }) => ![null, parameters].includes(paperParameters)),
        cell: ({ paperParameters }) =>
          count(paperParameters, paperParameters === null ? 'Not in the paper' : undefined),
      },
    ],
  });
}

/** The median with its reason where there is none. */
export function medianSteps({ medianStepsToThreshold, stepsToThreshold }: ArmResult): Cell {
  if (medianStepsToThreshold !== null) return count(medianStepsToThreshold);
  return count(null, stepsToThreshold.length === 0 ? NO_RUN : 'At least half of the runs never reached the threshold');
}
