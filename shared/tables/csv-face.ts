/** A table as CSV and as tab-separated text: one value a column, an interval in columns of its own. Pure. */
import { formatCsv, spreadsheetText, type CsvCell } from './csv.ts';
import { formatCount } from '../words/numbers.ts';
import type { Cell } from './cells.ts';
import { notesOf } from './notes.ts';
import type { Row, Table } from './table.ts';
import { cellText, cellValues, cellWords, headText } from './words.ts';

interface FlatRow {
  group: string;
  row: Row;
}

function flatRows({ groups }: Table): FlatRow[] {
  return groups.flatMap(({ title, rows }) =>
    rows.flatMap((row) => [row, ...(row.children ?? [])].map((each) => ({ group: title, row: each }))),
  );
}

/** Which parts a column has: its value, the ends of an interval, all three, or a number and what it is of or its share. */
function partsOf(rows: readonly FlatRow[], column: number): readonly string[] {
  const cells = rows.map(({ row }) => row.cells[column]);
  const kinds = cells.map((cell) => cell?.kind);
  if (kinds.includes('estimate')) return ['', 'low', 'high'];
  if (kinds.includes('part')) return ['', cells.some((cell) => cell?.kind === 'part' && cell.share) ? 'share' : 'of'];
  return kinds.includes('range') ? ['low', 'high'] : [''];
}

function valuesFor(cell: Cell | undefined, parts: readonly string[]): CsvCell[] {
  const values = cell === undefined ? [] : cellValues(cell);
  if (cell?.kind === 'range' && parts.length === 3) return [null, ...values];
  return parts.map((_, index) => values[index] ?? null);
}

/** With all digits. Titles of groups and notes have columns of their own where there are any. */
export function tableCsv(table: Table): string {
  const rows = flatRows(table);
  const parts = table.columns.map((_, column) => partsOf(rows, column));
  // A table without rows keeps its head.
  const grouped =
    table.groups.some(({ title }) => title !== '') || (rows.length === 0 && table.groupHead !== undefined);
  const noted = rows.some(({ row }) => row.cells.some((cell) => notesOf(cell).length > 0));
  const header = table.columns.flatMap(({ key, ends = [`${key}_low`, `${key}_high`] }, column) =>
    (parts[column] as string[]).map((part) =>
      part === '' ? key : part === 'low' ? ends[0] : part === 'high' ? ends[1] : `${key}_${part}`,
    ),
  );
  return formatCsv(
    [...(grouped ? [table.groupHead ?? 'group'] : []), ...header, ...(noted ? ['note'] : [])],
    rows.map(({ group, row }) => [
      ...(grouped ? [group] : []),
      ...table.columns.flatMap((_, column) => valuesFor(row.cells[column], parts[column] as string[])),
      ...(noted ? [[...new Set(row.cells.flatMap(notesOf))].join(' ') || null] : []),
    ]),
  );
}

/** As it is shown, with its sign. */
const NUMBER = /^[+\-−]?[\d.,]+( ?%)?$/;

const clipboardCell = (cell: string): string =>
  (NUMBER.test(cell) ? cell : spreadsheetText(cell)).replace(/[\t\r\n]+/g, ' ');

/** For a spreadsheet: the digits that are shown, an interval in columns of its own. */
export function tableTsv(table: Table): string {
  const rows = flatRows(table);
  const parts = table.columns.map((_, column) => partsOf(rows, column));
  const grouped = table.groups.some(({ title }) => title !== '');
  const header = table.columns.flatMap((column, index) =>
    (parts[index] as string[]).map((part) => (part === '' ? headText(column) : `${headText(column)}, ${part}`)),
  );
  const lines = rows.map(({ group, row }) => [
    ...(grouped ? [group] : []),
    ...table.columns.flatMap((_, index) => shownFor(row.cells[index], parts[index] as string[])),
  ]);
  return [[...(grouped ? [table.groupHead ?? 'Group'] : []), ...header], ...lines]
    .map((cells) => cells.map(clipboardCell).join('\t'))
    .join('\n');
}

function shownFor(cell: Cell | undefined, parts: readonly string[]): string[] {
  if (cell === undefined) return parts.map(() => '');
  if (parts.length === 1) return [cellText(cell)];
  const end = (value: number | null): string =>
    value === null || !('form' in cell) ? '' : cellWords({ ...cell, kind: 'number', value }).main;
  if (cell.kind === 'range') return [...(parts.length === 3 ? [''] : []), end(cell.low), end(cell.high)];
  if (cell.kind === 'part') return [formatCount(cell.value), cell.share ? cellWords(cell).under : formatCount(cell.of)];
  if (cell.kind === 'estimate') return [end(cell.value), end(cell.low), end(cell.high)];
  return parts.map((_, index) => (index === 0 ? cellText(cell) : ''));
}
