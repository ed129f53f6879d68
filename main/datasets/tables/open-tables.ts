/** From a file to its tables: one of a text, one for every sheet of a workbook. */
import path from 'node:path';
import { readInputHead } from '../../platform/input-file.ts';
import { openWorkbook, readSheetName } from '../workbooks/open-workbook.ts';
import { isWorkbook } from '../workbooks/workbook-parts.ts';
import { openLabelLists } from './label-lists.ts';
import { openText } from './text-table.ts';
import { sampleTable, type Table, type TableProblem } from './table.ts';

/** Empty where the file cannot be read: reading it as a text says why. */
function readHead(file: string): Uint8Array {
  try {
    return readInputHead(file, { what: 'a table of labels' }, 8);
  } catch {
    return new Uint8Array();
  }
}

/** @param file relative to `root`, or absolute; `data.xlsx [Sheet 2]` is one sheet */
export async function openTables(root: string, file: string): Promise<(Table | TableProblem)[]> {
  const { workbook, sheet } = readSheetName(file) ?? { workbook: file, sheet: null };
  if (isWorkbook(readHead(path.resolve(root, workbook)))) return openWorkbook({ root, file: workbook, sheet });
  const lists = /\.txt$/i.test(file) ? await openLabelLists(root, [file]) : [];
  if (lists.length > 0) return lists;
  const source = await openText(root, file);
  return ['message' in source ? source : await sampleTable(source)];
}
