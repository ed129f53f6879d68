/** Operating points, calibration, recalibration, decision curves and subgroups, one endpoint after the other. */
import { calibrationTable, recalibrationTable } from '../../../shared/results/details-tables/calibration.ts';
import { callTable } from '../../../shared/results/details-tables/calls.ts';
import { decisionTable } from '../../../shared/results/details-tables/decision.ts';
import { operatingPointTable, predictiveValueTable } from '../../../shared/results/details-tables/operating-points.ts';
import { interactionTable, subgroupTable } from '../../../shared/results/details-tables/subgroups.ts';
import type { StudyResults } from '../../../shared/results/results.ts';
import type { StudyDetails } from '../../../shared/results/study-details.ts';
import type { Table } from '../../../shared/tables/table.ts';
import { decisionPart, reliabilityPart } from './details-figures.ts';
import { markup, type Markup } from '../../../shared/words/markup.ts';
import type { Numbering } from '../numbering.ts';
import { tableMarkup } from '../table.ts';

/** Null where no run has finished. */
export function detailsSection(params: {
  results: StudyResults;
  details: readonly StudyDetails[];
  numbering: Numbering;
}): Markup | null {
  const { results, numbering } = params;
  if (params.details.length === 0) return null;
  return markup`<p>Means of each arm at one rule for thresholds. Every run and every rule (Youden index; sensitivity or specificity of at least 0.9 or 0.95), each run’s calibration and recalibration, and net benefit at every threshold probability are in details.csv.</p>
${params.details.map((details) => {
  const input = { results, details, numbering };
  const of = { details, arms: results.arms };
  const show = (table: Table | null): Markup | null => tableMarkup(table, numbering, { unfold: false });
  const name = results.endpoints.find((endpoint) => endpoint.id === details.endpointId)?.name;
  return markup`<h3>${name}</h3>
${[operatingPointTable, predictiveValueTable, callTable, calibrationTable].map((build) => show(build(of)))}
${reliabilityPart(input)}
${show(recalibrationTable(of))}
${reliabilityPart(input, true)}
${decisionPart(input)}
${[decisionTable, subgroupTable, interactionTable].map((build) => show(build(of)))}`;
})}`;
}
