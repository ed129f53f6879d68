/** CSV as spreadsheets and statistics programs read it (RFC 4180, UTF-8, a header line, line feeds). */
import { escapeControls } from '../words/control-characters.ts';

export type CsvCell = string | number | boolean | null;

/** Null is an empty cell, a number keeps all its digits. */
export function formatCsv(header: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  return [header, ...rows].map((cells) => `${cells.map(formatCell).join(',')}\n`).join('');
}

/** One row a record, by the names of the columns; what a record lacks is an empty cell. */
export function formatRecords<C extends string>(
  columns: Readonly<Record<C, unknown>>,
  records: readonly Partial<Record<C, CsvCell>>[],
): string {
  const header = Object.keys(columns) as C[];
  return formatCsv(
    header,
    records.map((record) => header.map((column) => record[column] ?? null)),
  );
}

/** The columns of a file: what each holds, for its documentation, and its cell; one that is missing stays empty. */
export type CsvColumns<Row> = Readonly<
  Record<string, readonly [holds: string, cell: (row: Row) => CsvCell | undefined]>
>;

export function formatColumns<Row>(columns: CsvColumns<Row>, rows: readonly Row[]): string {
  const cells = Object.values(columns).map(([, cell]) => cell);
  return formatCsv(
    Object.keys(columns),
    rows.map((row) => cells.map((cell) => cell(row) ?? null)),
  );
}

function formatCell(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = spreadsheetText(cell);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A name such as "=1+1" must stay text in a spreadsheet: the apostrophe says so. Control characters but line breaks are shown by their codes. */
export function spreadsheetText(cell: string): string {
  const text = escapeControls(cell, '\t\n\r');
  return /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
}
