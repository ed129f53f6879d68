/** All tables of an endpoint in their order, for faces that show one endpoint at a time. Pure. */
import type { Table } from '../../tables/table.ts';
import type { StudyResults } from '../results.ts';
import { armsTable } from './arms-table.ts';
import { comparisonsTable } from './comparisons-table.ts';
import { marginTable, modelsTable } from './margin-tables.ts';
import { paperTable, type PlannedStudy } from './paper-table.ts';

/** The arms first. */
export function endpointTables(results: StudyResults, endpointId: string, planned: PlannedStudy | null): Table[] {
  return [
    armsTable(results, endpointId),
    comparisonsTable(results, endpointId),
    planned === null ? null : paperTable(results, endpointId, planned),
    modelsTable(results, [endpointId]),
    marginTable(results, [endpointId]),
  ].filter((table) => table !== null);
}
