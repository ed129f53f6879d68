/** From a file to its tables: one of a text, one for every sheet of a workbook. */
import { openText } from './text-table.ts';
import { sampleTable, type Table, type TableProblem } from './table.ts';

/** @param file relative to `root`, or absolute */
export async function openTables(root: string, file: string): Promise<(Table | TableProblem)[]> {
  const source = await openText(root, file);
  return ['message' in source ? source : await sampleTable(source)];
}
