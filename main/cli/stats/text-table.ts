/** A CSV file of the user as cells of text, whatever separates and encodes them. */
import { parse } from 'csv-parse/sync';
import { AppError } from '../../../shared/system/errors.ts';
import { detectSeparator, LINE_ENDS, readSepLine } from '../../datasets/tables/dialect.ts';
import { decodeText } from '../../datasets/tables/text-encoding.ts';
import { readInputFile } from '../../platform/input-file.ts';

/** What programs write for a missing value; the same as an empty cell. */
const MISSING = /^(nan|na|n\/a|null)$/i;

export interface TextTable {
  header: string[];
  /** As long as the header; a missing value is an empty cell. */
  rows: string[][];
  number: (cell: string) => number;
}

/** Any CSV table with a header, every column of another name. @throws AppError `not-found`, `io`, `bad-input` */
export function readTextTable(file: string): TextTable {
  return parseTextTable(decodeText(readInputFile(file, { what: `a CSV file at "${file}"`, maxBytes: MAX_BYTES })));
}

/** See {@link readTextTable}. */
export function parseTextTable(text: string): TextTable {
  const told = readSepLine(text);
  const body = text.slice(told.length);
  const delimiter = told.separator ?? detectSeparator(body);
  const [header = [], ...rows] = parseCells(body, delimiter);
  if (rows.length === 0) {
    throw new AppError('bad-input', 'Expected a header line and at least one row, found an empty table.');
  }
  const repeated = header.find((name, index) => header.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new AppError('bad-input', `Expected every column to have its own name, found "${repeated}" twice.`);
  }
  return { header, rows, number: (cell) => Number(delimiter === ',' ? cell : cell.replace(',', '.')) };
}

/** A text of JavaScript holds some 500 million characters. */
const MAX_BYTES = 2 ** 28;

function parseCells(text: string, delimiter: string): string[][] {
  try {
    const [header = [], ...rows]: string[][] = parse(text, {
      bom: true,
      delimiter,
      trim: true,
      skip_empty_lines: true,
      record_delimiter: LINE_ENDS,
    });
    return [header, ...rows.map((row) => row.map((cell) => (MISSING.test(cell) ? '' : cell)))];
  } catch (cause) {
    const { lines } = cause as { lines?: number };
    throw new AppError(
      'bad-input',
      `Expected a CSV table in which every row has the columns of the header${lines === undefined ? '' : `; line ${lines} has not`}.`,
      { action: 'Check separators and quotes of that line.', cause },
    );
  }
}
