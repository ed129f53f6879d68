/** From a file to its tables: one of a text, one for every sheet of a workbook. */
import { open } from 'node:fs/promises';
import path from 'node:path';
import { openWorkbook, readSheetName } from '../workbooks/open-workbook.ts';
import { isWorkbook } from '../workbooks/workbook-parts.ts';
import { openText } from './text-table.ts';
import { sampleTable, type Table, type TableProblem } from './table.ts';

async function readHead(file: string): Promise<Uint8Array> {
  const handle = await open(file).catch(() => null);
  if (handle === null) return new Uint8Array();
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(8), 0, 8, 0);
    return buffer.subarray(0, bytesRead);
  } catch {
    return new Uint8Array();
  } finally {
    await handle.close();
  }
}

/** @param file relative to `root`, or absolute; `data.xlsx [Sheet 2]` is one sheet */
export async function openTables(root: string, file: string): Promise<(Table | TableProblem)[]> {
  const { workbook, sheet } = readSheetName(file) ?? { workbook: file, sheet: null };
  if (isWorkbook(await readHead(path.resolve(root, workbook)))) return openWorkbook({ root, file: workbook, sheet });
  const source = await openText(root, file);
  return ['message' in source ? source : await sampleTable(source)];
}
