/** Every table of a study's details, in the order in which they are read. Pure. */
import type { Table } from '../../tables/table.ts';
import { calibrationTable, recalibrationTable } from './calibration.ts';
import { calledRuns, callTable, crossTabulation } from './calls.ts';
import { decisionTable } from './decision.ts';
import type { DetailsInput } from './details-parts.ts';
import { operatingPointTable, predictiveValueTable, ruleTable } from './operating-points.ts';
import { interactionTable, subgroupTable } from './subgroups.ts';

export function detailsTables(input: DetailsInput): Table[] {
  const tables = [
    ...[operatingPointTable(input), ruleTable(input), predictiveValueTable(input)],
    ...[crossTabulation(calledRuns(input.details), input.arms), callTable(input), calibrationTable(input)],
    ...[recalibrationTable(input), decisionTable(input), subgroupTable(input), interactionTable(input)],
  ];
  return tables.filter((table) => table !== null);
}
