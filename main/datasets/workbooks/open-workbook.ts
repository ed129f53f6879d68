/** An Excel workbook (.xlsx): a table for each sheet, its cells as the text that Excel shows. */
import path from 'node:path';
import { zipSync } from 'fflate';
import { AppError } from '../../../shared/system/errors.ts';
import { sampleTable, type Table, type TableProblem, type TableSource } from '../tables/table.ts';
import { sheetFacts, type Merge } from './sheet-facts.ts';
import { unpackWorkbook, type WORKBOOK_LIMITS } from './workbook-parts.ts';

type Cell = string | boolean | Date | null | undefined;

/** Excel keeps so many digits of a number. */
const DIGITS = 15;

/** `5.0` -> `5`, `0.30000000000000004` -> `0.3`; a whole number with digits that Excel loses as `1.23457e+17`, which is refused as a name. */
export function numberText(raw: string): string {
  const value = Number(raw);
  if (Number.isInteger(value) && Math.abs(value) >= 10 ** DIGITS) return value.toExponential(5);
  return Number.isFinite(value) ? String(Number(value.toPrecision(DIGITS))) : raw;
}

/** `2024-03-01`, with the time where there is one. Excel's days are fractions, so that seconds are rounded. */
function dateText(date: Date): string {
  const text = new Date(1000 * Math.round(date.getTime() / 1000)).toISOString().slice(0, 19);
  return text.endsWith('T00:00:00') ? text.slice(0, 10) : text;
}

function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return dateText(cell);
  return typeof cell === 'boolean' ? (cell ? 'TRUE' : 'FALSE') : cell;
}

/** A patient's number that is merged over the rows of both eyes holds for both. */
function fillMerges(rows: string[][], merges: readonly Merge[]): void {
  for (const { row, lastRow, column } of merges) {
    const text = rows[row]?.[column] ?? '';
    for (const cells of rows.slice(row + 1, lastRow + 1)) if (cells[column] === '') cells[column] = text;
  }
}

function describeFailure(error: unknown): string {
  if (error instanceof AppError) return error.message;
  return 'The workbook could not be read: open it in Excel and save it again, or save the sheet as CSV.';
}

/** `data.xlsx [Sheet 2]` -> the workbook and the name of the sheet; null where no sheet is named. */
export function readSheetName(file: string): { workbook: string; sheet: string } | null {
  const match = /^(.+\.xls[xm]?) \[([^[\]]+)\]$/i.exec(file);
  return match ? { workbook: match[1] as string, sheet: match[2] as string } : null;
}

/**
 * Sheets that are empty are passed over, hidden ones named as a problem unless they are asked for.
 * @param file the workbook, relative to `root` or absolute; `sheet`: only this one
 */
export async function openWorkbook(params: {
  root: string;
  file: string;
  sheet: string | null;
  limits?: typeof WORKBOOK_LIMITS;
}): Promise<(Table | TableProblem)[]> {
  const { root, file, sheet } = params;
  const absolute = path.resolve(root, file);
  try {
    const parts = unpackWorkbook(absolute, params.limits);
    // Every command would wait 40 ms for it, and few data sets come as workbooks.
    const { default: readXlsxFile } = await import('read-excel-file/node');
    // Packed anew, so that the reader unpacks nothing but what was measured.
    const sheets = await readXlsxFile(Buffer.from(zipSync(parts, { level: 0 })), { parseNumber: numberText });
    const facts = sheetFacts(parts);
    const named = sheets.map(({ sheet: name, data }, i) => {
      // A sheet of a chart has no cells.
      const rows = ((data as Cell[][] | undefined) ?? []).map((row) => row.map(cellText));
      const { isHidden = false, merges = [], remarks = [] } = facts[i] ?? {};
      fillMerges(rows, merges);
      return { name, rows, isHidden, remarks };
    });
    const filled = named.filter(({ rows }) => rows.some((row) => row.some((cell) => cell !== '')));
    const chosen =
      sheet === null ? filled.filter(({ isHidden }) => !isHidden) : named.filter(({ name }) => name === sheet);
    if (sheet !== null && chosen.length === 0) {
      const names = named.map(({ name }) => `"${name}"`).join(', ');
      return [{ message: `Expected a sheet "${sheet}", the workbook has ${names}.` }];
    }
    const tables = await Promise.all(
      chosen.map(({ name, rows, remarks }) => {
        const source: TableSource = {
          file: filled.length === 1 && sheet === null ? file : `${file} [${name}]`,
          absolute,
          separator: null,
          remarks,
          // eslint-disable-next-line @typescript-eslint/require-await
          rows: async function* () {
            for (const row of rows) yield [...row];
          },
          describeFailure,
        };
        return sampleTable(source);
      }),
    );
    const hidden = sheet === null ? filled.filter(({ isHidden }) => isHidden) : [];
    const problems = hidden.map(({ name }) => ({
      message: `The sheet "${name}" is hidden and not read; choose "${file} [${name}]" as the labels file if it is meant.`,
    }));
    if (tables.length === 0 && problems.length === 0)
      return [{ message: 'Expected a table with a header, got an empty workbook.' }];
    return [...tables, ...problems];
  } catch (error) {
    return [{ message: describeFailure(error) }];
  }
}
