/** Operating points, calibration, recalibration, decision curves and subgroups, one endpoint after the other. */
import type { StudyResults } from '../../../shared/results/results.ts';
import type { StudyDetails } from '../../../shared/results/study-details.ts';
import { calibrationTable, recalibrationTable, reliabilityPart } from './calibration-tables.ts';
import { decisionPart } from './decision-part.ts';
import { markup, type Markup } from '../markup.ts';
import type { Numbering } from '../numbering.ts';
import { callTable, pointTable, prevalenceTable } from './operating-point-tables.ts';
import { gainTable, subgroupTable } from './subgroup-tables.ts';

/** Null where no run has finished. */
export function detailsSection(params: {
  results: StudyResults;
  details: readonly StudyDetails[];
  slots: Map<string, number>;
  numbering: Numbering;
}): Markup | null {
  const { results, slots, numbering } = params;
  if (params.details.length === 0) return null;
  return markup`<p>Means of each arm at one rule for thresholds. Every run and every rule (Youden index; sensitivity or specificity of at least 0.9 or 0.95), each run’s calibration and recalibration, and net benefit at every threshold probability are in details.csv.</p>
${params.details.map((details) => {
  const input = { results, details, slots, numbering };
  const name = results.endpoints.find((endpoint) => endpoint.id === details.endpointId)?.name;
  return markup`<h3>${name}</h3>
${pointTable(input)}
${prevalenceTable(input)}
${callTable(input)}
${calibrationTable(input)}
${reliabilityPart(input)}
${recalibrationTable(input)}
${reliabilityPart(input, true)}
${decisionPart(input)}
${subgroupTable(input)}
${gainTable(input)}`;
})}`;
}
