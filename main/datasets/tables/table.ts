/** Tables of labels as they come: text with any separator and encoding, also in gzip, and sheets of Excel workbooks. Streamed. */
import type { ProblemList } from '../problem-list.ts';
import { isBlankRow, shapeTable, type TableShape } from './header.ts';

/** Rows as they come, cells trimmed, blank rows included; may throw what {@link TableSource.describeFailure} puts into words. */
export interface TableSource {
  /** Relative to the imported folder, or absolute when it lies outside; a sheet among several is `data.xlsx [Sheet 2]`. */
  file: string;
  absolute: string;
  /** Between cells of a text; null in a workbook. */
  separator: string | null;
  /** What is unusual about it, one sentence each. */
  remarks: string[];
  rows(): AsyncIterable<string[]>;
  describeFailure(error: unknown): string;
}

export interface Table extends TableSource, TableShape {
  /** The first rows, trimmed, as wide as the header. */
  sample: string[][];
}

/** `unread`: nothing is known of what it holds. */
export type TableProblem = { message: string; unread?: true };

const SAMPLE_ROWS = 500;

/** The cells under the header; `extra`: cells with something in them that stand under no column. */
function fitRow(row: string[], width: number): { cells: string[]; extra: number } {
  const extra = row.slice(width).filter((cell) => cell !== '').length;
  if (row.length > width) row.length = width;
  while (row.length < width) row.push('');
  return { cells: row, extra };
}

/** Header and first rows. Returns a problem for a file that is no table. */
export async function sampleTable(source: TableSource): Promise<Table | TableProblem> {
  try {
    const first: string[][] = [];
    for await (const row of source.rows()) {
      first.push(row);
      if (first.length > SAMPLE_ROWS) break;
    }
    const shape = shapeTable(first);
    if (shape === null) return { message: 'Expected a table with a header, got empty rows.' };
    const sample = first
      .slice(shape.leadingRows)
      .filter((row) => !isBlankRow(row))
      .map((row) => fitRow(row, shape.header.length))
      .flatMap(({ cells, extra }) => (extra === 0 ? [cells] : []));
    return { ...source, ...shape, remarks: [...source.remarks, ...shape.remarks], sample };
  } catch (error) {
    return { message: source.describeFailure(error), unread: true };
  }
}

/**
 * Calls `onRow` for every row with something in it. `number` is the row as a spreadsheet counts it. Rows with more cells than columns are
 * left out: a separator inside a value has moved all cells behind it. Where reading stops early, the rows before have been delivered.
 */
export async function readTable(
  table: Table,
  onRow: (row: string[], number: number) => void,
  problems: ProblemList,
  signal?: AbortSignal,
): Promise<void> {
  const width = table.header.length;
  let number = 0;
  try {
    for await (const row of table.rows()) {
      number++;
      if (number % 4096 === 0) signal?.throwIfAborted();
      if (number <= table.leadingRows || isBlankRow(row)) continue;
      const found = row.length;
      const { cells, extra } = fitRow(row, width);
      if (extra === 0) onRow(cells, number);
      else {
        problems.leaveOut(
          'bad-row',
          table.file,
          `Row ${number} has ${found} cells, the header has ${width}: a separator inside a value has to stand in quotes.`,
        );
      }
    }
  } catch (error) {
    signal?.throwIfAborted();
    problems.leaveOut(
      'unread-folder',
      table.file,
      `Reading stopped after row ${number}: ${table.describeFailure(error)}`,
    );
  }
}
